/// The parameters of a request's query, as forms encode them (WHATWG URL, application/x-www-form-urlencoded).
struct FormParameters {
    /// In the order of the query.
    private(set) var values: [(name: String, value: String)] = []

    /// - Throws: `APIFault` when a percent sign begins no byte, or the bytes are no UTF-8.
    init(_ query: String) throws(APIFault) {
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(pair[0]), let value = Self.decode(pair.count > 1 ? pair[1] : "") else {
                throw APIFault("found \"\(part.prefix(64))\", expected percent-encoded UTF-8")
            }
            values.append((name, value))
        }
    }

    /// Nil when it is no percent-encoded UTF-8.
    static func decode(_ text: Substring, plusIsSpace: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What is wrong with a request.
package struct APIFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
