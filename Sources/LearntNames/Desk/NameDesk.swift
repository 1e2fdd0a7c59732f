internal import Foundation
internal import HashTreeCollections
internal import LanguageAnalysis

/// A question or an order about the learnt names, the same for a running service and for a folder at rest.
package struct NameRequest: Codable, Sendable, Hashable {
    /// `names.list`, `names.show`, `names.correct`, `names.merge`, `names.forget`, `names.import`, `names.export`,
    /// `names.check`, `names.turn`.
    package var command: String
    package var name: String?
    package var to: String?
    package var forGood: Bool?
    package var on: Bool?
    package var limit: Int?
    /// Where an export goes on: after this key.
    package var after: String?
    /// Lines of an export.
    package var lines: [NameLine]?

    package init(_ command: String) { self.command = command }

    package init?(json: [UInt8]) {
        guard let request = try? JSONDecoder().decode(NameRequest.self, from: Data(json)) else { return nil }
        self = request
    }

    package var json: [UInt8] { NameDesk.encode(self) }
}

/// What comes back.
package struct NameAnswer: Codable, Sendable {
    /// The table's version after the order.
    package var version: UInt64
    package var on: Bool
    /// Names known.
    package var count: Int
    package var names: [NameLine] = []
    /// Where an export goes on.
    package var next: String?
    package var oldestVersion: UInt64?
    package var lastRecord: UInt64?
    package var latestDay: String?
    package var faults: [String]?
}

/// Answers requests about the learnt names.
package enum NameDesk {
    /// What a request changes; nothing where it only asks.
    /// - Throws: `NameLogFault` when it cannot be done.
    package static func operations(for request: NameRequest, in table: NameTable) throws(NameLogFault) -> [NameOperation] {
        switch request.command {
        case "names.list", "names.export", "names.check": return []
        case "names.show":
            _ = try known(request.name, table)
            return []
        case "names.correct":
            let name = try known(request.name, table)
            guard let to = request.to, PersonName.words(to).count > 0, to.utf8.count <= 200 else {
                throw NameLogFault("a correction needs the right name")
            }
            return [.correct(name.name, to: to)]
        case "names.merge":
            let (from, into) = (try known(request.name, table), try known(request.to, table))
            guard from.key != into.key else { throw NameLogFault("\"\(from.name)\" and \"\(into.name)\" are one already") }
            guard from.kind == into.kind else { throw NameLogFault("a person and an organisation cannot be one") }
            return [.merge(from.name, into: into.name)]
        case "names.forget":
            let forGood = request.forGood ?? false
            if !forGood { _ = try known(request.name, table) }
            guard let name = request.name, !PersonName.words(name).isEmpty else { throw NameLogFault("which name?") }
            return [.forget(name, forGood: forGood)]
        case "names.turn":
            guard let on = request.on else { throw NameLogFault("on or off?") }
            return table.isOn == on ? [] : [.turn(on: on)]
        case "names.import":
            var operations: [NameOperation] = []
            for line in request.lines ?? [] { operations.append(.restore(try NameLine.learnt(line.json))) }
            return operations
        default: throw NameLogFault("no command \"\(request.command.prefix(40))\"")
        }
    }

    /// The answer once the operations were applied.
    package static func answer(_ request: NameRequest, from table: NameTable, oldest: UInt64?) -> NameAnswer {
        var answer = NameAnswer(version: table.version, on: table.isOn, count: table.names.count)
        switch request.command {
        case "names.list": answer.names = list(request, table)
        case "names.show": answer.names = request.name.flatMap { table.find($0) }.map { [NameLine($0)] } ?? []
        case "names.export":
            let all = table.names.values.sorted { $0.key < $1.key }
            let start = request.after.map { after in all.firstIndex { $0.key > after } ?? all.endIndex } ?? 0
            let page = all[start...].prefix(max(1, min(request.limit ?? 1_000, 1_000)))
            answer.names = page.map { NameLine($0) }
            if page.endIndex < all.endIndex { answer.next = page.last?.key }
        case "names.check":
            answer.oldestVersion = oldest
            answer.lastRecord = table.lastRecord
            answer.latestDay = CalendarDay.text(table.latestDay)
        default: break
        }
        return answer
    }

    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { Array($0) } ?? []
    }

    private static func known(_ name: String?, _ table: NameTable) throws(NameLogFault) -> LearntName {
        guard let name, !name.isEmpty else { throw NameLogFault("which name?") }
        guard let found = table.find(name) else {
            throw NameLogFault("no name \"\(name.prefix(80))\" was learnt, or several are like it; give it in full, as 'names list' shows it")
        }
        return found
    }

    /// The best known first; those with all words of `name`, if it is given.
    private static func list(_ request: NameRequest, _ table: NameTable) -> [NameLine] {
        let wanted = request.name.map { PersonName.words($0) } ?? []
        return table.names.values.filter { name in
            let words = Set(name.words + PersonName.words(name.name) + name.forms.map(\.text))
            return wanted.allSatisfy(words.contains)
        }.sorted { ($1.evidence, $0.key) < ($0.evidence, $1.key) }
            .prefix(max(1, min(request.limit ?? 50, 1_000))).map { NameLine($0) }
    }
}
