import Glibc
import Journal
import TestSupport
import Testing

/// Random operations, crashes and damage against a model that knows where each entry stands.
@Suite struct SegmentLogModelTests {
    /// An entry that was committed, and its place.
    private struct Known {
        var entry: LogEntry
        var file: String
        var range: Range<Int>
    }

    private struct Place: Hashable {
        var file: String
        var offset: Int
    }

    private struct Bench {
        let directory = TestDirectory()
        let faults = FaultPlan()
        var random: SeededGenerator
        var log: SegmentLog
        var known: [UInt64: Known] = [:]
        var waiting: [LogEntry] = []
        var highest: UInt64 = 0
        var file = ""
        var end = 0
        /// Bytes that were damaged. None is damaged twice: that could make an entry whole again which the model holds for lost.
        var struck: Set<Place> = []
        var counts: [String: Int] = [:]
        let options: SegmentLogOptions

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            let faults = faults
            options = SegmentLogOptions(segmentBytes: 3_000, bufferBytes: 700, intercept: { faults.answer($0) })
            log = try SegmentLog(directory: directory.path, options: options)
        }

        mutating func count(_ what: String) { counts[what, default: 0] += 1 }
        func path(_ name: String) -> String { "\(directory.path)/\(name)" }
        var files: [String] { TestDirectory.segments(directory.path) }
    }

    @Test func nothingCommittedIsLostButWhatWasDamagedAndThatIsReported() throws {
        let seed = SeededGenerator.announced("segment log").seed
        var bench = try Bench(seed: seed)
        for _ in 0..<(4_000 * Seeds.scale) { try step(&bench) }
        try verify(&bench)
        print("journal: \(bench.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
        #expect(bench.counts["lost", default: 0] > 0)
        #expect(bench.counts["damage", default: 0] > 10 * Seeds.scale)
    }

    private func step(_ bench: inout Bench) throws {
        switch bench.random.below(100) {
        case 0..<62: try append(&bench)
        case 62..<80: try commit(&bench)
        case 80..<84: try fullDisk(&bench)
        case 84..<86: try rollBack(&bench)
        case 86..<88: try remove(&bench)
        case 88..<94: try crash(&bench)
        case 94..<98: try damage(&bench)
        default: try verify(&bench)
        }
    }

    private func append(_ bench: inout Bench) throws {
        let length = bench.random.chance(10) ? bench.random.below(900) : bench.random.below(60)
        // Payloads that look like entries must not confuse the search for the next one.
        let payload = bench.random.chance(20) ? (0..<length).map { $0 % 2 == 0 ? 0x5E : 0xE5 } : bench.random.bytes(length)
        var entry = LogEntry(
            sequence: 0, time: Int64(bench.random.below(1_000)), key: EntryKey(high: bench.random.next(), low: 1),
            kind: UInt8(bench.random.below(256)), payload: payload)
        entry.sequence = try bench.log.append(
            key: entry.key, kind: entry.kind, time: entry.time, payload: entry.payload)
        #expect(entry.sequence > bench.highest, "a number was given twice")
        #expect(bench.waiting.last.map { $0.sequence + 1 == entry.sequence } ?? true)
        bench.waiting.append(entry)
        bench.count("appended")
    }

    private func commit(_ bench: inout Bench) throws {
        try bench.log.commit()
        keep(&bench)
        bench.count("commits")
    }

    /// Notes where the waiting entries stand now.
    private func keep(_ bench: inout Bench) {
        for entry in bench.waiting {
            let name = String(repeating: "0", count: 20 - String(entry.sequence).count) + "\(entry.sequence).log"
            if bench.file != name, access(bench.path(name), F_OK) == 0 {
                bench.file = name
                bench.end = 64
            }
            let range = bench.end..<(bench.end + 64 + entry.payload.count)
            bench.known[entry.sequence] = Known(entry: entry, file: bench.file, range: range)
            bench.end = range.upperBound
            bench.highest = entry.sequence
        }
        bench.waiting = []
    }

    private func fullDisk(_ bench: inout Bench) throws {
        guard !bench.waiting.isEmpty else { return }
        let fault: FileFault =
            bench.random.chance(50)
            ? .error(ENOSPC) : .shortWrite(bytes: bench.random.below(200), error: ENOSPC)
        bench.faults.always = [.write: fault]
        do {
            try bench.log.commit()
            // Everything had been handed to the system before.
            bench.faults.always = [:]
            keep(&bench)
        } catch {
            #expect(error.code == .noSpace)
            bench.waiting = []
        }
        bench.faults.always = [:]
        bench.count("full disks")
    }

    private func rollBack(_ bench: inout Bench) throws {
        try bench.log.rollBack()
        bench.waiting = []
    }

    private func remove(_ bench: inout Bench) throws {
        guard bench.waiting.isEmpty, bench.log.segmentCount > 8 || bench.random.chance(5) else { return }
        let before = bench.highest - UInt64(bench.random.below(30)).clamped(to: bench.highest)
        for range in try bench.log.removeSegments(.init(before: before)) {
            for sequence in range { bench.known[sequence] = nil }
            bench.count("segments removed")
        }
        if bench.files.last != bench.file { (bench.file, bench.end) = ("", 0) }
    }

    // MARK: Crashes

    /// The process dies: what waits is gone, or partly in the file, with garbage behind it.
    private func crash(_ bench: inout Bench) throws {
        let last = bench.files.last
        if let last, !bench.waiting.isEmpty || bench.random.chance(50) {
            let written = Bytes.read(bench.path(last)).count
            let committed = last == bench.file ? bench.end : 64
            Bytes.change(bench.path(last)) { bytes in
                switch bench.random.below(4) {
                case 0: bytes = Array(bytes.prefix(committed + bench.random.below(max(1, written - committed + 1))))
                case 1: bytes += bench.random.bytes(bench.random.below(300))
                case 2: bytes += [UInt8](repeating: 0, count: bench.random.below(5_000))
                default: break
                }
            }
        }
        try reopen(&bench, mayKeep: bench.waiting)
        bench.count("crashes")
    }

    private func reopen(_ bench: inout Bench, mayKeep waiting: [LogEntry]) throws {
        bench.waiting = []
        bench.log = try SegmentLog(directory: bench.directory.path, options: bench.options)
        // Entries that were written and not committed may have come through, whole and in order.
        for entry in waiting {
            guard let read = try bench.log.read(entry.sequence) else { break }
            #expect(read == entry)
            bench.waiting.append(entry)
        }
        keep(&bench)
        bench.highest = max(bench.highest, bench.log.lastCommitted ?? 0)
        let last = bench.files.last
        if last != bench.file || last == nil { bench.file = last ?? "" }
        bench.end = last.map { Bytes.read(bench.path($0)).count } ?? 0
        let checked = try JournalInspection.check(.records, directory: bench.directory.path)
        #expect(checked.isClean, "mended, and a check still finds: \(checked.recovery)")
        try verify(&bench)
    }

    // MARK: Damage

    private func damage(_ bench: inout Bench) throws {
        guard bench.waiting.isEmpty, let file = bench.files.randomElement(using: &bench.random) else { return }
        let hit = strike(file, &bench)
        let unlinks = bench.random.chance(20)
        guard let firstHit = hit.first else { return }
        // Both proofs of the last number at once cannot be missed.
        let isProven = bench.known[bench.highest] != nil || UInt64(bench.files.last?.prefix(20) ?? "") ?? 0 > bench.highest
        if unlinks, hit.count == 1, isProven { unlink(bench.path("high-water")) }
        let hasMark = access(bench.path("high-water"), F_OK) == 0
        let lost = bench.known.values.filter { $0.file == file && hit.contains(where: $0.range.contains) }.map(\.entry.sequence)
        let checked = try JournalInspection.check(.records, directory: bench.directory.path)
        let before = bench.highest
        for sequence in lost { bench.known[sequence] = nil }
        if !hasMark, lost.contains(before) {
            // Nothing is left that could tell of it.
            bench.highest = bench.known.keys.max() ?? 0
        }
        try reopen(&bench, mayKeep: [])
        let report = bench.log.recovery
        for sequence in lost where hasMark {
            #expect(tells(report, of: sequence), "\(sequence) was lost in \(file) from \(firstHit) on, the report says: \(report)")
            #expect(tells(checked.recovery, of: sequence))
        }
        #expect(lost.isEmpty || !report.description.isEmpty)
        bench.counts["lost", default: 0] += lost.count
        bench.count("damage")
    }

    /// Changes bytes of a file, or cuts it.
    /// - Returns: the places that have another byte now, or none; fewer than were written to, as some had that byte before.
    private func strike(_ file: String, _ bench: inout Bench) -> [Int] {
        let before = Bytes.read(bench.path(file))
        guard !before.isEmpty else { return [] }
        var after = damaged(before, &bench.random)
        for index in after.indices where after[index] != before[index] {
            if !bench.struck.insert(Place(file: file, offset: index)).inserted { after[index] = before[index] }
        }
        Bytes.write(after, bench.path(file))
        return before.indices.filter { $0 >= after.count || after[$0] != before[$0] }
    }

    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let start = random.below(bytes.count)
        switch random.below(4) {
        case 0, 1: bytes[start] ^= UInt8(1 << random.below(8))
        case 2:
            let end = min(bytes.count, start + 1 + random.below(400))
            for index in start..<end { bytes[index] = random.chance(50) ? 0 : 0xFF }
        default: bytes.removeSubrange(start...)
        }
        return bytes
    }

    private func tells(_ report: RecoveryReport, of sequence: UInt64) -> Bool {
        report.faults.contains { $0.lost?.contains(sequence) ?? false } || report.lostAtEnd?.contains(sequence) ?? false
            || report.absent.contains { $0.contains(sequence) }
    }

    private func verify(_ bench: inout Bench) throws {
        let entries = try bench.log.read(from: 0, limit: .max, bytes: .max)
        let expected = bench.known.values.map(\.entry).sorted { $0.sequence < $1.sequence }
        #expect(entries == expected)
        #expect(bench.log.lastCommitted ?? 0 >= bench.highest)
        let reader = try SegmentLogReader(directory: bench.directory.path)
        let batch = try reader.read(from: 1, limit: .max, bytes: .max)
        #expect(batch.entries == expected)
        #expect(batch.isAtEnd)
        bench.count("verified")
    }
}

extension UInt64 {
    fileprivate func clamped(to bound: UInt64) -> UInt64 { Swift.min(self, bound) }
}
