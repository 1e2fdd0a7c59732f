internal import Fuzzing
internal import LanguageAnalysis
internal import LearntNames
internal import Pipeline

extension FuzzTarget {
    /// Learnt names: what lies on disk, what servers send, and the operator's files.
    static let names: [FuzzTarget] = [
        FuzzTarget("name-operation", maximumBytes: 1_024, bytes: pieces, memory: (2 << 20, 1_000), read: applyOperation),
        FuzzTarget("name-table", maximumBytes: 2_048, bytes: pieces, memory: (2 << 20, 1_000), read: readTable),
        FuzzTarget("name-channel", maximumBytes: 2_048, bytes: pieces, memory: (2 << 20, 1_000), read: followChannel),
        FuzzTarget(
            "name-seed", maximumBytes: 4_096,
            dictionary: [
                "country\tUA\tUkraine\n", "demonym\tUA\tUkrainian\n", "capital\tUA\tKyiv\n", "metonym\tRU\tKremlin\n", "# ", "\t", "\r\n",
                "Ana Lima\tpresident of Ruritania\t2024-05-01\t2028-04-30\n", "mayor of Zenda", "\u{301}", "’s", " of ", "minister",
            ], memory: (2 << 20, 1_000), time: (.milliseconds(100), .microseconds(10)), read: readSeeds),
    ]

    private static let pieces: [[UInt8]] = [
        [1], [0], [2], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x20], [8] + Array("Ana Lima".utf8), [4] + Array("lima".utf8), [3] + Array("ana".utf8),
        [12] + Array("mayor of Riva".utf8), [11] + Array("Bruno Novak".utf8), [2] + Array("UA".utf8),
    ]

    /// A table that knows a few names.
    private static let table: NameTable = {
        var table = NameTable()
        let places = [
            PlaceName(kind: .country, country: "UA", text: "Ukraine"), PlaceName(kind: .demonym, country: "UA", text: "Ukrainian"),
            PlaceName(kind: .metonym, country: "RU", text: "Kremlin"),
        ]
        let names = [
            NameObservation(kind: .person, name: "Ana Lima", roles: ["mayor of Riva"], forms: ["lima"], gender: .female),
            NameObservation(kind: .person, name: "Bruno Novak", roles: ["Ukrainian president"], forms: ["novak"]),
            NameObservation(kind: .organization, name: "Riva Port Authority", forms: ["rpa"]),
        ]
        table.apply(.settings(NameSettings()), version: 1)
        table.apply(.places(places), version: 2)
        table.apply(.learn(article: 7, record: 1, day: 20_000, names: names), version: 3)
        table.apply(.learn(article: 8, record: 2, day: 20_030, names: names), version: 4)
        return table
    }()

    private static func applyOperation(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        let outcome = try roundTrip(bytes, NameCodec.decode) { NameCodec.encode($0) }
        guard outcome == .accepted, let operation = try? bytes.withUnsafeBytes(NameCodec.decode) else { return outcome }
        var table = table
        table.apply(operation, version: 5)
        table.apply(operation, version: 6)
        return try use(table)
    }

    private static func readTable(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        do {
            return try use(try bytes.withUnsafeBytes(NameCodec.decodeTable))
        } catch let error as WireError {
            return .refused(error)
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            return .refused(error)
        }
    }

    /// Learns, forgets, asks and writes, as a service does with a table.
    private static func use(_ given: NameTable) throws(FuzzFinding) -> FuzzOutcome {
        var table = given
        let written = NameCodec.encode(table)
        guard let again = try? written.withUnsafeBytes(NameCodec.decodeTable), NameCodec.encode(again) == written else {
            throw FuzzFinding("a table that was written cannot be read")
        }
        let lima = NameObservation(kind: .person, name: "Ana Lima", roles: ["mayor of Riva"], forms: ["lima"], gender: .female)
        let version = table.version
        table.apply(.learn(article: 99, record: 9, day: nil, names: [lima]), version: version &+ 1)
        table.apply(.correct("Ana Lima", to: "Anna Lima"), version: version &+ 2)
        table.apply(.merge("Ana Lima", into: "Bruno Novak"), version: version &+ 3)
        table.apply(.forget("Novak", forGood: true), version: version &+ 4)
        for command in ["names.list", "names.export", "names.check"] {
            _ = NameDesk.encode(NameDesk.answer(NameRequest(command), from: table, oldest: 0))
        }
        return FuzzOutcome(words: "table" + (table.isOn ? "" : " off") + (table.count > 1 ? " names" : ""))
    }

    /// Messages as a worker gets them: a header, then a table or operations.
    private static func followChannel(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var parts = InputParts(bytes)
        var replica = NameReplica()
        replica.beginAsking()
        var words = ""
        while !parts.isEmpty {
            let count = Int(parts.byte() & 3)
            let frames = (0...count).map { _ in parts.piece() }
            guard let header = try? frames[0].withUnsafeBytes(NameMessage.decode) else { continue }
            let again = try? header.encode().withUnsafeBytes(NameMessage.decode)
            guard again == header else { throw FuzzFinding("another header: \(header)") }
            switch header.kind {
            case .alive: words += " \(replica.receive(alive: header.to, instance: header.instance))"
            case .changes:
                let operations = frames.dropFirst().compactMap { try? $0.withUnsafeBytes(NameCodec.decode) }
                guard UInt64(operations.count) == header.to - header.from else { continue }
                words += " \(replica.receive(operations, from: header.from, instance: header.instance))"
            case .snapshot:
                guard frames.count > 1, let table = try? frames[1].withUnsafeBytes(NameCodec.decodeTable) else { continue }
                words += " \(replica.receive(snapshot: table, instance: header.instance))"
            case .request: continue
            }
        }
        if let table = replica.table { _ = try use(table) }
        return FuzzOutcome(words: words)
    }

    private static func readSeeds(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        guard let text = String(validating: bytes, as: UTF8.self) else { return FuzzOutcome(words: "encoding") }
        var words = ""
        do {
            let places = try SeedFiles.places(text, name: "seed")
            words += places.isEmpty ? "" : "places"
            var table = table
            table.apply(.places(places), version: 5)
        } catch {
            words += "\(error)"
        }
        do {
            let holders = try SeedFiles.holders(text, name: "holders")
            words += holders.isEmpty ? "" : "holders"
            var table = table
            table.apply(.holders(holders), version: 5)
        } catch {
            words += "\(error)"
        }
        return FuzzOutcome(words: words)
    }
}
