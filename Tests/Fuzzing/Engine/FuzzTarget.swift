/// What an input showed that must not be.
package struct FuzzFinding: Error, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// What a decoder made of an input. Inputs with an outcome that was not seen before are worth changing further.
package struct FuzzOutcome: Sendable, Hashable {
    package let signature: UInt64

    package init(signature: UInt64) { self.signature = signature }

    package static let accepted = FuzzOutcome(signature: 1)

    /// By a fault's words, without the numbers and what is quoted of the input.
    package static func refused(_ error: any Error) -> FuzzOutcome { FuzzOutcome(words: "\(error)") }

    /// By words of letters alone, outside quotation marks and brackets (FNV-1a).
    package init(words: String) {
        var signature = Self.basis
        var word = Self.basis
        var isPlain = true
        var isQuoted = false
        for byte in words.utf8 {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case _ where isQuoted: break
            case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "."):
                if isPlain, word != Self.basis { signature = (signature ^ word) &* Self.prime }
                (word, isPlain) = (Self.basis, true)
            case _ where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"):
                word = (word ^ UInt64(byte)) &* Self.prime
            default: isPlain = false
            }
        }
        if isPlain, word != Self.basis { signature = (signature ^ word) &* Self.prime }
        self.signature = signature
    }

    private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3
}

/// A decoder that faces bytes from outside.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Longest input that is made, in bytes.
    package let maximumBytes: Int
    /// Pieces of the format.
    package let dictionary: [[UInt8]]
    /// What may be allocated at once: so many bytes, and so many for each byte of input.
    package let memory: (base: Int, perByte: Int)
    /// Processor time that an input may take: so much, and so much for each byte.
    package let time: (base: Duration, perByte: Duration)
    /// Reads an input.
    /// - Throws: `FuzzFinding`.
    package let read: @Sendable ([UInt8]) throws(FuzzFinding) -> FuzzOutcome

    package init(
        _ name: String, maximumBytes: Int = 4_096, dictionary: [String] = [], bytes: [[UInt8]] = [],
        memory: (base: Int, perByte: Int) = (1 << 20, 400),
        time: (base: Duration, perByte: Duration) = (.milliseconds(50), .microseconds(2)),
        read: @escaping @Sendable ([UInt8]) throws(FuzzFinding) -> FuzzOutcome
    ) {
        self.name = name
        self.maximumBytes = maximumBytes
        self.dictionary = dictionary.map { Array($0.utf8) } + bytes
        self.memory = memory
        self.time = time
        self.read = read
    }

    /// The dictionary as libFuzzer and AFL++ read it.
    package var dictionaryFile: String {
        dictionary.map { word in
            let digits = word.map { byte -> String in
                let hexadecimal = String(byte, radix: 16)
                return "\\x" + (hexadecimal.utf8.count < 2 ? "0" : "") + hexadecimal
            }
            return "\"\(digits.joined())\"\n"
        }.joined()
    }
}
