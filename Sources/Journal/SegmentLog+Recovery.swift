internal import Glibc

/// Reads a log's directory and, unless it only looks, makes it fit to be written to again.
struct SegmentRecovery {
    let directory: String
    /// Whether faults are mended; else nothing is changed.
    let mends: Bool
    let files: any FileSystem
    private(set) var report = RecoveryReport()
    private(set) var segments: [LogSegment] = []
    /// At least as high as any number that was committed.
    private(set) var next: UInt64 = 1
    /// Whether the last segment can take more entries. It cannot when its unfinished end could not be copied aside for want
    /// of room: it is then left as it is, and a later opening mends it.
    private(set) var isLastWritable = true
    /// Whether a segment was seen: numbers before the first one are not missed.
    private var hasBegun = false
    private var damaged: DamagedFolder { DamagedFolder(of: directory, files: files) }

    init(directory: String, mends: Bool, files: any FileSystem) {
        self.directory = directory
        self.mends = mends
        self.files = files
    }

    /// The high-water mark as it lies there.
    /// - Throws: `.newerFormat`, before anything was changed.
    func highWater() throws(JournalError) -> HighWaterMark.Value? {
        let path = "\(directory)/\(HighWaterMark.name)"
        guard files.kind(path) == .file else { return nil }
        do throws(JournalError) {
            return try HighWaterMark(directory: directory, files: files, writable: false).read()
        } catch where error.isDenied {
            guard mends else { return nil }
            do throws(JournalError) { try files.grantAccess(path) } catch _ { throw error }
            return try HighWaterMark(directory: directory, files: files, writable: false).read()
        }
    }

    /// Visits every readable entry in ascending order.
    /// - Parameter extensions: endings of other files that belong here, beside each segment.
    /// - Throws: `.newerFormat`, before anything was changed.
    mutating func run(
        highWater: HighWaterMark.Value?, extensions: [String], visit: (EntryHeader, _ segment: LogSegment) throws -> Void
    ) throws {
        let removed = highWater.map { $0.removed <= $0.committed ? $0.removed : 0 } ?? 0
        let survey = try survey(extensions: extensions, removed: removed)
        report.foreignFiles = survey.foreign
        for name in survey.impostors { try setAside(SegmentFault(.foreign, file: name, offset: 0, bytes: 0)) }
        for name in survey.duplicates { try setAsideDuplicate(name) }
        if highWater != nil, let first = survey.candidates.first?.first, first > removed + 1 {
            report.absent.append((removed + 1)...(first - 1))
        }
        for (candidate, following) in zip(survey.candidates, survey.candidates.dropFirst().map(Optional.init) + [nil]) {
            try take(candidate, before: following, committed: highWater?.committed, visit: visit)
        }
        for beside in survey.besides { try heed(marks: beside.file, first: beside.first, removed: removed) }
        report.highWaterMissing = highWater == nil && !survey.candidates.isEmpty
        guard let highWater, highWater.committed < .max else { return }
        next = max(next, removed + 1)
        if highWater.committed >= next {
            report.lostAtEnd = next...highWater.committed
            next = highWater.committed + 1
            if mends { report.actions.append("new entries begin at \(next), so that no number is given twice") }
        }
    }

    private func survey(extensions: [String], removed: UInt64) throws(JournalError) -> SegmentSurvey {
        do throws(JournalError) {
            return try SegmentSurvey(directory: directory, files: files, extensions: extensions, removed: removed)
        } catch where error.isDenied && mends {
            do throws(JournalError) { try files.grantAccess(directory) } catch _ { throw error }
            return try SegmentSurvey(directory: directory, files: files, extensions: extensions, removed: removed)
        }
    }

