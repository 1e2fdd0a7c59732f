internal import ArgumentParser
internal import Foundation
internal import Fuzzing
internal import Journal
internal import LanguageAnalysis
internal import LearntNames
internal import NewsFormats
internal import NewsModel
internal import Pipeline

extension FuzzProgram {
    struct Seeds: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes into the corpus what the project's own encoders make, for the binary formats.")
        @OptionGroup var corpus: CorpusFolder

        func run() throws {
            for (target, name, bytes) in try SeedInputs.all() {
                let folder = URL(fileURLWithPath: corpus.corpus).appendingPathComponent(target)
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(bytes).write(to: folder.appendingPathComponent(name))
            }
        }
    }
}

/// Sound inputs of the binary formats.
private enum SeedInputs {
    static let article = Article(
        id: "harbour", title: "Harbour to reopen",
        body: """
            The harbour of Riva will reopen in May, Mayor Ana Lima said on Monday. “We have waited long enough,” she told reporters.

            Bruno Novak, a fisherman, said that he did not believe it: “They said so last year.”
            """, published: "2025-06-04T21:10:00Z")

    static func all() throws -> [(target: String, name: String, bytes: [UInt8])] {
        try layers() + messages() + journals() + names()
    }

    private static func piece(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8)] + bytes }

    private static func layers() throws -> [(String, String, [UInt8])] {
        let (sentences, found) = try Analyzer.rules().analyze(DocumentText(article.analysedText), budget: .unlimited)
        let roles = RoleLayer(
            spans: [
                RoleLayer.TaggedSpan(role: .source, span: Span(59, 73), score: 0.9),
                RoleLayer.TaggedSpan(role: .cue, span: Span(74, 78), score: 0.9),
                RoleLayer.TaggedSpan(role: .content, span: Span(19, 57), score: 0.8, cue: 1, source: 0),
            ], markScores: [0.9, 0.8])
        let first = LayerCodec.encode(sentences: sentences)
        let second = LayerCodec.encode(entities: found.entities, roles: roles)
        let third = LayerCodec.encode(
            entities: found.entities, quotations: found.quotations, discarded: found.discarded, namesVersion: 7)
        let record = RecordComposer.compose(
            article, sentences: sentences, entities: found.entities, quotations: found.quotations, discarded: found.discarded)
        var withdrawn = article
        withdrawn.status = .canceled
        return [
            ("wire-article", "article", ArticleCodec.encode(article)), ("wire-article", "withdrawn", ArticleCodec.encode(withdrawn)),
            ("wire-layers", "sentences", [0] + first), ("wire-layers", "entities", [1] + second),
            ("wire-layers", "attribution", [2] + third),
            ("stage-job", "all", [0] + piece(first) + piece(second) + third),
            ("stage-job", "attribution", [1] + piece(first) + piece(second)),
            ("record", "usable", RecordEncoder.encode(record)),
            ("record", "withdrawn", RecordEncoder.encode(RecordComposer.begin(withdrawn))),
        ]
    }

    private static func messages() -> [(String, String, [UInt8])] {
        let worker: [WorkerMessage] = [
            .ready(stage: .sentences, credit: 4, name: "one"), .ready(stage: .entities, credit: 1, name: "two"),
            .ready(stage: .sink, credit: 2, name: "sink"), .result(JobID(1), stage: .sentences), .result(JobID(1), stage: .entities),
            .result(JobID(1), stage: .sink), .failed(JobID(2), stage: .sentences, .failed("why")),
            .failed(JobID(2), stage: .sentences, .overTime), .goodbye,
        ]
        let dispatcher: [DispatcherMessage] = [
            .job(JobID(3), stage: .entities, kind: .article, attempt: 1, budget: 10_000),
            .heartbeat(instance: 1 << 40, interval: 250), .refused("another pipeline"),
        ]
        let notice = DeadLetterNotice(stage: .entities, reason: "the analysis ran over its time budget", tries: 3)
        let order = [0, 1, 2, 3, 4, 5, 6, 6, 7, 8]
        var inputs: [(String, String, [UInt8])] = [("wire-messages", "notice", [2] + notice.encode())]
        for (index, message) in worker.enumerated() {
            inputs.append(("wire-messages", "worker-\(index)", [0] + message.encode()))
        }
        for (index, message) in dispatcher.enumerated() {
            inputs.append(("wire-messages", "dispatcher-\(index)", [1] + message.encode()))
        }
        var some: [UInt8] = []
        for index in order { some += [UInt8(index % 3)] + piece(worker[index].encode()) }
        inputs.append(("dispatch", "some", some))
        return inputs
    }

    /// A log as the journal itself writes it.
    private static func journals() throws -> [(String, String, [UInt8])] {
        let folder = "\(ScratchFolder.path)/seed"
        defer { ScratchFolder.remove() }
        let intake = try IntakeLog(directory: "\(folder)/intake")
        for number in 1...3 {
            try intake.append(key: EntryKey(high: 1, low: UInt64(number)), time: 1_750_000_000_000, payload: Array("article \(number)".utf8))
        }
        try intake.commit()
        try intake.complete(2, .published)
        try intake.flushCompletions()
        let segment = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/intake/00000000000000000001.log")))
        let marks = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/intake/00000000000000000001.done")))
        return [
            ("segment-log", "intake", [0] + piece(marks) + segment), ("segment-log", "records", [3] + piece([]) + segment),
            ("segment-log", "dead-letters", [5] + piece([]) + segment), ("segment-log", "high-numbers", [0x11] + piece(marks) + segment),
            ("segment-log", "torn", [1] + piece(marks.dropLast(3)) + segment.dropLast(10)),
        ]
    }

    private static func names() -> [(String, String, [UInt8])] {
        let lima = NameObservation(kind: .person, name: "Ana Lima", roles: ["mayor of Riva"], forms: ["lima"], gender: .female)
        let novak = NameObservation(kind: .person, name: "Bruno Novak", roles: ["Ukrainian president"], forms: ["novak"])
        var table = NameTable()
        let first: [NameOperation] = [
            .settings(NameSettings()),
            .places([PlaceName(kind: .country, country: "UA", text: "Ukraine"), PlaceName(kind: .demonym, country: "UA", text: "Ukrainian")]),
            .learn(article: 7, record: 1, day: 20_000, names: [lima, novak]),
        ]
        for operation in first { table.apply(operation, version: table.version + 1) }
        let operations =
            first + [
                .correct("Ana Lima", to: "Anna Lima"), .merge("Ana Lima", into: "Bruno Novak"), .forget("Ana Lima", forGood: true),
                .turn(on: false), .holders([OfficeHolder(name: "Ana Lima", role: "mayor of Riva", from: 19_000, until: nil)]),
            ] + (table.find("Ana Lima").map { [.restore($0)] } ?? [])
        let snapshot = NameCodec.encode(table)
        let header = NameMessage(.snapshot, instance: 5, from: 3, to: 3).encode()
        let changes = NameMessage(.changes, instance: 5, from: 3, to: 4).encode()
        let alive = NameMessage(.alive, instance: 5, from: 4, to: 4).encode()
        var channel: [UInt8] = [1] + piece(header) + piece(snapshot)
        channel += [1] + piece(changes) + piece(NameCodec.encode(operations[3]))
        channel += [0] + piece(alive)
        var inputs: [(String, String, [UInt8])] = [
            ("name-table", "table", snapshot), ("name-table", "empty", NameCodec.encode(NameTable())), ("name-channel", "all", channel),
        ]
        for (index, operation) in operations.enumerated() {
            inputs.append(("name-operation", "operation-\(index)", NameCodec.encode(operation)))
        }
        return inputs
    }
}
