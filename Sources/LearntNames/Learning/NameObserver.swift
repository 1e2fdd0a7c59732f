internal import LanguageAnalysis
package import NewsModel

/// What a finished record teaches: full names of persons with the offices beside them, and organisations with their
/// acronyms. Only what stands in the text counts; a name that was itself given from learnt names teaches nothing.
package enum NameObserver {
    /// Names taken from one article.
    private static let limit = 64
    private static let longestName = 80
    private static let longestRole = 80

    /// - Parameter time: when the record was written, in ms since 1970; nil where nobody knows.
    /// - Returns: nil when the record teaches nothing.
    package static func operation(for record: AnalysisRecord, time: Int64?) -> NameOperation? {
        guard record.article.status == .usable else { return nil }
        let names = observations(in: record)
        guard !names.isEmpty else { return nil }
        return .learn(
            article: articleKey(record.article.id), record: record.sequence ?? 0,
            day: day(of: record.article.published, written: time), names: names)
    }

    package static func observations(in record: AnalysisRecord) -> [NameObservation] {
        let text = DocumentText(record.text)
        var found: [NameObservation] = []
        for entity in record.entities where found.count < limit {
            switch entity.type {
            case .person: if let person = person(entity, text) { found.append(person) }
            case .organization: if let organization = organization(entity, text) { found.append(organization) }
            default: break
            }
        }
        return found
    }

    /// FNV-1a over the id.
    static func articleKey(_ id: String) -> UInt64 {
        id.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// The article's date, unless it lies in the future of its record; else the record's.
    static func day(of published: String?, written time: Int64?) -> Int? {
        let written = time.map(CalendarDay.day(ofMilliseconds:))
        guard let day = CalendarDay.day(of: published) else { return written }
        guard let written, day > written + 2 else { return day }
        return written
    }

    // MARK: Persons

    private static func person(_ entity: Entity, _ text: DocumentText) -> NameObservation? {
        var roles: [String] = []
        var forms: [String] = []
        var name: String?
        let full = NameWords.untitled(PersonName.words(entity.name))
        guard (2...5).contains(full.count), !NameWords.isShort(full) else { return nil }
        var gender = (male: 0, female: 0)
        for mention in entity.mentions {
            let place = text.bytes(mention.span)
            let written = oneLine(text.string(place))
            let all = PersonName.words(written)
            switch mention.form {
            case .description: break
            case .pronoun: note(all.first, &gender)
            case .name:
                note(titleBefore(place.lowerBound, text) ?? all.first.flatMap { all.count > 1 ? $0 : nil }, &gender)
                let words = NameWords.untitled(all)
                if words == full {
                    if isPlainName(written), isInSentence(place, text) {
                        name = name ?? withoutTitles(written, dropping: all.count - words.count)
                        roles += apposed(place, text)
                    }
                } else if words.count < full.count, words.count == 1 || NameWords.isShort(words) {
                    forms.append(words.joined(separator: " "))
                }
            }
        }
        guard let name, name.utf8.count <= longestName else { return nil }
        if let role = entity.role.map(oneLine), isRole(role) { roles.insert(role, at: 0) }
        return NameObservation(
            kind: .person, name: name, roles: distinct(roles), forms: distinct(forms),
            gender: gender.male > gender.female ? .male : gender.female > gender.male ? .female : .unknown)
    }

    private static func note(_ word: String?, _ gender: inout (male: Int, female: Int)) {
        guard let word else { return }
        if ["he", "him", "his"].contains(word) || NameWords.maleTitles.contains(word) { gender.male += 1 }
        if ["she", "her", "hers"].contains(word) || NameWords.femaleTitles.contains(word) { gender.female += 1 }
    }

    /// The word directly before a name, folded, if it is a title.
    static func titleBefore(_ start: Int, _ text: DocumentText) -> String? {
        var end = start
        while end > 0, text.utf8[end - 1] == 0x20 || text.utf8[end - 1] == UInt8(ascii: ".") { end -= 1 }
        var begin = end
        while begin > 0, end - begin < 12, isLetter(text.utf8[begin - 1]) { begin -= 1 }
        guard begin < end else { return nil }
        let word = text.string(begin..<end).lowercased()
        return NameWords.titles.contains(word) ? word : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Capitalised words, small particles, initials; no shouting, since shouts are headlines and transcripts.
    private static func isPlainName(_ name: String) -> Bool {
        let words = name.split(separator: " ")
        guard words.count > 1 else { return false }
        var hasSmall = false
        for (index, word) in words.enumerated() {
            guard let first = word.unicodeScalars.first else { return false }
            let folded = PersonName.words(String(word)).joined()
            let isParticle = NameWords.particles.contains(folded)
            guard first.properties.isUppercase || isParticle && index + 1 < words.count else { return false }
            for scalar in word.unicodeScalars {
                guard scalar.properties.isAlphabetic || ".'’-‑".unicodeScalars.contains(scalar) else { return false }
                if scalar.properties.isLowercase { hasSmall = true }
            }
        }
        return hasSmall
    }

    /// Whether the line has small words: in a headline, where every word is capital, names run into other words.
    private static func isInSentence(_ place: Range<Int>, _ text: DocumentText) -> Bool {
        var low = 0
        var high = text.paragraphs.count
        while low < high {
            let middle = (low + high) / 2
            if text.paragraphs[middle].upperBound <= place.lowerBound { low = middle + 1 } else { high = middle }
        }
        guard low < text.paragraphs.count else { return false }
        let paragraph = text.paragraphs[low]
        let window = max(paragraph.lowerBound, place.lowerBound - 200)..<min(paragraph.upperBound, place.upperBound + 200)
        var (small, capital) = (0, 0)
        var previous = UInt8(ascii: " ")
        for byte in text.utf8[window] {
            if previous == 0x20 {
                if byte &- 0x61 < 26 { small += 1 } else if byte &- 0x41 < 26 { capital += 1 }
            }
            previous = byte
        }
        return 2 * small >= capital
    }

    // MARK: Offices

    private static func isRole(_ role: String) -> Bool {
        guard role.utf8.count <= longestRole else { return false }
        let words = PersonName.words(role)
        return !words.isEmpty && !(words.count == 1 && NameWords.titles.contains(words[0])
            && (NameWords.maleTitles.contains(words[0]) || NameWords.femaleTitles.contains(words[0]) || words[0] == "dr"))
    }

    /// "…, the president of Ukraine, …" behind a name; "Ukraine's president, …" before it.
    private static func apposed(_ place: Range<Int>, _ text: DocumentText) -> [String] {
        var roles: [String] = []
        let bytes = text.utf8
        let end = place.upperBound
        if end + 2 < bytes.count, bytes[end] == UInt8(ascii: ","), bytes[end + 1] == 0x20 {
            var stop = end + 2
            while stop < bytes.count, stop - end < longestRole, !endsPhrase(bytes[stop]) { stop += 1 }
            if stop < bytes.count, endsPhrase(bytes[stop]), bytes[stop] != UInt8(ascii: "\""),
                let role = role(text.string(aligned(end + 2..<stop, text)))
            {
                roles.append(role)
            }
        }
        let start = place.lowerBound
        if start > 2, bytes[start - 1] == 0x20, bytes[start - 2] == UInt8(ascii: ",") {
            var begin = start - 2
            while begin > 0, start - begin < longestRole, !endsPhrase(bytes[begin - 1]) { begin -= 1 }
            if begin == 0 || endsPhrase(bytes[begin - 1]), let role = role(text.string(aligned(begin..<start - 2, text))) {
                roles.append(role)
            }
        }
        return roles
    }

    private static func endsPhrase(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "\""), 0x0A, 0x0D:
            true
        default: false
        }
    }

    /// Brought to whole scalars.
    private static func aligned(_ range: Range<Int>, _ text: DocumentText) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound, text.utf8[start] & 0xC0 == 0x80 { start += 1 }
        return start..<range.upperBound
    }

    /// The phrase without its article, if it names an office in a few words.
    private static func role(_ phrase: String) -> String? {
        var words = oneLine(phrase).split(separator: " ")
        guard let first = words.first?.lowercased(), first != "a", first != "an" else { return nil }
        if first == "the" { words.removeFirst() }
        let role = words.joined(separator: " ")
        let folded = PersonName.words(role)
        guard (1...8).contains(folded.count), !folded.contains(where: clauseWords.contains),
            let office = folded.firstIndex(where: RolePhrase.isOffice)
        else { return nil }
        // The office ends the phrase or is followed by what it is of.
        guard office == folded.count - 1 || ["of", "for", "general", "secretary", "minister"].contains(folded[office + 1])
            || folded[(office + 1)...].contains(where: RolePhrase.isOffice)
        else { return nil }
        return role
    }

    private static let clauseWords: Set<String> = [
        "who", "which", "said", "says", "told", "is", "was", "were", "are", "has", "had", "have", "will", "would", "that", "when",
        "he", "she", "it", "they", "and", "but", "or", "according", "former", "his", "her", "their", "in", "on", "at", "by",
    ]

    // MARK: Organisations

    /// Only those with an acronym in the same article.
    private static func organization(_ entity: Entity, _ text: DocumentText) -> NameObservation? {
        let name = oneLine(entity.name)
        let full = PersonName.words(name)
        guard (2...10).contains(full.count), name.utf8.count <= longestName else { return nil }
        var forms: [String] = []
        var isThere = false
        for mention in entity.mentions where mention.form == .name {
            let written = oneLine(text.string(mention.span))
            let words = PersonName.words(written)
            if words == full { isThere = true }
            if words.count == 1, isAcronym(written, of: full) { forms.append(words[0]) }
        }
        guard isThere, !forms.isEmpty else { return nil }
        return NameObservation(kind: .organization, name: name, forms: distinct(forms))
    }

    private static func isAcronym(_ form: String, of words: [String]) -> Bool {
        let letters = form.filter { $0 != "." }
        guard (2...8).contains(letters.count), letters.allSatisfy(\.isUppercase) else { return false }
        let small: Set<String> = ["of", "the", "and", "for", "on", "in", "to"]
        let all = String(words.compactMap(\.first)).uppercased()
        return letters == all || letters == String(words.filter { !small.contains($0) }.compactMap(\.first)).uppercased()
    }

    // MARK: Words

    static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    private static func withoutTitles(_ name: String, dropping count: Int) -> String {
        count == 0 ? name : name.split(separator: " ").dropFirst(count).joined(separator: " ")
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return Array(texts.filter { seen.insert($0).inserted }.prefix(4))
    }
}
