internal import Archive
internal import ArchiveAPI
internal import Fuzzing
internal import LanguageAnalysis
internal import LearntNames
internal import LivePage
internal import NewsFormats
internal import QuotedService
internal import ServiceClient
internal import Stages

extension FuzzTarget {
    /// What clients, browsers and operators ask, and what clients hear.
    static let requests: [FuzzTarget] = [
        FuzzTarget(
            "replay-request", maximumBytes: 1_024,
            dictionary: ["{\"since\":", "\"time\":", "\"id\":\"", "\"version\":", "\"limit\":", "null", "[[[[", "\\u0000", "}"]
        ) { bytes throws(FuzzFinding) in
            let request: ReplayRequest
            do throws(ReplayRequest.Fault) {
                request = try ReplayRequest(json: bytes)
            } catch {
                return .refused(error)
            }
            guard request.limit ?? 1 >= 1 else { throw FuzzFinding("a limit below 1 was taken") }
            return switch request.start {
            case .sequence: FuzzOutcome(words: "sequence")
            case .time: FuzzOutcome(words: "time")
            case .article: FuzzOutcome(words: "article")
            }
        },
        FuzzTarget(
            "replay-answer", maximumBytes: 2_048,
            dictionary: [
                "{\"latest\":", "\"oldest\":", "\"missing\":[[", "\"more\":true", "\"error\":\"", "\"sequence\":", "9223372036854775807",
                "\nA{\"latest\":9,\"oldest\":1}\n", "\nL{\"sequence\":3}\n", "\nH{\"sequence\":9}\n", "\nR{\"sequence\":2}\n", "\nF\n",
            ], time: (.milliseconds(100), .microseconds(20)), read: followStream),
        FuzzTarget(
            "receipt", maximumBytes: 1_024,
            dictionary: ["{\"status\":\"accepted\"", "\"busy\"", "\"retryAfterMs\":", "\"sequence\":", "\"reason\":\"", "\"id\":\"", "}"]
        ) { bytes throws(FuzzFinding) in
            guard let receipt = Receipt(json: bytes) else { return FuzzOutcome(words: "none") }
            guard let again = Receipt(json: receipt.encode()), again == receipt else {
                throw FuzzFinding("what was read is not what is written: \(receipt)")
            }
            return FuzzOutcome(words: receipt.status.rawValue)
        },
        FuzzTarget(
            "control-request", maximumBytes: 2_048,
            dictionary: [
                "{\"command\":\"status\"", "\"trace\"", "\"dead-letters.list\"", "\"names.list\"", "\"names.show\"", "\"names.correct\"",
                "\"names.merge\"", "\"names.forget\"", "\"names.turn\"", "\"names.import\"", "\"names.export\"", "\"names.check\"",
                "\"name\":\"Ana Lima\"", "\"to\":\"Bruno Novak\"", "\"limit\":", "\"after\":\"", "\"on\":true", "\"forGood\":true", "\"sequence\":",
                "\"lines\":[{\"name\":\"", "\"kind\":\"person\"", "\"articles\":", "\"first\":\"2024-05-01\"", "\"spellings\":[]", "\"weight\":",
            ], memory: (4 << 20, 1_000), time: (.milliseconds(200), .microseconds(40)), read: command),
        FuzzTarget(
            "archive-query", maximumBytes: 1_024,
            dictionary: [
                "text=", "speaker=", "since=2025-06-01", "until=", "kind=mixed", "polarity=denied", "article=", "grouped=false", "limit=",
                "cursor=", "name=", "&", "%22", "%E2%80%9C", "%", "+", "*", "%00", "0000000000000001",
            ]
        ) { bytes throws(FuzzFinding) in
            // As a request's line carries it.
            let query = String(decoding: bytes, as: UTF8.self)
            var words = ""
            do throws(APIFault) {
                let quotations = try QuotationQuery(query)
                words += "quotations" + (quotations.text == nil ? "" : " text") + (quotations.after == nil ? "" : " cursor")
            } catch {
                words += "\(error)"
            }
            do throws(APIFault) {
                words += try SpeakerQuery(query).name == nil ? "speakers" : "speaker"
            } catch {
                words += "\(error)"
            }
            return FuzzOutcome(words: words)
        },
        FuzzTarget(
            "page-request", maximumBytes: 512,
            dictionary: ["[::1]", "127.0.0.1", "localhost", ".localhost", ":", "\nhttp://", "\nsame-origin", "quoted.example", "[", "]"]
        ) { bytes throws(FuzzFinding) in
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let origin = RequestOrigin(hosts: ["quoted.example"])
            let names = ["host", "origin", "sec-fetch-site"]
            let headers = [String: String](uniqueKeysWithValues: zip(names, lines))
            let (isKnown, isSame) = (origin.isKnown(host: headers["host"]), origin.isSameOrigin(headers))
            guard isKnown || !isSame else { throw FuzzFinding("a host that is not known passes for this one: \(headers)") }
            return FuzzOutcome(signature: (isKnown ? 2 : 0) + (isSame ? 1 : 0))
        },
    ]