    /// Marks prove that numbers were given, should the segment and the high-water mark be gone: a new entry must not get the
    /// number of a finished one. Marks of segments that were removed on purpose go after them.
    private mutating func heed(marks name: String, first: UInt64, removed: UInt64) throws(JournalError) {
        let isHere = segments.contains { $0.first == first }
        guard !isHere || first == segments.last?.first else { return }
        if !isHere, first <= removed {
            if mends { try files.remove("\(directory)/\(name)") }
            return
        }
        if !isHere { report.foreignFiles.append(name) }
        var highest: UInt64 = 0
        let marks = CompletionFile(directory: directory, first: first, files: files, grants: mends)
        do throws(JournalError) {
            try marks.read { sequence, _ in highest = max(highest, sequence) }
        } catch where error.isDenied && !mends {
            return
        }
        guard highest >= next, highest < SegmentSurvey.maximumFirst else { return }
        report.absent.append(next...highest)
        next = highest + 1
    }

    private mutating func take(
        _ candidate: SegmentSurvey.Candidate, before following: SegmentSurvey.Candidate?, committed: UInt64?,
        visit: (EntryHeader, LogSegment) throws -> Void
    ) throws {
        let first = candidate.first
        let given = following.map { $0.first - 1 } ?? committed
        let isLast = following == nil
        guard let name = try accessibleName(of: candidate, given: given) else { return }
        let file = try open(name, mends && isLast ? .update : .read)
        let size = try file.size()
        let segment = LogSegment(first: first, file: name, bytes: size)
        var summary = RecoveryReport.Segment(file: name, bytes: size, entries: 0)
        guard first >= next else {
            report.segments.append(summary)
            try setAside(SegmentFault(.overlap, file: name, offset: 0, bytes: size))
            return
        }
        let header = try file.read(at: 0, count: SegmentFormat.headerBytes)
        let state = header.withUnsafeBytes { SegmentFormat.headerState($0, first: first) }
        let scan = SegmentScan(file, name: name, verifies: true, given: given, isComplete: following?.isProven ?? false)
        let result = try scan.run(from: SegmentScan.start(in: file, header: state), to: size, expected: first) { found in
            segment.add(found.header, offset: found.offset)
            summary.entries += 1
            summary.firstSequence = summary.firstSequence ?? found.header.sequence
            summary.lastSequence = found.header.sequence
            try visit(found.header, segment)
            return true
        }
        report.segments.append(summary)
        if segment.isEmpty, state != .valid, !(isLast && size < SegmentFormat.headerBytes) {
            try setAside(SegmentFault(.foreign, file: name, offset: 0, bytes: size))
            // If it was a segment once, numbers below its name were given. A name far off is somebody else's.
            if first - next < 1 << 32 {
                noteAbsent(before: first)
                next = first
                hasBegun = true
            }
            return
        }
        noteAbsent(before: first)
        hasBegun = true
        if state != .valid {
            let hasRoom = segment.locations.allSatisfy { $0.offset == 0 || $0.offset >= SegmentFormat.headerBytes }
            if isLast, !hasRoom { isLastWritable = false }
            try mendHeader(of: file, segment, contents: header, isLast: isLast && hasRoom)
        }
        for fault in result.faults { try keep(fault, of: file) }
        if result.end < size { try handleEnd(of: file, named: name, result, size: size, isLast: isLast) }
        segment.bytes = isLast ? max(result.end, SegmentFormat.headerBytes) : size
        segment.seal()
        segments.append(segment)
        next = max(next, result.next, first)
    }

    /// The name under which a segment's file can be read; nil when it cannot, which is told.
    private mutating func accessibleName(
        of candidate: SegmentSurvey.Candidate, given: UInt64?
    ) throws(JournalError) -> String? {
        let name = candidate.file
        let path = "\(directory)/\(name)"
        if let failure = candidate.failure {
            guard mends else {
                let lost = given.flatMap { $0 >= candidate.first ? candidate.first...$0 : nil }
                report.faults.append(SegmentFault(.unreadable, file: name, offset: 0, bytes: 0, lost: lost))
                noteAbsent(before: candidate.first)
                hasBegun = true
                next = max(next, candidate.first, lost.map { $0.upperBound + 1 } ?? 0)
                return nil
            }
            do throws(JournalError) { try grant(name) } catch _ { throw failure }
        }
        let own = SegmentFormat.name(of: candidate.first)
        guard name != own else { return name }
        var fault = SegmentFault(.misnamed, file: name, offset: 0, bytes: try files.open(path, .read).size())
        if mends {
            try files.rename(path, to: "\(directory)/\(own)")
            try files.syncDirectory(directory)
            fault.copy = own
            report.actions.append("\(name): renamed to \(own)")
        }
        report.faults.append(fault)
        return mends ? own : name
    }

