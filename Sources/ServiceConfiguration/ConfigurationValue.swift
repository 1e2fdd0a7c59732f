/// A type of value that a configuration key can have: how it is read from text and how it is written.
package protocol ConfigurationValue: Sendable, Equatable {
    /// What is expected, for a fault's message: "a whole number".
    static var expectation: String { get }
    /// The value that `text` says, or nil.
    static func parse(_ text: String) -> Self?
    /// The value as people write it, without quotation marks: `250 ms`.
    var written: String { get }
    /// The value as TOML writes it: `"250 ms"`.
    var toml: String { get }
}

extension ConfigurationValue {
    package var toml: String { quotedText(written, limit: .max) }
}

extension Int: ConfigurationValue {
    package static var expectation: String { "a whole number" }

    package static func parse(_ text: String) -> Int? {
        guard let quantity = Quantity(text), quantity.unit.isEmpty, quantity.fractionScale == 1 else { return nil }
        return quantity.whole
    }

    package var written: String { String(self) }
    package var toml: String { written }
}

extension Bool: ConfigurationValue {
    package static var expectation: String { "true or false" }
    package static func parse(_ text: String) -> Bool? { Bool(text) }
    package var written: String { self ? "true" : "false" }
    package var toml: String { written }
}

extension String: ConfigurationValue {
    package static var expectation: String { "text" }
    package static func parse(_ text: String) -> String? { text }
    package var written: String { self }
}

extension [String]: ConfigurationValue {
    package static var expectation: String { "a list of names" }

    package static func parse(_ text: String) -> [String]? {
        text.split(separator: ",").map { String($0.trimmingASCIISpace) }.filter { !$0.isEmpty }
    }

    package var written: String { joined(separator: ",") }
    package var toml: String { "[" + map { quotedText($0, limit: .max) }.joined(separator: ", ") + "]" }
}

extension ByteCount: ConfigurationValue {
    package static var expectation: String { "a size such as \"8 MiB\", or a number of bytes" }

    private static let units: [String: Int] = [
        "": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
        "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    ]

    package static func parse(_ text: String) -> ByteCount? {
        guard let quantity = Quantity(text), let unit = units[quantity.unit.lowercased()] else { return nil }
        return quantity.scaled(by: unit).map(ByteCount.init(bytes:))
    }

    package var written: String { description }
}

extension Duration: ConfigurationValue {
    package static var expectation: String {
        "a duration such as \"250 ms\", \"10 s\", \"24 h\" or \"30 d\", or a number of seconds"
    }

    private static let units: [String: Int] = [
        "": 1_000_000_000, "ns": 1, "us": 1000, "µs": 1000, "ms": 1_000_000, "s": 1_000_000_000,
        "min": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    package static func parse(_ text: String) -> Duration? {
        guard let quantity = Quantity(text), let unit = units[quantity.unit.lowercased()] else { return nil }
        return quantity.scaled(by: unit).map { .nanoseconds($0) }
    }

    /// The largest unit that divides it, but "24 h" rather than "1 d" and "90 s" rather than "1.5 min".
    package var written: String {
        let (seconds, attoseconds) = components
        guard attoseconds == 0 else {
            let nanoseconds = attoseconds / 1_000_000_000
            for (unit, perSecond, size) in [("ms", 1000, 1_000_000), ("us", 1_000_000, 1000)]
                as [(String, Int64, Int64)]
            where nanoseconds % size == 0 {
                return "\(seconds * perSecond + nanoseconds / size) \(unit)"
            }
            return "\(seconds * 1_000_000_000 + nanoseconds) ns"
        }
        for (unit, size, least) in [("d", 86400, 172_800), ("h", 3600, 3600), ("min", 60, 120)]
            as [(String, Int64, Int64)]
        where seconds >= least && seconds % size == 0 {
            return "\(seconds / size) \(unit)"
        }
        return "\(seconds) s"
    }
}

extension ConfigurationValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package static var expectation: String {
        "one of " + allCases.map { quotedText($0.rawValue) }.joined(separator: ", ")
    }

    package static func parse(_ text: String) -> Self? { Self(rawValue: text) }
    package var written: String { rawValue }
}

extension ServiceConfiguration.AnalyzerKind: ConfigurationValue {}
extension ServiceConfiguration.InstructionLimit: ConfigurationValue {}
extension ServiceConfiguration.LogLevel: ConfigurationValue {}
extension ServiceConfiguration.LogFormat: ConfigurationValue {}

/// A number with a unit, as it stands in the configuration: "1.5 GiB", "200_000".
struct Quantity {
    /// The part before the point.
    var whole: Int
    /// The digits after the point, as a number of `1 / fractionScale`.
    var fraction = 0
    var fractionScale = 1
    /// What follows the number, without the space between; empty when there is none.
    var unit: String

    /// The quantity at the whole of `text`; nil when it does not begin with digits or has more than 18 of them.
    init?(_ text: String) {
        let bytes = Array(text.trimmingASCIISpace.utf8)
        var index = 0
        func digits(atMost limit: Int) -> (value: Int, scale: Int)? {
            var value = 0
            var scale = 1
            var count = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                    guard count < limit else { return nil }
                    value = value * 10 + Int(byte - UInt8(ascii: "0"))
                    scale *= 10
                    count += 1
                } else if byte != UInt8(ascii: "_") || count == 0 {
                    break
                }
                index += 1
            }
            return count == 0 ? nil : (value, scale)
        }
        guard let (whole, _) = digits(atMost: 18) else { return nil }
        self.whole = whole
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard let (fraction, scale) = digits(atMost: 9) else { return nil }
            self.fraction = fraction
            self.fractionScale = scale
        }
        self.unit = String(String(decoding: bytes[index...], as: UTF8.self).trimmingASCIISpace)
    }

    /// The quantity in units of `1 / multiplier`, fractions cut off; nil when it does not fit.
    func scaled(by multiplier: Int) -> Int? {
        let factor = Int128(multiplier)
        return Int(exactly: Int128(whole) * factor + Int128(fraction) * factor / Int128(fractionScale))
    }
}

extension StringProtocol {
    /// Without the spaces, tabs and line ends at both ends.
    var trimmingASCIISpace: Substring {
        let bytes = Substring(self).utf8
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return Substring(bytes[first...last])
    }
}

/// `text` in quotation marks on one line, with TOML's escapes; cut at `limit` scalars, so that it fits a message.
func quotedText(_ text: String, limit: Int = 120) -> String {
    var out = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        guard count < limit else { return out + "…\"" }
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\t": out += "\\t"
        case _ where scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0):
            let hex = String(scalar.value, radix: 16, uppercase: true)
            out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}