    // MARK: Clients

    /// A watcher's events, one a line: `L` a live record, `H` a heartbeat, `R` a record that was replayed, `A` the answer that
    /// brings these, `F` no answer. Records come in order, whatever it hears.
    private static func followStream(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var cursor = StreamCursor<Int>(since: bytes.count % 2 == 0 ? 1 : nil, maximumEarly: 16)
        var replayed: [(sequence: UInt64, record: Int)] = []
        var last: UInt64 = 0
        var words = ""
        try follow(cursor.start(), &last, &words)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let json = Array(line.dropFirst())
            let sequence = StreamMessage.sequence(of: json)
            switch line.first.map({ Character(Unicode.Scalar($0)) }) {
            case "L"?: if let sequence { try follow(cursor.live(sequence, 0), &last, &words) }
            case "H"?: if let sequence { try follow(cursor.heartbeat(latest: sequence), &last, &words) }
            case "R"?: if let sequence { replayed.append((sequence, 0)) }
            case "A"?:
                guard let answer = ReplayAnswer(json: json) else { continue }
                if answer.error != nil { try follow(cursor.replayFailed(isRefused: true), &last, &words) }
                let batch = StreamCursor<Int>.Batch(
                    records: replayed, latest: answer.latest, oldest: answer.oldest, missing: answer.missing, more: answer.more)
                replayed = []
                try follow(cursor.replayed(batch), &last, &words)
            case "F"?: try follow(cursor.replayFailed(), &last, &words)
            default: break
            }
        }
        return FuzzOutcome(words: words)
    }

    private static func follow(
        _ actions: [StreamCursor<Int>.Action], _ last: inout UInt64, _ words: inout String
    ) throws(FuzzFinding) {
        for action in actions.prefix(1 << 16) {
            switch action {
            case .deliver(let sequence, _):
                guard sequence > last || sequence == 0 else { throw FuzzFinding("record \(sequence) comes after \(last)") }
                last = sequence
                words += "d"
            case .gap(let range):
                guard range.lowerBound > last || range.lowerBound == 0 else {
                    throw FuzzFinding("a gap from \(range.lowerBound) is told of after \(last)")
                }
                last = range.upperBound
                words += "g"
            case .restarted:
                last = 0
                words += "r"
            case .replay: words += "a"
            }
        }
        if words.utf8.count > 12 { words = String(words.prefix(12)) }
    }

    // MARK: Operators

    private static let table: NameTable = {
        var table = NameTable()
        let names = [
            NameObservation(kind: .person, name: "Ana Lima", roles: ["mayor of Riva"], forms: ["lima"], gender: .female),
            NameObservation(kind: .person, name: "Bruno Novak", forms: ["novak"]),
        ]
        table.apply(.learn(article: 7, record: 1, day: 20_000, names: names), version: 1)
        return table
    }()

    private static func command(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        guard let request = ControlRequest(json: bytes) else { return FuzzOutcome(words: "none") }
        guard request.command.hasPrefix("names.") else { return FuzzOutcome(words: "other") }
        guard let names = NameRequest(json: bytes) else { return FuzzOutcome(words: "no names") }
        var table = table
        var words = ""
        do throws(NameLogFault) {
            for operation in try NameDesk.operations(for: names, in: table) {
                let written = NameCodec.encode(operation)
                guard (try? written.withUnsafeBytes(NameCodec.decode)) == operation else {
                    throw NameLogFault("another operation")
                }
                table.apply(operation, version: table.version + 1)
                words += "applied "
            }
        } catch {
            if error.description == "another operation" {
                throw FuzzFinding("an order that was taken cannot be read from the log again: \(names)")
            }
            return .refused(error)
        }
        let answer = NameDesk.encode(NameDesk.answer(names, from: table, oldest: 0))
        guard !answer.isEmpty else { throw FuzzFinding("no answer to \(names)") }
        return FuzzOutcome(words: words + "answered")
    }
}
