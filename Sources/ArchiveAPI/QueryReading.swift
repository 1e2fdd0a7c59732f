package import Archive
internal import NewsFormats
internal import NewsModel

/// Takes the parameters of one request, each at most once, and says of every fault what was expected.
struct ParameterReader {
    private var values: [String: String] = [:]
    private let known: [String]

    /// - Throws: `APIFault` for a parameter that is not known, or that comes twice.
    init(_ query: String, known: [String]) throws(APIFault) {
        self.known = known
        for (name, value) in try FormParameters(query).values {
            guard known.contains(name) else {
                throw APIFault("found parameter \"\(name.prefix(64))\", expected one of \(known.joined(separator: ", "))")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw APIFault("\(name): given more than once") }
        }
    }

    func text(_ name: String, atMost limit: Int) throws(APIFault) -> String? {
        guard let value = values[name] else { return nil }
        guard !value.isEmpty else { throw APIFault("\(name): empty; leave it out") }
        guard value.unicodeScalars.count <= limit else {
            throw APIFault("\(name): found \(value.unicodeScalars.count) characters, expected at most \(limit)")
        }
        return value
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(APIFault) -> Value? {
        guard let value = values[name] else { return nil }
        if let choice = Value(rawValue: value) { return choice }
        let choices = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw APIFault("\(name): found \"\(value.prefix(64))\", expected one of \(choices)")
    }

    func flag(_ name: String) throws(APIFault) -> Bool? {
        switch values[name] {
        case nil: nil
        case "true": true
        case "false": false
        case let value?: throw APIFault("\(name): found \"\(value.prefix(64))\", expected true or false")
        }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(APIFault) -> Int? {
        guard let value = values[name] else { return nil }
        // Digits alone: no sign, no spaces.
        if value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(value), range.contains(number) { return number }
        throw APIFault(
            "\(name): found \"\(value.prefix(64))\", expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Seconds since 1970.
    /// - Parameter atEnd: whether a date alone means the end of its day.
    func time(_ name: String, atEnd: Bool) throws(APIFault) -> Int? {
        guard let value = values[name] else { return nil }
        guard let moment = PublicationDate.moment(value) else {
            throw APIFault(
                "\(name): found \"\(value.prefix(64))\", expected a date, 2025-06-01, or a time, 2025-06-01T12:00:00Z")
        }
        return atEnd && moment.isDay ? moment.seconds + 86_399 : moment.seconds
    }

    /// Whole numbers in hexadecimal, sixteen digits each.
    func cursor(_ name: String, numbers: Int) throws(APIFault) -> [Int64]? {
        guard let value = values[name] else { return nil }
        guard let cursor = PageCursor.decode(value, numbers: numbers) else {
            throw APIFault("\(name): found \"\(value.prefix(64))\", expected what an answer gave as \"next\"")
        }
        return cursor
    }
}

/// Where a page ended, as text.
package enum PageCursor {
    package static func encode(_ numbers: Int64...) -> String {
        numbers.map { number in
            let digits = String(UInt64(bitPattern: number), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    package static func decode(_ text: String, numbers: Int) -> [Int64]? {
        let bytes = Array(text.utf8)
        let isHexadecimal = bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard bytes.count == 16 * numbers, isHexadecimal else { return nil }
        return stride(from: 0, to: bytes.count, by: 16).compactMap { start in
            UInt64(String(decoding: bytes[start..<start + 16], as: UTF8.self), radix: 16).map { Int64(bitPattern: $0) }
        }
    }
}

extension QuotationQuery {
    static let parameters = [
        "text", "speaker", "since", "until", "kind", "polarity", "article", "grouped", "limit", "cursor",
    ]

    /// - Throws: `APIFault`.
    package init(_ query: String) throws(APIFault) {
        self.init()
        let reader = try ParameterReader(query, known: Self.parameters)
        if let words = try reader.text("text", atMost: SearchText.maximumCharacters) {
            do throws(SearchText.Fault) {
                text = try SearchText(words)
            } catch {
                throw APIFault("text: \(error)")
            }
        }
        speaker = try reader.text("speaker", atMost: 200)
        since = try reader.time("since", atEnd: false)
        until = try reader.time("until", atEnd: true)
        kind = try reader.choice("kind")
        polarity = try reader.choice("polarity")
        article = try reader.text("article", atMost: 1_024)
        isGrouped = try reader.flag("grouped") ?? true
        limit = try reader.number("limit", in: 1...Self.maximumLimit) ?? Self.defaultLimit
        after = try reader.cursor("cursor", numbers: 1)?.first
    }
}

extension SpeakerQuery {
    /// - Throws: `APIFault`.
    package init(_ query: String) throws(APIFault) {
        self.init()
        let reader = try ParameterReader(query, known: ["name", "limit", "cursor"])
        name = try reader.text("name", atMost: 200)
        limit = try reader.number("limit", in: 1...Self.maximumLimit) ?? Self.defaultLimit
        if let cursor = try reader.cursor("cursor", numbers: 2) {
            after = Cursor(quotations: cursor[0], speaker: cursor[1])
        }
    }
}
