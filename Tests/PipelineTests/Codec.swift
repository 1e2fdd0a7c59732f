import Pipeline
import TestSupport
import Testing

/// One wire format under test: the checks that every format must pass.
struct Codec<Value: Equatable> {
    /// The version byte that opens every message.
    var version: UInt8 = 1
    let encode: (Value) -> [UInt8]
    let decode: (UnsafeRawBufferPointer) throws -> Value

    func decode(bytes: [UInt8]) throws -> Value { try bytes.withUnsafeBytes(decode) }

    /// What is written is read back, and nothing else of it is: no beginning of it, and not with a byte more.
    func check(_ value: Value, _ location: SourceLocation = #_sourceLocation) throws {
        let bytes = encode(value)
        #expect(try decode(bytes: bytes) == value, sourceLocation: location)
        #expect(throws: WireError.trailingBytes(1), sourceLocation: location) { try decode(bytes: bytes + [0]) }
        var accepted: [Int] = []
        for length in bytes.indices where (try? decode(bytes: Array(bytes.prefix(length)))) != nil {
            accepted.append(length)
        }
        #expect(accepted.isEmpty, "shorter than it was written and yet read", sourceLocation: location)
    }

    /// Each bit in turn is wrong: an error or another value, which must then itself be written and read alike.
    func checkBitFlips(_ value: Value, _ location: SourceLocation = #_sourceLocation) {
        let bytes = encode(value)
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                checkStable(damaged, location)
            }
        }
    }

    /// Bytes out of nowhere, behind the right version.
    func checkNoise(_ generator: inout SeededGenerator, rounds: Int, _ location: SourceLocation = #_sourceLocation) {
        for _ in 0..<rounds {
            // Small values make counts and cases that are allowed more likely, so that the noise gets further in.
            let small = generator.chance(50)
            let length = generator.below(120)
            checkStable([version] + generator.bytes(length).map { small ? $0 & 3 : $0 }, location)
        }
    }

    private func checkStable(_ bytes: [UInt8], _ location: SourceLocation) {
        guard let value = try? decode(bytes: bytes) else { return }
        guard let again = try? decode(bytes: encode(value)), again == value else {
            Issue.record("read once, but not again after writing: \(bytes)", sourceLocation: location)
            return
        }
    }

    /// A later release's bytes are refused by their version, whatever follows.
    func checkVersion(_ value: Value, _ location: SourceLocation = #_sourceLocation) {
        var bytes = encode(value)
        let later = version + 1
        #expect(bytes[0] == version, sourceLocation: location)
        bytes[0] = later
        #expect(throws: WireError.unsupportedVersion(found: later, supported: version), sourceLocation: location) {
            try decode(bytes: bytes)
        }
        #expect(throws: WireError.self, sourceLocation: location) { try decode(bytes: [later]) }
    }

    /// All the checks over random values.
    func checkAll(
        _ generator: inout SeededGenerator, rounds: Int = 60, _ make: (inout SeededGenerator) -> Value,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for round in 0..<rounds {
            let value = make(&generator)
            try check(value, location)
            if round < 5 { checkBitFlips(value, location) }
            if round == 0 { checkVersion(value, location) }
        }
        checkNoise(&generator, rounds: 4000, location)
    }
}
