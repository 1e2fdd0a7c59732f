internal import Foundation

/// A learnt name as the commands show, export and import it: one JSON object.
package struct NameLine: Codable, Sendable, Hashable {
    package struct Counted: Codable, Sendable, Hashable {
        package var text: String
        package var articles: Int
    }

    package struct Role: Codable, Sendable, Hashable {
        package var text: String
        package var articles: Int
        package var first: String?
        package var last: String?
        var weight: Int?
    }

    package var name: String
    package var kind: String
    package var articles: Int
    package var titled: Int
    package var first: String?
    package var last: String?
    package var spellings: [Counted]
    package var forms: [Counted]
    package var roles: [Role]
    package var male: Int
    package var female: Int
    package var correction: String?
    var key: String?
    var weight: Int?

    package init(_ name: LearntName) {
        func date(_ day: Int) -> String? { day == 0 ? nil : CalendarDay.text(day) }
        self.name = name.name
        kind = name.kind.rawValue
        articles = name.tally.articles
        titled = name.titled
        first = date(name.tally.firstDay)
        last = date(name.tally.lastDay)
        spellings = name.spellings.map { Counted(text: $0.text, articles: $0.articles) }
        forms = name.forms.map { Counted(text: $0.text, articles: $0.articles) }
        roles = name.roles.map {
            Role(
                text: $0.text, articles: $0.tally.articles, first: date($0.tally.firstDay), last: date($0.tally.lastDay),
                weight: $0.tally.weight)
        }
        male = name.male
        female = name.female
        correction = name.correction
        key = name.key
        weight = name.tally.weight
    }

    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// The name that a line of an export says.
    /// - Throws: `NameLogFault` saying what is wrong with it.
    package static func learnt(_ json: [UInt8]) throws(NameLogFault) -> LearntName {
        let line: NameLine
        do {
            line = try JSONDecoder().decode(NameLine.self, from: Data(json))
        } catch {
            throw NameLogFault("not a line of an export: \(error)")
        }
        return try line.learnt()
    }

    private func learnt() throws(NameLogFault) -> LearntName {
        guard let kind = LearntName.Kind(rawValue: kind) else {
            throw NameLogFault("kind: \"\(kind.prefix(20))\" is neither person nor organization")
        }
        let words = key.map { $0.split(separator: " ").map(String.init) } ?? LearntName.words(of: name, kind: kind)
        guard (1...12).contains(words.count) else { throw NameLogFault("name: empty or too long") }
        let counts = [articles, titled, male, female] + spellings.map(\.articles) + forms.map(\.articles) + roles.map(\.articles)
        guard counts.allSatisfy({ (0...1 << 30).contains($0) }), spellings.count <= 64, forms.count <= 64, roles.count <= 64
        else { throw NameLogFault("a count is not between 0 and \(1 << 30), or there are more than 64 forms") }
        var learnt = LearntName(words: words, kind: kind)
        learnt.tally = try tally(articles, weight, first, last)
        learnt.titled = titled
        for spelling in spellings { LearntName.count(spelling.text, spelling.articles, in: &learnt.spellings) }
        for form in forms { LearntName.count(form.text, form.articles, in: &learnt.forms) }
        for role in roles.prefix(LearntName.kept) {
            learnt.roles.append(
                LearntName.Role(text: role.text, key: "", tally: try tally(role.articles, role.weight, role.first, role.last)))
        }
        if learnt.spellings.isEmpty { learnt.spellings = [LearntName.Counted(name, max(1, articles))] }
        learnt.male = male
        learnt.female = female
        learnt.correction = correction
        return learnt
    }

    private func tally(_ articles: Int, _ weight: Int?, _ first: String?, _ last: String?) throws(NameLogFault) -> NameTally {
        var tally = NameTally()
        tally.articles = articles
        tally.weight = min(max(0, weight ?? articles * NameTally.unit), 1 << 40)
        for (text, place) in [(first, \NameTally.firstDay), (last, \NameTally.lastDay)] {
            guard let text else { continue }
            guard let day = CalendarDay.day(of: text) else {
                throw NameLogFault("\"\(text.prefix(20))\" is no date; write it as 2025-01-20")
            }
            tally[keyPath: place] = day
        }
        return tally
    }
}
