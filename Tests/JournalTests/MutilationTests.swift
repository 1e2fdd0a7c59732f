import Glibc
import Journal
import TestSupport
import Testing

/// Logs of a stopped service that were cut, torn, zeroed, renamed, copied, locked or lost: `journal check`, `repair` and
/// `export` find what is intact and say what is not, and nobody has to delete anything.
@Suite struct MutilationTests {
    @Test func repairSavesWhatIsIntactAndSaysWhatIsNot() throws {
        var kinds: [Mutilation: Int] = [:]
        try Seeds.lives("mutilated logs", steps: 4_000 * Seeds.scale) { generator in
            var state = try MutilatedState(generator)
            do {
                try state.mutilate()
                try state.verify()
            } catch {
                throw ModelFault("\(state.log.rawValue) after \(state.done): \(error)")
            }
            for (kind, _) in state.done { kinds[kind, default: 0] += 1 }
            return 1
        }
        guard Seeds.life == nil else { return }
        for kind in Mutilation.allCases { #expect(kinds[kind, default: 0] > 20, "\(kind)") }
    }
}

enum Mutilation: CaseIterable {
    case cut, torn, flipped, zeroed, hole, emptied, missing, duplicated, renamed, denied
    case foreignFile, foreignSegment, directory, markMissing, markGarbled, markDenied, doneMissing, doneCut, doneFlipped, doneDenied
}

/// One log with some entries, before and after it was mutilated.
private struct MutilatedState {
    private static let state = "/state"
    private var random: SeededGenerator
    private let disk: SimulatedDisk
    let log: JournalInspection.Log
    private let directory: String
    /// Every entry that was committed, with the file that it stood in and its bytes there.
    private var entries: [(entry: LogEntry, file: String, bytes: [UInt8])] = []
    private var finished: Set<UInt64> = []
    /// Where segments are now, by their own names; nil: gone.
    private var places: [String: String?] = [:]
    private var touched: Set<String> = []
    /// Files of others, which must be somewhere afterwards.
    private var foreign: [[UInt8]] = []
    private(set) var done: [(kind: Mutilation, file: String)] = []
    private var hasMark = true

    init(_ generator: SeededGenerator) throws {
        random = generator
        disk = SimulatedDisk(seed: random.next())
        log = JournalInspection.Log.allCases[random.below(3)]
        directory = "\(Self.state)/\(log.rawValue)"
        let options = SegmentLogOptions(segmentBytes: 700, files: disk)
        let count = 8 + random.below(20)
        switch log {
        case .intake:
            let log = try IntakeLog(directory: directory, options: options)
            for number in 1...count {
                try log.append(key: key(number), time: Int64(number), payload: random.bytes(random.below(120)))
                if random.chance(40) { try log.commit() }
            }
            try log.commit()
            for sequence in 1...UInt64(count) where random.chance(40) {
                try log.complete(sequence, .published)
                finished.insert(sequence)
            }
            try log.flushCompletions()
        case .records:
            let log = try RecordLog(directory: directory, options: options)
            for number in 1...count {
                try log.append(key: key(number), time: Int64(number), payload: random.bytes(random.below(120)))
                if random.chance(40) { try log.commit() }
            }
            try log.commit()
        case .deadLetters:
            let log = try DeadLetterLog(directory: directory, options: .init(log: options))
            for number in 1...count {
                try log.append(
                    articleID: "a\(number)", stage: "sink", reason: "r", tries: 1, time: Int64(number),
                    payload: random.bytes(random.below(120)))
                if random.chance(40) { try log.commit() }
            }
            try log.commit()
        }
        disk.settle()
        try remember()
    }

