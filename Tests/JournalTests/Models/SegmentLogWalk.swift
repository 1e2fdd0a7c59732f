import Glibc
import Journal
import TestSupport

/// One life of a log on a simulated disk, beside a model of what it owes: every entry whose commit came back without an error
/// is read again after anything, once, until it is removed or its own bytes are damaged.
struct SegmentLogWalk {
    enum Event: String, CaseIterable {
        case appended, commits, fullDisks = "full disks", rollBacks = "roll-backs", removals, kills, powerCuts = "power cuts"
        case failedSyncs = "failed syncs", failedWrites = "failed writes", damage, lost, survived = "unpromised survivors"
    }

    static let directory = "/state/records"
    private static let mark = "\(directory)/high-water"

    private var random: SeededGenerator
    private let disk: SimulatedDisk
    private let options: SegmentLogOptions
    private var log: SegmentLog
    /// Entries that were committed and neither removed nor damaged.
    private var owed: [UInt64: LogEntry] = [:]
    private var waiting: [LogEntry] = []
    /// What was handed over since the last commit: it may come through a crash, and need not.
    private var possible: [UInt64: [LogEntry]] = [:]
    /// What a removal that was cut short may have taken.
    private var doubtful: Set<UInt64> = []
    private var highest: UInt64 = 0
    private var isDamaged = false
    /// Bytes that were damaged, by file. None is damaged twice, which could make an entry whole again.
    private var struck: [String: Set<Int>] = [:]
    private var stepsUntilRoom = 0
    private(set) var counts: [Event: Int] = [:]
    private(set) var lastStep = ""

    init(_ random: SeededGenerator) throws {
        self.random = random
        disk = SimulatedDisk(seed: self.random.next())
        options = SegmentLogOptions(segmentBytes: 1_500, bufferBytes: 500, files: disk)
        log = try SegmentLog(directory: Self.directory, options: options)
    }

    private mutating func count(_ event: Event, _ number: Int = 1) { counts[event, default: 0] += number }

    mutating func step() throws {
        if stepsUntilRoom > 0 {
            stepsUntilRoom -= 1
            if stepsUntilRoom == 0 { disk.room = .max }
        }
        // The power can go while the high-water mark is written, which no caller hears of.
        if disk.isOff { try crash() }
        switch random.below(1_000) {
        case 0..<600: try append()
        case 600..<810: try commit()
        case 810..<830: try rollBack()
        case 830..<845: fillDisk()
        case 845..<870: try remove()
        case 870..<885: try kill()
        case 885..<910: disk.changesUntilPowerCut = random.below(12)
        case 910..<918: disk.failsNextSync = true
        case 918..<924: disk.nextWriteError = random.chance(50) ? EIO : EROFS
        case 924..<940: try damage()
        case 940..<950: try verifyReader()
        default: try readOne()
        }
    }

    /// Ends with a power cut and everything in its place.
    mutating func end() throws {
        disk.room = .max
        try crash()
        try verify()
        try verifyReader()
    }

    // MARK: Steps

    private mutating func append() throws {
        lastStep = "append"
        let length = random.chance(10) ? random.below(900) : random.below(60)
        // Payloads that look like entries must not confuse the search for the next one.
        let payload =
            random.chance(20)
            ? (0..<length).map { $0 % 2 == 0 ? 0x5E : 0xE5 } : [UInt8](repeating: UInt8(random.below(256)), count: length)
        var entry = LogEntry(
            sequence: 0, time: Int64(random.below(1_000)), key: EntryKey(high: random.next(), low: random.next()),
            kind: UInt8(random.below(256)), payload: payload)
        var sequence: UInt64?
        try attempt { log in
            sequence = try log.append(key: entry.key, kind: entry.kind, time: entry.time, payload: entry.payload)
        }
        guard let sequence else { return }
        try require(sequence > highest, "number \(sequence) was given twice")
        if let last = waiting.last { try require(sequence == last.sequence + 1, "\(sequence) follows \(last.sequence)") }
        entry.sequence = sequence
        waiting.append(entry)
        possible[sequence, default: []].append(entry)
        count(.appended)
    }

    private mutating func commit() throws {
        lastStep = "commit"
        let before = waiting
        if try attempt({ try $0.commit() }) {
            // With nothing to commit nothing is synced, and what was rolled back before may still come back.
            guard let last = waiting.last else { return }
            for entry in waiting { owed[entry.sequence] = entry }
            highest = max(highest, last.sequence)
            waiting = []
            possible = [:]
            count(.commits)
        } else if waiting.count == before.count, !before.isEmpty {
            // No room: nothing was kept, and the same numbers come again.
            waiting = []
            try require(log.pendingEntries == 0 && log.nextSequence == before[0].sequence, "a failed commit kept something")
        }
    }

    private mutating func rollBack() throws {
        lastStep = "roll back"
        if try attempt({ try $0.rollBack() }) { waiting = [] }
        count(.rollBacks)
    }

