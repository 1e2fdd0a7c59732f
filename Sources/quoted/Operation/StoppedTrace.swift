import Foundation
import Journal
import NewsFormats
import NewsModel

/// Where the logs have an article, read from the state directory of a service that does not answer.
struct StoppedTrace: Sendable {
    var intake: LogOutline.Found?
    var outcome: IntakeLog.Outcome?
    var record: LogOutline.Found?
    var letters: [DeadLetter] = []
    /// Whether everything was looked at.
    var isWhole = true
    var faults: [String] = []

    var isKnown: Bool { intake != nil || record != nil || !letters.isEmpty }

    /// The intake log is looked through for these versions: it knows no article by its id alone.
    private static let versions = 1...256

    /// - Returns: nil when the directory does not answer in time.
    static func read(_ id: String, state: String, within limit: Duration) async -> StoppedTrace? {
        let end = ContinuousClock.now + limit * 0.8
        return await StoppedState.reading(within: limit) { StoppedTrace(id, state: state) { ContinuousClock.now > end } }
    }

    private init(_ id: String, state: String, isLate: () -> Bool) {
        let keys = Self.versions.flatMap { version in
            Article.Status.allCases.map { EntryKey(ArticleIdentity.key(id: id, version: version, status: $0)) }
        }
        let records = Self.fault(in: "\(state)/records") { path in
            let (found, isWhole) = try LogOutline.find(
                keys: [], group: EntryKey(ArticleIdentity.group(id: id)), directory: path, isLate: isLate)
            self.record = found
            self.isWhole = self.isWhole && isWhole
        }
        let intake = Self.fault(in: "\(state)/intake") { path in
            let (found, isWhole) = try LogOutline.find(keys: Set(keys), directory: path, isLate: isLate)
            self.intake = found
            self.isWhole = self.isWhole && isWhole
            if let found { self.outcome = try LogOutline.outcome(of: found.sequence, directory: path) }
        }
        let letters = Self.fault(in: "\(state)/dead-letters") { path in
            let (letters, isWhole) = try LogOutline.deadLetters(directory: path, isLate: isLate)
            self.letters = letters.filter { $0.articleID == id }
            self.isWhole = self.isWhole && isWhole
        }
        faults = [records, intake, letters].compactMap { $0 }
    }

    /// What went wrong; nil also where there is no such log.
    private static func fault(in path: String, _ body: (String) throws -> Void) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            try body(path)
            return nil
        } catch {
            return "\(error)"
        }
    }

    // MARK: For people

    var page: String {
        var lines: [String] = []
        if let intake {
            lines.append("intake log: entry \(intake.sequence), accepted \(Quantities.date(intake.time))")
            switch outcome {
            case .published: lines.append("finished: published")
            case .dead: lines.append("finished: went to the dead letters")
            case nil where record == nil: lines.append("not finished: it is analysed when the service runs again")
            case nil: break
            }
        }
        for letter in letters {
            lines.append(
                "dead letter \(letter.sequence), \(Quantities.date(letter.time)): failed at \(letter.stage): "
                    + TerminalText.safe(letter.reason))
        }
        if let record {
            let kind = record.kind == RecordLog.Kind.tombstone.rawValue ? "retracted by" : "published as"
            lines.append("\(kind) record \(record.sequence), \(Quantities.date(record.time))")
        }
        if !isKnown { lines.append("the logs have no such article" + (isWhole ? "" : " as far as they were read")) }
        if !isWhole { lines.append("not everything was read in time; look longer with --timeout") }
        for fault in faults { lines.append("cannot be read: \(TerminalText.safe(fault))") }
        return lines.joined(separator: "\n")
    }

    // MARK: For programs

    func write(id: String, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id)
        if let intake {
            json.field("intakeSequence", Int(clamping: intake.sequence))
            json.field("accepted", Int(intake.time))
            json.field("finished", outcome != nil)
        }
        if let record {
            json.field("sequence", Int(clamping: record.sequence))
            json.field("published", Int(record.time))
        }
        if let letter = letters.last {
            json.field("deadLetter", Int(clamping: letter.sequence))
            json.field("deadLetterStage", letter.stage)
            json.field("reason", letter.reason)
        }
        json.field("whole", isWhole)
        json.endObject()
    }
}
