/// What the files of a log tell at a glance, whether a service uses them or not: nothing is locked, nothing is changed, and
/// entries are looked at only up to a deadline.
package enum LogOutline {
    package struct Intake: Sendable, Hashable {
        /// The highest number ever given, 0 before the first.
        package var lastSequence: UInt64 = 0
        /// Accepted and not finished. An entry whose mark was lost counts, and so does a damaged one.
        package var open = 0
        package var bytes = 0
    }

    package struct Records: Sendable, Hashable {
        /// The oldest and the newest that can be read; 0 when there are none.
        package var firstSequence: UInt64 = 0
        package var lastSequence: UInt64 = 0
        package var bytes = 0
    }

    /// An entry that was looked for.
    package struct Found: Sendable, Hashable {
        package var sequence: UInt64
        /// Milliseconds since 1970.
        package var time: Int64
        package var kind: UInt8
    }

    /// Numbers are without gaps, so that the names of the segments and the marks of what is finished tell the count.
    /// - Throws: `JournalError` when the directory cannot be read.
    package static func intake(directory: String) throws(JournalError) -> Intake {
        let firsts = try segments(of: directory)
        var outline = Intake(lastSequence: try lastSequence(of: directory, segments: firsts))
        for (index, first) in firsts.enumerated() {
            outline.bytes += bytes(of: first, in: directory)
            let end = index + 1 < firsts.count ? firsts[index + 1] : outline.lastSequence + 1
            guard end > first else { continue }
            var done: Set<UInt64> = []
            _ = try CompletionFile(directory: directory, first: first, files: files).read { sequence, _ in
                if sequence >= first, sequence < end { done.insert(sequence) }
            }
            outline.open += Int(clamping: end - first) - done.count
        }
        return outline
    }

    /// - Throws: `JournalError` when the directory cannot be read.
    package static func records(directory: String) throws(JournalError) -> Records {
        let firsts = try segments(of: directory)
        let last = try lastSequence(of: directory, segments: firsts)
        return Records(
            firstSequence: last > 0 ? firsts.first ?? 0 : 0, lastSequence: last,
            bytes: firsts.reduce(0) { $0 + bytes(of: $1, in: directory) })
    }

    /// Open dead letters, ascending.
    /// - Parameter isLate: when it says so, reading ends.
    /// - Returns: the letters, and whether all were read.
    /// - Throws: `JournalError` when the directory cannot be read.
    package static func deadLetters(
        directory: String, isLate: () -> Bool
    ) throws(JournalError) -> (letters: [DeadLetter], isWhole: Bool) {
        let reader = try SegmentLogReader(directory: directory)
        guard var next = try reader.firstSequence() else { return ([], true) }
        var letters: [UInt64: DeadLetter] = [:]
        while true {
            let batch = try reader.read(from: next, limit: 256, bytes: 4 << 20)
            for entry in batch.entries {
                if let (letter, _) = DeadLetterLog.isLetter(entry.kind) ? try DeadLetter.decode(entry, of: directory) : nil {
                    letters[entry.sequence] = letter
                } else {
                    letters[entry.key.low] = nil
                }
            }
            let isWhole = batch.isAtEnd || batch.next <= next
            next = batch.next
            if isWhole || isLate() { return (letters.values.sorted { $0.sequence < $1.sequence }, isWhole) }
        }
    }

    /// The article of a dead letter, whether it is open or not; nil when there is none of this number.
    /// - Throws: `JournalError` when it cannot be read.
    package static func deadLetter(
        _ sequence: UInt64, directory: String
    ) throws(JournalError) -> (letter: DeadLetter, payload: [UInt8])? {
        let reader = try SegmentLogReader(directory: directory)
        let entries = try reader.read(from: sequence, through: sequence, limit: 1, bytes: 1).entries
        guard let entry = entries.first, DeadLetterLog.isLetter(entry.kind), let (letter, payload) = try DeadLetter.decode(entry, of: directory)
        else { return nil }
        return (letter, Array(payload))
    }

    /// The latest entry that has one of the keys, or the group. The newest segment comes first.
    /// - Parameters:
    ///   - group: `EntryKey.none` when only keys count.
    ///   - isLate: when it says so, searching ends.
    /// - Returns: the entry, and whether everything was looked at that could hold a later one.
    /// - Throws: `JournalError` when the directory cannot be read.
    package static func find(
        keys: Set<EntryKey>, group: EntryKey = .none, directory: String, isLate: () -> Bool
    ) throws -> (entry: Found?, isWhole: Bool) {
        let firsts = try segments(of: directory)
        let last = try lastSequence(of: directory, segments: firsts)
        for first in firsts.reversed() {
            guard !isLate() else { return (nil, false) }
            let file = try files.open("\(directory)/\(SegmentFormat.name(of: first))", .read)
            var found: Found?
            var count = 0
            var isCut = false
            let scan = SegmentScan(file, name: file.path, verifies: false, given: nil, isComplete: false)
            _ = try scan.run(from: SegmentFormat.headerBytes, to: try file.size(), expected: first) { entry in
                let header = entry.header
                guard header.sequence <= last else { return false }
                if keys.contains(header.key) || (group != .none && header.group == group) {
                    found = Found(sequence: header.sequence, time: header.time, kind: header.kind)
                }
                count += 1
                isCut = count.isMultiple(of: 1_024) && isLate()
                return !isCut
            }
            if found != nil || isCut { return (found, !isCut) }
        }
        return (nil, true)
    }

    /// How an entry of the intake log ended; nil while it is open.
    /// - Throws: `JournalError` when the marks cannot be read.
    package static func outcome(of sequence: UInt64, directory: String) throws(JournalError) -> IntakeLog.Outcome? {
        guard let first = try segments(of: directory).last(where: { $0 <= sequence }) else { return nil }
        var outcome: IntakeLog.Outcome?
        try CompletionFile(directory: directory, first: first, files: files).read { number, how in
            if number == sequence { outcome = IntakeLog.Outcome(rawValue: how) }
        }
        return outcome
    }

    // MARK: Files

    private static let files = LocalFileSystem()

    private static func segments(of directory: String) throws(JournalError) -> [UInt64] {
        try files.list(directory).compactMap { SegmentFormat.firstSequence(ofName: $0) }.sorted()
    }

    private static func bytes(of first: UInt64, in directory: String) -> Int {
        (try? files.open("\(directory)/\(SegmentFormat.name(of: first))", .read).size()) ?? 0
    }

    /// As the high-water file has it; where that is missing or damaged, as the last segment's entries have it.
    private static func lastSequence(of directory: String, segments: [UInt64]) throws(JournalError) -> UInt64 {
        if files.exists("\(directory)/\(HighWaterMark.name)"),
            let value = try HighWaterMark(directory: directory, files: files, writable: false).read()
        {
            return value.committed
        }
        guard let first = segments.last else { return 0 }
        let file = try files.open("\(directory)/\(SegmentFormat.name(of: first))", .read)
        let scan = SegmentScan(file, name: file.path, verifies: false, given: nil, isComplete: false)
        do {
            return try scan.run(from: SegmentFormat.headerBytes, to: try file.size(), expected: first) { _ in true }.next - 1
        } catch {
            throw error as? JournalError ?? JournalError(.invalid, path: directory, detail: "\(error)")
        }
    }
}
