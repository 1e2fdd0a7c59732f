internal import Glibc

/// Reads a log's directory and, unless it only looks, makes it fit to be written to again.
struct SegmentRecovery {
    let directory: String
    /// Whether faults are mended; else nothing is changed.
    let mends: Bool
    let intercept: FileInterception?
    private(set) var report = RecoveryReport()
    private(set) var segments: [LogSegment] = []
    /// At least as high as any number that was committed.
    private(set) var next: UInt64 = 1
    /// Whether the last segment can take more entries. It cannot when its unfinished end could not be copied aside for want
    /// of room: it is then left as it is, and a later opening mends it.
    private(set) var isLastWritable = true
    /// Whether a segment was seen: numbers before the first one are not missed.
    private var hasBegun = false
    /// Numbers above are taken for names of foreign files.
    private static let maximumFirst = UInt64(1) << 62
    private var damaged: DamagedFolder { DamagedFolder(of: directory, intercept: intercept) }

    init(directory: String, mends: Bool, intercept: FileInterception? = nil) {
        self.directory = directory
        self.mends = mends
        self.intercept = intercept
    }

    /// Visits every readable entry in ascending order.
    /// - Parameter extensions: endings of other files that belong here, beside each segment.
    mutating func run(
        highWater: HighWaterMark.Value?, extensions: [String], visit: (EntryHeader, _ segment: LogSegment) throws -> Void
    ) throws {
        let names = try FileSystem.list(directory)
        let firsts = names.compactMap { SegmentFormat.firstSequence(ofName: $0) }
            .filter { $0 > 0 && $0 < Self.maximumFirst && FileSystem.isRegularFile("\(directory)/\(SegmentFormat.name(of: $0))") }.sorted()
        let segmentNames = Set(firsts.map { SegmentFormat.name(of: $0) })
        report.foreignFiles = names.filter { name in
            !segmentNames.contains(name) && name != HighWaterMark.name
                && name != DamagedFolder.name
                && !extensions.contains { SegmentFormat.firstSequence(ofName: name, suffix: $0) != nil }
        }
        for (index, first) in firsts.enumerated() {
            try take(first, isLast: index == firsts.count - 1, visit: visit)
        }
        report.highWaterMissing = highWater == nil && !firsts.isEmpty
        guard let highWater, highWater.committed < .max else { return }
        if highWater.removed <= highWater.committed { next = max(next, highWater.removed + 1) }
        if highWater.committed >= next {
            report.lostAtEnd = next...highWater.committed
            next = highWater.committed + 1
            if mends { report.actions.append("new entries begin at \(next), so that no number is given twice") }
        }
    }

    private mutating func take(
        _ first: UInt64, isLast: Bool, visit: (EntryHeader, LogSegment) throws -> Void
    ) throws {
        let name = SegmentFormat.name(of: first)
        let path = "\(directory)/\(name)"
        let file = try DataFile(path, mends && isLast ? .update : .read, intercept: intercept)
        let size = try file.size()
        let segment = LogSegment(first: first, bytes: size)
        var summary = RecoveryReport.Segment(file: name, bytes: size, entries: 0)
        guard first >= next else {
            report.segments.append(summary)
            try setAside(SegmentFault(.overlap, file: name, offset: 0, bytes: size))
            return
        }
        let header = try file.read(at: 0, count: SegmentFormat.headerBytes)
        let state = header.withUnsafeBytes { SegmentFormat.headerState($0, first: first) }
        if case .newer(let version) = state {
            throw JournalError(
                .newerFormat, path: path,
                detail: "the segment has format \(version), this program reads up to \(SegmentFormat.version)")
        }
        let scan = SegmentScan(file, name: name, verifies: true)
        let result = try scan.run(from: SegmentFormat.headerBytes, to: size, expected: first) { found in
            segment.add(found.header, offset: found.offset)
            summary.entries += 1
            summary.firstSequence = summary.firstSequence ?? found.header.sequence
            summary.lastSequence = found.header.sequence
            try visit(found.header, segment)
            return true
        }
        report.segments.append(summary)
        if segment.isEmpty, state == .damaged, !(isLast && size < SegmentFormat.headerBytes) {
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
        if state == .damaged {
            try mendHeader(of: file, segment, contents: header, isLast: isLast)
        }
        for fault in result.faults { try keep(fault, of: file) }
        if result.end < size { try handleEnd(of: file, named: name, result, size: size, isLast: isLast) }
        segment.bytes = isLast ? max(result.end, SegmentFormat.headerBytes) : size
        segment.seal()
        segments.append(segment)
        next = max(next, result.next, first)
    }

    private mutating func noteAbsent(before first: UInt64) {
        if first > next, hasBegun { report.absent.append(next...(first - 1)) }
    }

    private mutating func mendHeader(
        of file: DataFile, _ segment: LogSegment, contents: [UInt8], isLast: Bool
    ) throws {
        // A crash right after the file was made leaves part of a header, or none: nothing is lost by it.
        let isNew = contents.count < SegmentFormat.headerBytes
        var fault = SegmentFault(isNew ? .tornTail : .header, file: segment.name, offset: 0, bytes: contents.count)
        guard isLast else { return try keep(fault, of: file) }
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
        of file: DataFile, named name: String, _ result: SegmentScan.Result, size: Int, isLast: Bool
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
    private mutating func keep(_ fault: SegmentFault, of file: DataFile) throws {
        var fault = fault
        fault.copy = try damaged.existingCopy(fault.range, of: file)
        fault.isSetAside = fault.copy != nil
        if mends, fault.copy == nil { fault.copy = try damaged.copy(fault.range, of: file) }
        report.faults.append(fault)
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
