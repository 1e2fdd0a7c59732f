import Glibc
import Journal
import Testing

@Suite struct SegmentLogReaderTests {
    let directory = TestDirectory()

    private func log(segmentBytes: Int = 1_000) throws -> SegmentLog {
        try SegmentLog(directory: directory.path, options: SegmentLogOptions(segmentBytes: segmentBytes))
    }

    private func append(_ numbers: ClosedRange<Int>, to log: SegmentLog) throws {
        for number in numbers {
            try log.append(
                key: key(number), kind: 1, time: Int64(number * 10), payload: [UInt8](repeating: 1, count: 100))
            if number % 4 == 0 { try log.commit() }
        }
        try log.commit()
    }

    @Test func itFollowsTheWriterAndStopsAtTheLastCommit() throws {
        let log = try log()
        let reader = try SegmentLogReader(directory: directory.path)
        #expect(try reader.read(from: 1, limit: 9, bytes: .max).entries.isEmpty)
        var next: UInt64 = 1
        for round in 0..<20 {
            try append((round * 7 + 1)...(round * 7 + 7), to: log)
            for number in 0..<10 { try log.append(key: key(number), kind: 9, time: 1, payload: [0]) }
            let batch = try reader.read(from: next, limit: 100, bytes: .max)
            #expect(batch.entries.map(\.sequence) == Array(next...(next + 6)))
            #expect(batch.isAtEnd && batch.missing.isEmpty)
            #expect(batch.next == next + 7)
            next = batch.next
            try log.rollBack()
        }
        #expect(try reader.lastCommitted() == 140)
    }

    @Test func batchesAreBounded() throws {
        try append(1...50, to: try log())
        let reader = try SegmentLogReader(directory: directory.path)
        let some = try reader.read(from: 3, limit: 5, bytes: .max)
        #expect(some.entries.map(\.sequence) == [3, 4, 5, 6, 7])
        #expect(!some.isAtEnd && some.next == 8 && some.missing.isEmpty)
        #expect(try reader.read(from: 3, limit: 50, bytes: 250).entries.count == 2)
        #expect(try reader.read(from: 3, limit: 50, bytes: 0).entries.count == 1)
        let bounded = try reader.read(from: 3, through: 6, limit: 50, bytes: .max)
        #expect(bounded.entries.map(\.sequence) == [3, 4, 5, 6])
        #expect(bounded.isAtEnd && bounded.next == 7)
        #expect(try reader.read(from: 51, limit: 50, bytes: .max).entries.isEmpty)
        #expect(try reader.read(from: 0, limit: .max, bytes: .max).entries.count == 50)
    }

    @Test func removedSegmentsAndDamageAreReportedAsMissing() throws {
        let log = try log(segmentBytes: 1)
        try append(1...40, to: log)
        let reader = try SegmentLogReader(directory: directory.path)
        #expect(try reader.read(from: 1, limit: 2, bytes: .max).entries.count == 2)
        try log.removeSegments(.init(before: 9))
        let batch = try reader.read(from: 1, limit: 4, bytes: .max)
        #expect(batch.entries.map(\.sequence) == [9, 10, 11, 12])
        #expect(batch.missing == [1...8])
        let names = TestDirectory.segments(directory.path)
        unlink("\(directory.path)/\(names[2])")
        Bytes.change("\(directory.path)/\(names[4])") { $0[64 + 64 + 5] ^= 1 }
        let rest = try reader.read(from: 14, limit: 100, bytes: .max)
        let gone = UInt64(names[2].prefix(20)) ?? 0
        let damaged = UInt64(names[4].prefix(20)) ?? 0
        #expect(rest.missing == [gone...(gone + 3), damaged...damaged])
        #expect(rest.entries.last?.sequence == 40)
    }

    @Test func everythingGoneIsAGapUpToTheEnd() throws {
        let log = try log()
        try append(1...10, to: log)
        let reader = try SegmentLogReader(directory: directory.path)
        try log.removeSegments(.init(before: 11))
        let batch = try reader.read(from: 3, limit: 9, bytes: .max)
        #expect(batch.entries.isEmpty && batch.missing == [3...10] && batch.isAtEnd && batch.next == 11)
        #expect(try reader.firstSequence() == nil)
    }

    @Test func timesAreFound() throws {
        let log = try log()
        try append(1...60, to: log)
        let reader = try SegmentLogReader(directory: directory.path)
        for number in 1...60 {
            #expect(try reader.firstSequence(notBefore: Int64(number * 10)) == UInt64(number))
            #expect(try reader.firstSequence(notBefore: Int64(number * 10 - 3)) == UInt64(number))
        }
        #expect(try reader.firstSequence(notBefore: -5) == 1)
        #expect(try reader.firstSequence(notBefore: 601) == nil)
        #expect(try reader.firstSequence(notBefore: 500, through: 49) == nil)
        #expect(try reader.firstSequence(notBefore: 490, through: 49) == 49)
    }

    @Test(.timeLimit(.minutes(1))) func aReaderOnAnotherThreadMissesNothing() async throws {
        let path = directory.path
        let total = 20_000
        let reading = Task.detached { () throws -> (Int, Bool) in
            let reader = try SegmentLogReader(directory: path)
            var next: UInt64 = 1
            var isInOrder = true
            while next <= total {
                let batch = try reader.read(from: next, limit: 500, bytes: 1 << 20)
                for entry in batch.entries {
                    isInOrder = isInOrder && entry.sequence == next && entry.key == key(Int(next))
                    next = entry.sequence + 1
                }
                if batch.entries.isEmpty { await Task.yield() }
            }
            return (Int(next) - 1, isInOrder)
        }
        let log = try SegmentLog(directory: path, options: SegmentLogOptions(segmentBytes: 100_000, bufferBytes: 2_000))
        for number in 1...total {
            try log.append(key: key(number), kind: 1, time: 1, payload: [UInt8](repeating: 1, count: number % 90))
            // Entries that are taken back must not be seen.
            if number % 50 == 0 {
                try log.commit()
                for _ in 0..<60 { try log.append(key: .none, kind: 1, time: 1, payload: [UInt8](repeating: 3, count: 99)) }
                try log.rollBack()
                await Task.yield()
            }
        }
        try log.commit()
        let (read, isInOrder) = try await reading.value
        #expect(read == total)
        #expect(isInOrder)
    }
}
