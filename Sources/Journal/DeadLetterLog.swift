/// Articles that could not be analysed, kept until an operator retries or purges them. One owner; calls block.
///
/// A letter is an entry of the log, its resolution a later one. Summaries of open letters are in memory; both their number
/// and their bytes are bounded: beyond, the oldest make room, and `displaced` counts them.
package final class DeadLetterLog {
    package enum Resolution: UInt8, Sendable, Hashable {
        case retried = 1
        case purged = 2
        /// It made room for newer ones.
        case displaced = 3
    }

    package struct Options: Sendable {
        package var log: SegmentLogOptions
        /// Most open letters.
        package var maximumLetters: Int
        /// Most bytes of open letters' articles.
        package var maximumBytes: Int

        package init(
            log: SegmentLogOptions = SegmentLogOptions(segmentBytes: 16 << 20), maximumLetters: Int = 50_000,
            maximumBytes: Int = 1 << 30
        ) {
            self.log = log
            self.maximumLetters = maximumLetters
            self.maximumBytes = maximumBytes
        }
    }

    private static let letterKind: UInt8 = 1
    private static let resolutionKind: UInt8 = 2

    static func isLetter(_ header: EntryHeader) -> Bool { isLetter(header.kind) }
    static func isLetter(_ kind: UInt8) -> Bool { kind == letterKind }

    private let log: SegmentLog
    private let options: Options
    /// Open letters, ascending, uncommitted ones at the end.
    private var letters: [DeadLetter] = []
    /// Bytes of open letters' articles.
    package private(set) var openBytes = 0
    /// Letters taken off that are not committed: they come back when the commit fails.
    private var takenOff: [DeadLetter] = []
    /// Letters that made room for newer ones since the log was opened.
    package private(set) var displaced = 0

    /// Opens the log and mends what a crash or damage left; `recovery` tells.
    package init(directory: String, options: Options = Options()) throws {
        self.options = options
        var open: Set<UInt64> = []
        log = try SegmentLog(directory: directory, options: options.log, extensions: []) { header, _ in
            switch header.kind {
            case Self.letterKind: open.insert(header.sequence)
            case Self.resolutionKind: open.remove(header.key.low)
            default: break
            }
        }
        for sequence in open.sorted() {
            guard let entry = try log.read(sequence), let (letter, _) = try DeadLetter.decode(entry, of: directory) else { continue }
            letters.append(letter)
            openBytes += letter.payloadBytes
        }
    }

    package var directory: String { log.directory }
    package var recovery: RecoveryReport { log.recovery }
    package var openCount: Int { letters.count }
    /// Length of the segment files.
    package var bytes: Int { log.bytes }

    /// Open letters, ascending.
    package func list() -> [DeadLetter] { letters }

    /// An open letter.
    package func letter(_ sequence: UInt64) throws(JournalError) -> DeadLetter? {
        try log.check()
        return index(of: sequence).map { letters[$0] }
    }

    /// The latest open letter of an article.
    package func letter(articleID: String) -> DeadLetter? { letters.last { $0.articleID == articleID } }

    /// The article of an open letter that is committed.
    /// - Throws: `.corrupt` when it was damaged since the log was opened.
    package func payload(of sequence: UInt64) throws(JournalError) -> [UInt8]? {
        guard index(of: sequence) != nil, let entry = try log.read(sequence) else { return nil }
        return try DeadLetter.decode(entry, of: directory).map { Array($0.payload) }
    }

    /// Appends a letter, not durable before `commit()`. Reason and names are cut to a bounded length.
    /// - Throws: as `SegmentLog.append`.
    @discardableResult
    package func append(
        articleID: String, stage: String, reason: String, tries: Int, time: Int64, payload: [UInt8]
    ) throws(JournalError) -> UInt64 {
        var letter = DeadLetter(
            sequence: log.nextSequence, time: time,
            articleID: DeadLetter.cut(articleID, to: DeadLetter.maximumNameBytes),
            stage: DeadLetter.cut(stage, to: DeadLetter.maximumNameBytes),
            reason: DeadLetter.cut(reason, to: DeadLetter.maximumReasonBytes), tries: tries, payloadBytes: payload.count)
        let bytes = payload.withUnsafeBytes { letter.encode($0) }
        try makeRoom(for: letter, time: time)
        letter.sequence = try log.append(key: .none, kind: Self.letterKind, time: time, payload: bytes)
        letters.append(letter)
        openBytes += letter.payloadBytes
        return letter.sequence
    }

    private func makeRoom(for letter: DeadLetter, time: Int64) throws(JournalError) {
        while !letters.isEmpty,
            letters.count >= options.maximumLetters || openBytes + letter.payloadBytes > options.maximumBytes
        {
            try takeOff(at: 0, .displaced, time: time)
            displaced += 1
        }
    }

    /// Makes what was appended durable.
    /// - Throws: `.noSpace`: nothing that was appended since the last commit was kept. `.syncFailed`: the log must be
    ///   opened again.
    package func commit() throws(JournalError) {
        do throws(JournalError) {
            try log.commit()
        } catch {
            if error.code != .syncFailed { restore() }
            throw error
        }
        takenOff.removeAll()
    }

    private func restore() {
        let last = log.lastCommitted ?? 0
        letters = (takenOff + letters).filter { $0.sequence <= last }.sorted { $0.sequence < $1.sequence }
        displaced -= min(displaced, takenOff.count)
        takenOff.removeAll()
        openBytes = letters.reduce(0) { $0 + $1.payloadBytes }
    }

    /// Ends a letter, durably; what was appended before becomes durable as well.
    /// - Throws: as `append` and `commit`; `.invalid` when there is no such open letter.
    package func resolve(_ sequence: UInt64, _ how: Resolution, time: Int64) throws(JournalError) {
        try resolve([sequence], how, time: time)
    }

    /// Ends several letters with one sync.
    package func resolve(_ sequences: [UInt64], _ how: Resolution, time: Int64) throws(JournalError) {
        try log.check()
        for sequence in sequences where index(of: sequence) == nil {
            throw JournalError(.invalid, path: directory, detail: "there is no dead letter \(sequence)")
        }
        do throws(JournalError) {
            for sequence in sequences {
                if let index = index(of: sequence) { try takeOff(at: index, how, time: time) }
            }
        } catch {
            if error.code != .syncFailed {
                try log.rollBack()
                restore()
            }
            throw error
        }
        try commit()
    }

    private func takeOff(at index: Int, _ how: Resolution, time: Int64) throws(JournalError) {
        let letter = letters[index]
        try log.append(
            key: EntryKey(high: UInt64(how.rawValue), low: letter.sequence), kind: Self.resolutionKind, time: time,
            payload: [])
        letters.remove(at: index)
        takenOff.append(letter)
        openBytes -= letter.payloadBytes
    }

    private func index(of sequence: UInt64) -> Int? {
        let index = letters.partitionPoint { $0.sequence >= sequence }
        return index < letters.count && letters[index].sequence == sequence ? index : nil
    }

    /// Removes the segments before that of the oldest open letter.
    ///
    /// Only from the front: a resolution must outlive its letter.
    /// - Returns: the number of segments removed.
    @discardableResult
    package func compact() throws(JournalError) -> Int {
        try log.removeSegments(SegmentLog.Removal(before: letters.first?.sequence ?? log.nextSequence)).count
    }
}