    private mutating func remember() throws {
        var entries = entries
        _ = try JournalInspection.export(log, directory: directory, files: disk) { entries.append(($0, "", [])) }
        let segments = segments
        for index in entries.indices {
            let sequence = entries[index].entry.sequence
            guard let file = segments.last(where: { UInt64($0.prefix(20)) ?? 0 <= sequence }) else { continue }
            entries[index].file = file
            // The sequence and the time stand beside each other in the header, at 16 and 24.
            let times = [sequence, UInt64(bitPattern: entries[index].entry.time)]
            let bytes = disk.bytes("\(directory)/\(file)")
            let mark = times.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
            guard let place = bytes.place(of: mark)?.lowerBound else { throw ModelFault("entry \(sequence) is not in \(file)") }
            entries[index].bytes = Array(bytes[(place - 16)..<(place + 48 + entries[index].entry.payload.count)])
        }
        self.entries = entries
        for file in segments { places[file] = .some(file) }
    }

    private var segments: [String] { disk.files(in: directory).filter { $0.utf8.count == 24 && $0.hasSuffix(".log") } }

    // MARK: Mutilating

    mutating func mutilate() throws {
        for _ in 0...random.below(3) {
            let kind = Mutilation.allCases[random.below(Mutilation.allCases.count)]
            guard let file = target(of: kind), touched.insert(file).inserted else { continue }
            apply(kind, to: file)
            done.append((kind, file))
        }
    }

    private mutating func target(of kind: Mutilation) -> String? {
        switch kind {
        case .foreignFile: return "notes-\(random.below(100)).txt"
        case .foreignSegment: return name(1_000 + random.below(1_000))
        case .directory: return name(3_000 + random.below(1_000))
        case .markMissing, .markGarbled, .markDenied: return "high-water"
        case .doneMissing, .doneCut, .doneFlipped, .doneDenied:
            let marks = disk.files(in: directory).filter { $0.hasSuffix(".done") }
            return marks.isEmpty ? nil : marks[random.below(marks.count)]
        default:
            let segments = segments.filter { places[$0] != nil }
            return segments.isEmpty ? nil : segments[random.below(segments.count)]
        }
    }

    private func name(_ number: Int) -> String { String(repeating: "0", count: 20 - "\(number)".count) + "\(number).log" }

