import Journal
import Testing

/// Figures of this machine's disk; printed, and only far-off ones fail.
@Suite(.serialized) struct JournalFiguresTests {
    @Test func groupCommitsOfSixtyFourArticlesOfFourKilobytes() throws {
        let directory = TestDirectory(onDisk: true)
        let log = try IntakeLog(directory: directory.path)
        let payload = [UInt8](repeating: 97, count: 4_096)
        var number = 0
        let clock = ContinuousClock()
        let total = 6_400
        let writing = try clock.measure {
            while number < total {
                for _ in 0..<64 {
                    number += 1
                    try log.append(key: key(number), time: 1, payload: payload)
                }
                try log.commit()
            }
        }
        let completing = try clock.measure {
            for sequence in 1...UInt64(total) {
                try log.complete(sequence, .published)
                if sequence % 64 == 0 { try log.flushCompletions() }
            }
        }
        var open = -1
        let opening = try clock.measure { open = try IntakeLog(directory: directory.path).openCount }
        #expect(open == 0)
        let rate = Double(total) / milliseconds(writing) * 1_000
        print(
            "journal: \(Int(rate)) articles/s of 4 kB synced 64 at a time; "
                + "\(Int(Double(total) / milliseconds(completing) * 1_000)) completions/s; "
                + "opened at \(Int(Double(log.bytes) / milliseconds(opening) / 1_000)) MB/s")
        #expect(rate > 500)
    }

    @Test func aHundredThousandOpenArticles() throws {
        let directory = TestDirectory()
        let log = try IntakeLog(directory: directory.path)
        for number in 1...100_000 {
            try log.append(key: key(number), time: 1, payload: [1, 2, 3])
            if number % 1_000 == 0 { try log.commit() }
        }
        let clock = ContinuousClock()
        var next: UInt64 = 1
        var seen = 0
        let walking = clock.measure {
            while true {
                let batch = log.openSequences(from: next, limit: 256)
                guard let last = batch.last else { return }
                seen += batch.count
                next = last + 1
            }
        }
        print("journal: walked over 100,000 open articles in \(Int(milliseconds(walking))) ms, 256 at a time")
        #expect(seen == 100_000)
        #expect(walking < .seconds(5))
    }
}