    private mutating func fillDisk() {
        disk.room = random.chance(30) ? 0 : random.below(700)
        stepsUntilRoom = 1 + random.below(25)
        count(.fullDisks)
    }

    private mutating func remove() throws {
        lastStep = "remove"
        guard waiting.isEmpty, log.segmentCount > 6 || random.chance(5) else { return }
        let before = highest - min(highest, UInt64(random.below(40)))
        doubtful = Set(owed.keys.filter { $0 < before })
        var ranges: [Range<UInt64>] = []
        let isDone = try attempt { ranges = try $0.removeSegments(.init(before: before)) }
        doubtful = []
        guard isDone else { return }
        for range in ranges {
            try require(range.upperBound <= before, "removed \(range), which is not below \(before)")
            for sequence in range { owed[sequence] = nil }
            count(.removals)
        }
    }

    /// The process dies, the machine goes on.
    private mutating func kill() throws {
        lastStep = "kill"
        count(.kills)
        try open()
    }

    private mutating func readOne() throws {
        lastStep = "read"
        let sequence = UInt64(random.below(Int(highest) + 2))
        let owed = owed[sequence]
        try attempt { log in
            let entry = try log.read(sequence)
            try require(entry == owed, "read \(String(describing: entry)), not \(String(describing: owed))")
        }
    }

    // MARK: Failures

    /// Does something that may fail as the disk fails.
    /// - Returns: whether it was done.
    @discardableResult
    private mutating func attempt(_ body: (SegmentLog) throws -> Void) throws -> Bool {
        do {
            try body(log)
            return true
        } catch let error as JournalError {
            if disk.isOff {
                try crash()
                return false
            }
            switch error.code {
            case .noSpace:
                try require(disk.room != .max, "\(error), and there is room")
            case .io(EROFS): count(.failedWrites)
            case .syncFailed:
                try refuseEverything()
                count(error.detail.contains("sync") ? .failedSyncs : .failedWrites)
                if random.chance(50) { try crash() } else { try open() }
            default: throw error
            }
            return false
        }
    }

    /// After a failed sync nothing is acknowledged any more: what is on disk is unknown.
    private mutating func refuseEverything() throws {
        let log = log
        let calls: [() throws -> Void] = [
            { try log.commit() }, { try log.append(key: .none, kind: 1, time: 1, payload: []) }, { _ = try log.read(1) },
            { try log.rollBack() }, { try log.removeSegments(.init(before: 9)) },
        ]
        for call in calls {
            do {
                try call()
            } catch let error as JournalError where error.code == .syncFailed {
                continue
            }
            throw ModelFault("something was done after a failed sync")
        }
    }

    private mutating func crash() throws {
        count(.powerCuts)
        disk.restart()
        try open()
    }

    /// Opens the log again, however often the power goes meanwhile, and looks at what it has.
    private mutating func open() throws {
        if random.chance(20) { disk.changesUntilPowerCut = random.below(10) }
        disk.failsNextSync = false
        disk.nextWriteError = nil
        while true {
            do {
                log = try SegmentLog(directory: Self.directory, options: options)
                break
            } catch let error as JournalError {
                if disk.isOff {
                    disk.restart()
                } else if error.code == .noSpace, disk.room != .max {
                    disk.room = .max
                } else {
                    throw error
                }
                if random.chance(20) { disk.changesUntilPowerCut = random.below(10) }
            }
        }
        try takeOver()
    }

    /// What the opened log has must be what it owes, and perhaps more that was handed over.
    private mutating func takeOver() throws {
        waiting = []
        let entries = try all()
        let read = Dictionary(entries.map { ($0.sequence, $0) }, uniquingKeysWith: { first, _ in first })
        try require(read.count == entries.count, "a number is there twice")
        let gone = doubtful.filter { read[$0] == nil }
        if let last = gone.max() {
            try require(doubtful.allSatisfy { $0 > last || gone.contains($0) }, "a later segment went before an earlier one")
        }
        for sequence in gone { owed[sequence] = nil }
        doubtful = []
        for entry in entries where owed[entry.sequence] == nil {
            try require(possible[entry.sequence]?.contains(entry) == true, "entry \(entry.sequence) was never handed over")
            owed[entry.sequence] = entry
            count(.survived)
        }
        possible = [:]
        if !isDamaged { try require(log.recovery.lostAtEnd == nil, "nothing was lost, and it says \(log.recovery)") }
        try require((log.lastCommitted ?? 0) >= highest, "\(highest) was committed, the log knows \(log.lastCommitted ?? 0)")
        highest = max(highest, log.lastCommitted ?? 0)
        try verify(entries)
        if random.chance(10), disk.room == .max, disk.changesUntilPowerCut == nil {
            let checked = try JournalInspection.check(.records, directory: Self.directory, files: disk)
            try require(checked.isClean, "mended, and still: \(checked.recovery)")
        }
    }

