internal import CChecksum
internal import Fuzzing
internal import Glibc
internal import Journal

extension FuzzTarget {
    /// The logs' files, as a disk may give them back.
    static let journals: [FuzzTarget] = [
        FuzzTarget(
            "segment-log", maximumBytes: 4_096,
            bytes: [
                Array("QOTEDLOG".utf8), [0x5E, 0xE5], [1, 0, 0x5E, 0xE5], [2, 0, 0x5E, 0xE5], [64, 0, 0, 0],
                [UInt8](repeating: 0, count: 16), [1, 2, 0, 0, 0, 4, 0], [1, 0, 0, 0, 0, 0, 0, 0],
                [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            ],
            memory: (4 << 20, 400), time: (.milliseconds(200), .microseconds(4)), read: readLog)
    ]

    private static let folder = "log"

    /// An input: how to read it; the marks of finished articles after their length; a segment.
    private static func readLog(_ bytes: [UInt8]) throws(FuzzFinding) -> FuzzOutcome {
        var parts = InputParts(bytes)
        let mode = parts.byte()
        let marks = parts.piece()
        var segment = parts.all()
        if mode & 1 != 0 { LogChecksums.mend(&segment) }
        let log = JournalInspection.Log.allCases[Int(mode >> 1) % 3]
        let first = mode & 0x10 == 0 ? "00000000000000000001" : "18446744073709551614"
        mkdir("\(ScratchFolder.path)/\(folder)", 0o700)
        ScratchFolder.write(segment, to: "\(folder)/\(first).log")
        if log == .intake { ScratchFolder.write(LogChecksums.mended(marks: marks, mode & 1 != 0), to: "\(folder)/\(first).done") }
        defer { ScratchFolder.clear(folder) }
        let directory = "\(ScratchFolder.path)/\(folder)"
        do {
            let entries = try readAll(directory)
            let report = try JournalInspection.check(log, directory: directory)
            if mode & 0xE0 == 0 {
                let repaired = try JournalInspection.repair(log, directory: directory)
                let after = try JournalInspection.check(log, directory: directory)
                guard after.isClean, log != .intake || after.open == repaired.open else {
                    throw FuzzFinding("a repaired log is not clean: \(after)")
                }
            }
            return FuzzOutcome(words: "\(log.rawValue) \(entries > 0 ? "entries" : "") \(report.isClean ? "clean" : "damaged")")
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            return .refused(error)
        }
    }

    private static func readAll(_ directory: String) throws -> Int {
        let reader = try SegmentLogReader(directory: directory)
        var next: UInt64 = 1
        var entries = 0
        _ = try reader.firstSequence(notBefore: 1_750_000_000_000)
        while true {
            let batch = try reader.read(from: next, limit: 4, bytes: 1 << 16)
            entries += batch.entries.count
            if batch.isAtEnd { return entries }
            guard batch.next > next, !batch.entries.isEmpty else { throw FuzzFinding("a reader does not get on: \(batch)") }
            next = batch.next
        }
    }
}

/// Makes the checksums of changed files true, so that what they guard is read.
private enum LogChecksums {
    static func checksum(_ bytes: ArraySlice<UInt8>, after crc: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { cchecksum_crc32c(crc, $0.baseAddress, $0.count) }
    }

    private static func put(_ value: UInt32, _ bytes: inout [UInt8], at place: Int) {
        for offset in 0..<4 { bytes[place + offset] = UInt8(truncatingIfNeeded: value >> UInt32(8 * offset)) }
    }

    static func mend(_ bytes: inout [UInt8]) {
        guard bytes.count >= 64 else { return }
        put(checksum(bytes[0..<60]), &bytes, at: 60)
        var start = 64
        while start + 64 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
            put(checksum(bytes[(start + 12)..<(start + 64)], after: checksum(bytes[start..<(start + 4)])), &bytes, at: start + 8)
            let end = min(bytes.count, start + 64 + length)
            put(checksum(bytes[(start + 8)..<end]), &bytes, at: start + 4)
            start = end
        }
    }

    static func mended(marks: [UInt8], _ isWanted: Bool) -> [UInt8] {
        var marks = marks
        guard isWanted else { return marks }
        for start in stride(from: 0, to: marks.count - 15, by: 16) {
            put(checksum(marks[start..<(start + 12)]), &marks, at: start + 12)
        }
        return marks
    }
}