    private mutating func apply(_ kind: Mutilation, to file: String) {
        let path = "\(directory)/\(file)"
        var bytes = disk.bytes(path)
        switch kind {
        case .cut, .doneCut: bytes.removeSubrange(random.below(max(1, bytes.count))...)
        case .torn: bytes += random.chance(50) ? random.bytes(1 + random.below(300)) : [UInt8](repeating: 0, count: 1 + random.below(300))
        case .flipped, .doneFlipped: if !bytes.isEmpty { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
        case .zeroed:
            let start = random.below(bytes.count / 512 + 1) * 512
            for index in start..<max(start, min(bytes.count, start + 512)) { bytes[index] = 0 }
        case .hole:
            let start = 1 + random.below(bytes.count - 1)
            bytes.removeSubrange(start..<min(bytes.count, start + 1 + random.below(500)))
        case .emptied: bytes = []
        case .missing:
            places[file] = .some(nil)
            return disk.put(nil, path)
        case .duplicated:
            let copy = random.chance(50) ? "\(file).bak" : name(5_000 + random.below(1_000))
            foreign.append(bytes)
            return disk.put(bytes, "\(directory)/\(copy)")
        case .renamed:
            let other = random.chance(50) ? "\(file).old" : name(7_000 + random.below(1_000))
            places[file] = .some(other)
            disk.put(nil, path)
            return disk.put(bytes, "\(directory)/\(other)")
        case .denied, .doneDenied: return disk.deny(path)
        case .markDenied:
            hasMark = false
            return disk.deny(path)
        case .foreignFile, .foreignSegment:
            bytes = random.bytes(1 + random.below(200))
            foreign.append(bytes)
        case .directory:
            _ = try? disk.makeDirectory(path)
            return disk.settle()
        case .markMissing, .markGarbled:
            hasMark = false
            return disk.put(kind == .markMissing ? nil : random.bytes(random.below(40)), path)
        case .doneMissing: return disk.put(nil, path)
        }
        disk.put(bytes, path)
    }

    // MARK: What must hold

    /// Whether the entry's bytes stand in its segment, wherever that is now.
    private func isIntact(_ file: String, _ bytes: [UInt8]) -> Bool {
        guard let place = places[file] ?? nil else { return false }
        return disk.bytes("\(directory)/\(place)").place(of: bytes) != nil
    }

    func verify() throws {
        let intact = Set(entries.filter { isIntact($0.file, $0.bytes) }.map(\.entry.sequence))
        let lost = entries.map(\.entry.sequence).filter { !intact.contains($0) }
        let before = disk.snapshot(directory)
        let checked = try JournalInspection.check(log, directory: directory, files: disk)
        try require(disk.snapshot(directory) == before, "a check changed something")
        let denied = Set(done.filter { $0.kind == .denied }.map(\.file))
        for sequence in lost where hasMark || sequence < intact.max() ?? 0 && intact.contains(where: { $0 < sequence }) {
            try require(checked.recovery.tells(of: sequence), "\(sequence) is lost, and a check says: \(checked.recovery)")
        }
        let exported = try export()
        for (entry, file, _) in entries where intact.contains(entry.sequence) && !denied.contains(file) {
            try require(exported[entry.sequence] == entry, "\(entry.sequence) is intact and not exported: \(checked.recovery)")
        }
        let repaired = try JournalInspection.repair(log, directory: directory, files: disk)
        let saved = try export()
        for (entry, _, _) in entries where intact.contains(entry.sequence) {
            try require(saved[entry.sequence] == entry, "\(entry.sequence) is intact and not saved: \(repaired.recovery)")
        }
        try require(Set(saved.keys) == intact, "made up: \(Set(saved.keys).subtracting(intact).sorted())")
        let again = try JournalInspection.check(log, directory: directory, files: disk)
        try require(again.isClean, "mended, and a check still finds: \(again.recovery)")
        for bytes in foreign {
            try require(disk.holds(bytes, below: directory), "somebody's file of \(bytes.count) bytes is gone")
        }
        if log == .intake { try verifyIntake(intact) }
    }

    private func export() throws -> [UInt64: LogEntry] {
        var exported: [UInt64: LogEntry] = [:]
        _ = try JournalInspection.export(log, directory: directory, files: disk) { exported[$0.sequence] = $0 }
        return exported
    }

    /// Finished articles stay so where their marks are; a new one is open.
    private func verifyIntake(_ intact: Set<UInt64>) throws {
        let opened = try IntakeLog(directory: directory, options: SegmentLogOptions(segmentBytes: 700, files: disk))
        for sequence in intact where !finished.contains(sequence) {
            try require(!opened.isCompleted(sequence), "\(sequence) was never finished")
        }
        if !done.contains(where: { [.doneMissing, .doneCut, .doneFlipped].contains($0.kind) }) {
            for sequence in intact.intersection(finished) {
                try require(opened.isCompleted(sequence), "\(sequence) was finished")
            }
        }
        let sequence = try opened.append(key: key(9_999), time: 1, payload: [1])
        try opened.commit()
        // Without the mark, the entry and its own mark nothing can tell that a number was given.
        let isProven = hasMark || !done.contains { [.doneMissing, .doneCut, .doneFlipped].contains($0.kind) }
        try require(!intact.contains(sequence), "number \(sequence) was given twice")
        if isProven { try require(!finished.contains(sequence), "number \(sequence) was given twice") }
        try require(!opened.isCompleted(sequence), "a new article is finished before it has begun")
        let again = try IntakeLog(directory: directory, options: SegmentLogOptions(segmentBytes: 700, files: disk))
        try require(!again.isCompleted(sequence) && again.contains(key(9_999)) == sequence, "a new article is lost")
    }
}