    /// Opens a file of the directory; one that this account owns and may not use is made usable.
    private mutating func open(_ name: String, _ mode: FileMode) throws(JournalError) -> any OpenFile {
        do throws(JournalError) {
            return try files.open("\(directory)/\(name)", mode)
        } catch where error.isDenied && mends {
            do throws(JournalError) { try grant(name) } catch _ { throw error }
            return try files.open("\(directory)/\(name)", mode)
        }
    }

    private mutating func grant(_ name: String) throws(JournalError) {
        try files.grantAccess("\(directory)/\(name)")
        report.actions.append("\(name): this account may read and write it now")
    }

    private mutating func noteAbsent(before first: UInt64) {
        if first > next, hasBegun { report.absent.append(next...(first - 1)) }
    }

    private mutating func mendHeader(
        of file: any OpenFile, _ segment: LogSegment, contents: [UInt8], isLast: Bool
    ) throws {
        // A crash right after the file was made leaves part of a header, or none: nothing is lost by it.
        let isNew = contents.count < SegmentFormat.headerBytes
        var fault = SegmentFault(isNew ? .tornTail : .header, file: segment.name, offset: 0, bytes: contents.count)
        // Looked at while another file was the last one, it has its copy already.
        guard isLast, mends || isNew else { return try keep(fault, of: file) }
        if mends, !contents.isEmpty { fault.copy = try damaged.copy(fault.range, of: file) }
        report.faults.append(fault)
        guard mends, contents.isEmpty || fault.copy != nil else { return }
        try SegmentFormat.header(first: segment.first).withBytes { (bytes) throws(JournalError) in
            try file.write(bytes, at: 0)
        }
        try file.sync()
        report.actions.append("\(segment.name): header written again")
    }

    /// The end of the last segment is cut off, so that new entries follow the readable ones.
    private mutating func handleEnd(
        of file: any OpenFile, named name: String, _ result: SegmentScan.Result, size: Int, isLast: Bool
    ) throws {
        let start = result.end
        guard start >= SegmentFormat.headerBytes else { return }
        var fault = SegmentFault(isLast ? .tornTail : .damage, file: name, offset: start, bytes: size - start)
        guard isLast else { return try keep(fault, of: file) }
        if mends { fault.copy = try damaged.copy(fault.range, of: file) }
        report.faults.append(fault)
        guard mends else { return }
        guard fault.copy != nil else {
            isLastWritable = false
            return
        }
        try file.truncate(to: start)
        try file.sync()
        report.actions.append("\(name): cut to \(start) bytes")
    }

    /// Notes damage that stays where it is, with a copy of its bytes beside. What has its copy already is history.
    private mutating func keep(_ fault: SegmentFault, of file: any OpenFile) throws {
        var fault = fault
        fault.copy = try damaged.existingCopy(fault.range, of: file)
        fault.isSetAside = fault.copy != nil
        if mends, fault.copy == nil { fault.copy = try damaged.copy(fault.range, of: file) }
        report.faults.append(fault)
    }

    /// A copy of a segment that is here under its own name.
    private mutating func setAsideDuplicate(_ name: String) throws {
        let bytes = try files.open("\(directory)/\(name)", .read).size()
        try setAside(SegmentFault(.overlap, file: name, offset: 0, bytes: bytes))
    }

    /// Moves a file that is no segment of this log out of the way.
    private mutating func setAside(_ fault: SegmentFault) throws {
        var fault = fault
        if mends {
            let target = try damaged.moveHere(fault.file)
            fault.copy = target
            report.actions.append("\(fault.file): moved to \(target)")
        }
        report.faults.append(fault)
    }
}