    // MARK: Damage

    /// The service stands still, and bytes of a file change or are gone.
    private mutating func damage() throws {
        lastStep = "damage"
        guard disk.changesUntilPowerCut == nil, disk.room == .max, waiting.isEmpty else { return }
        try open()
        guard disk.changesUntilPowerCut == nil else { return }
        disk.settle()
        let segments = disk.files(in: Self.directory).filter { $0.hasSuffix(".log") }
        guard let file = segments.isEmpty ? nil : segments[random.below(segments.count)] else { return }
        if random.chance(10), owed[highest] != nil { return try damageMark() }
        let path = "\(Self.directory)/\(file)"
        let before = disk.bytes(path)
        let after = strike(before, file)
        let lost = owed.values.filter { entry in
            segments.last { UInt64($0.prefix(20)) ?? 0 <= entry.sequence } == file && isHit(entry, before, after)
        }.map(\.sequence)
        disk.put(after, path)
        isDamaged = true
        count(.damage)
        count(.lost, lost.count)
        for sequence in lost { owed[sequence] = nil }
        let checked = try JournalInspection.check(.records, directory: Self.directory, files: disk)
        for sequence in lost {
            try require(checked.recovery.tells(of: sequence), "\(sequence) in \(file) is lost, and it says: \(checked.recovery)")
        }
        try open()
    }

    private mutating func damageMark() throws {
        disk.put(random.chance(50) ? nil : random.bytes(random.below(40)), Self.mark)
        isDamaged = true
        count(.damage)
        try open()
    }

    private mutating func strike(_ before: [UInt8], _ file: String) -> [UInt8] {
        guard !before.isEmpty else { return before }
        var after = before
        let start = random.below(before.count)
        switch random.below(5) {
        case 0, 1: after[start] ^= UInt8(1 << random.below(8))
        case 2, 3:
            let fill: UInt8 = random.chance(50) ? 0 : 0xFF
            for index in start..<min(before.count, start + 1 + random.below(600)) { after[index] = fill }
        default: after.removeSubrange(start...)
        }
        for index in after.indices where after[index] != before[index] {
            if struck[file, default: []].insert(index).inserted { continue }
            after[index] = before[index]
        }
        return after
    }

    /// Whether any byte of the entry changed. It is found by its key, which no other has.
    private func isHit(_ entry: LogEntry, _ before: [UInt8], _ after: [UInt8]) -> Bool {
        guard let place = before.place(of: entry.key.bytes)?.lowerBound else { return false }
        let range = (place - 32)..<(place + 32 + entry.payload.count)
        return range.contains { $0 >= after.count || after[$0] != before[$0] }
    }

    // MARK: What must hold

    private func all() throws -> [LogEntry] { try log.read(from: 0, limit: .max, bytes: .max) }

    private func verify() throws { try verify(try all()) }

    private func verify(_ entries: [LogEntry]) throws {
        let expected = owed.values.sorted { $0.sequence < $1.sequence }
        guard entries != expected else { return }
        let read = Set(entries.map(\.sequence))
        let missing = expected.filter { !read.contains($0.sequence) }.map(\.sequence)
        let extra = read.filter { owed[$0] == nil }.sorted()
        throw ModelFault("committed and not read: \(missing); read and not owed: \(extra); recovery: \(log.recovery)")
    }

    private mutating func verifyReader() throws {
        lastStep = "reader"
        let reader = try SegmentLogReader(directory: Self.directory, files: disk)
        let batch = try reader.read(from: 1, limit: .max, bytes: .max)
        try require(
            batch.entries.map(\.sequence) == owed.keys.sorted() && batch.isAtEnd,
            "a reader sees \(batch.entries.map(\.sequence)), not \(owed.keys.sorted())")
    }
}

extension RecoveryReport {
    /// Whether an entry is among those said to be lost.
    func tells(of sequence: UInt64) -> Bool {
        faults.contains { $0.lost?.contains(sequence) ?? false } || lostAtEnd?.contains(sequence) ?? false
            || absent.contains { $0.contains(sequence) }
    }
}

extension [UInt8] {
    /// Where these bytes, at least one, stand first.
    func place(of other: [UInt8]) -> Range<Int>? {
        withUnsafeBytes { raw in
            other.withUnsafeBytes { wanted in
                guard let base = raw.baseAddress, let part = wanted.baseAddress else { return nil }
                var start = 0
                while start + wanted.count <= raw.count,
                    let hit = memchr(base + start, Int32(wanted[0]), raw.count - wanted.count + 1 - start)
                {
                    start = base.distance(to: UnsafeRawPointer(hit))
                    if memcmp(hit, part, wanted.count) == 0 { return start..<(start + wanted.count) }
                    start += 1
                }
                return nil
            }
        }
    }
}
