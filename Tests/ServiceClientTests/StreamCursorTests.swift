import ServiceClient
import TestSupport
import Testing

@Suite struct StreamCursorTests {
    typealias Cursor = StreamCursor<String>

    /// What the actions say, in a form to compare.
    private func words(_ actions: [Cursor.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .deliver(let sequence, let record): "\(sequence)=\(record)"
            case .replay(let from, let isHurried): "replay \(from)\(isHurried ? "" : " later")"
            case .gap(let range): "gap \(range.lowerBound)-\(range.upperBound)"
            case .restarted(let sequence): "restarted \(sequence)"
            }
        }
    }

    private func batch(_ sequences: [UInt64], latest: UInt64, oldest: UInt64 = 1, missing: [ClosedRange<UInt64>] = []) -> Cursor.Batch {
        Cursor.Batch(
            records: sequences.map { ($0, "r\($0)") }, latest: latest, oldest: oldest, missing: missing,
            more: (sequences.last ?? latest) < latest)
    }

    @Test func liveAloneGoesOnFromWhatComesFirst() {
        var cursor = Cursor(since: nil)
        #expect(words(cursor.start()) == [])
        #expect(words(cursor.heartbeat(latest: 6)) == [])
        #expect(words(cursor.live(7, "a")) == ["7=a"])
        #expect(words(cursor.live(7, "a")) == [])
        #expect(words(cursor.live(8, "b")) == ["8=b"])
    }

    @Test func historyAndLiveAreJoined() {
        var cursor = Cursor(since: 2)
        #expect(words(cursor.start()) == ["replay 2"])
        #expect(words(cursor.live(5, "r5")) == [])
        #expect(words(cursor.replayed(batch([2, 3], latest: 5))) == ["2=r2", "3=r3", "replay 4"])
        #expect(words(cursor.live(6, "r6")) == [])
        #expect(words(cursor.replayed(batch([4, 5], latest: 5))) == ["4=r4", "5=r5", "6=r6"])
        #expect(words(cursor.live(7, "r7")) == ["7=r7"])
    }

    @Test func aHoleIsReplayed() {
        var cursor = Cursor(since: nil)
        _ = cursor.live(1, "a")
        #expect(words(cursor.live(3, "c")) == ["replay 2"])
        #expect(words(cursor.replayed(batch([2, 3], latest: 3))) == ["2=r2", "3=c"])
        #expect(words(cursor.heartbeat(latest: 5)) == ["replay 4"])
        #expect(words(cursor.replayFailed()) == ["replay 4 later"])
        #expect(words(cursor.replayed(batch([4, 5], latest: 5))) == ["4=r4", "5=r5"])
    }

    @Test func whatIsGoneIsSaid() {
        var cursor = Cursor(since: 1)
        _ = cursor.start()
        #expect(
            words(cursor.replayed(batch([5, 8], latest: 10, oldest: 4, missing: [4...4, 6...7])))
                == ["gap 1-3", "gap 4-4", "5=r5", "gap 6-7", "8=r8", "replay 9"])
        #expect(words(cursor.replayed(batch([], latest: 10, missing: [9...10]))) == ["gap 9-10"])
    }

    @Test func whatCameLiveIsNoGap() {
        var cursor = Cursor(since: 1)
        _ = cursor.start()
        _ = cursor.live(2, "live")
        #expect(words(cursor.replayed(batch([4], latest: 4))) == ["gap 1-1", "2=live", "gap 3-3", "4=r4"])
    }

    @Test func anArchiveThatBeginsAnewIsNoticed() {
        var cursor = Cursor(since: nil)
        _ = cursor.live(100, "old")
        #expect(words(cursor.heartbeat(latest: 2)) == ["replay 101"])
        #expect(words(cursor.replayed(batch([], latest: 2))) == ["restarted 1", "replay 1"])
        #expect(words(cursor.replayed(batch([1, 2], latest: 2))) == ["1=r1", "2=r2"])
    }

    @Test func aStaleHeartbeatIsNoNewArchive() {
        var cursor = Cursor(since: nil)
        _ = cursor.live(100, "a")
        #expect(words(cursor.heartbeat(latest: 50)) == ["replay 101"])
        #expect(words(cursor.replayed(batch([], latest: 100))) == [])
        #expect(words(cursor.live(101, "b")) == ["101=b"])
    }

    @Test func aSinceInTheFutureWaits() {
        var cursor = Cursor(since: 10)
        _ = cursor.start()
        #expect(words(cursor.replayed(batch([], latest: 3))) == [])
        #expect(words(cursor.heartbeat(latest: 3)) == [])
        #expect(words(cursor.live(4, "a")) == [])
        #expect(words(cursor.live(10, "b")) == ["10=b"])
    }

    @Test func anArchiveThatGivesNothingIsGivenUp() {
        var cursor = Cursor(since: 1)
        _ = cursor.start()
        _ = cursor.live(3, "c")
        var all: [String] = []
        for _ in 0..<10 where !all.contains("3=c") { all += words(cursor.replayFailed(isRefused: true)) }
        #expect(all.filter { !$0.hasPrefix("replay") } == ["gap 1-2", "3=c"])
    }

    /// Live messages are lost, answers too, archive and live race, segments go: still every record comes once, in order, or
    /// is said to be gone, and nothing is said to be gone that the archive has.
    @Test func everyRecordOnceWhateverHappens() {
        var generator = SeededGenerator.announced()
        for _ in 0..<400 {
            var model = StreamModel(&generator)
            model.run(&generator)
            model.settle(&generator)
            #expect(model.faults == [])
        }
    }
}

/// A service with a lossy stream, an archive with holes, and a client.
private struct StreamModel {
    enum LiveMessage {
        case record(UInt64)
        case heartbeat(UInt64)
    }

    private var cursor: StreamCursor<UInt64>
    private var latest: UInt64
    private var oldest: UInt64 = 1
    private var lost: Set<UInt64> = []
    private var live: [LiveMessage] = []
    private var request: UInt64?
    private var answer: StreamCursor<UInt64>.Batch?
    private var expected: UInt64?
    private(set) var faults: [String] = []

    init(_ generator: inout SeededGenerator) {
        latest = UInt64(generator.below(20))
        let since: UInt64? = generator.chance(70) ? UInt64(generator.below(Int(latest) + 3)) : nil
        cursor = StreamCursor(since: since, maximumEarly: 1 + generator.below(8))
        for sequence in 1...(latest + 1) where sequence <= latest && generator.chance(10) { lost.insert(sequence) }
        expected = since.map { max($0, 1) }
        perform(cursor.start())
    }

    mutating func run(_ generator: inout SeededGenerator) {
        let loss = generator.below(60)
        for _ in 0..<generator.below(300) {
            switch generator.below(9) {
            case 0, 1:
                latest += 1
                if !generator.chance(loss) { live.append(.record(latest)) }
                if generator.chance(5) { lost.insert(latest) }
            case 2: if !generator.chance(loss) { live.append(.heartbeat(latest)) }
            case 3: oldest = min(latest + 1, oldest + UInt64(generator.below(2)))
            case 4: serve(&generator)
            case 5:
                if request != nil || answer != nil, generator.chance(30) {
                    request = nil
                    answer = nil
                    perform(cursor.replayFailed())
                }
            case 6: takeAnswer()
            default: takeLive()
            }
        }
    }

    /// Nothing is lost any more: the client must come to rest at the end.
    mutating func settle(_ generator: inout SeededGenerator) {
        latest += 1
        live.append(.record(latest))
        live.append(.heartbeat(latest))
        var steps = 0
        while (!live.isEmpty || request != nil || answer != nil) && steps < 100_000 {
            steps += 1
            if generator.chance(50) { takeLive() }
            serve(&generator)
            takeAnswer()
        }
        if steps == 100_000 { faults.append("no rest") }
        if let expected, expected != latest + 1 { faults.append("ended before \(expected), not after \(latest)") }
    }

    private mutating func serve(_ generator: inout SeededGenerator) {
        guard let from = request, answer == nil else { return }
        request = nil
        let limit = 1 + generator.below(6)
        var records: [(sequence: UInt64, record: UInt64)] = []
        var missing: [ClosedRange<UInt64>] = []
        var sequence = max(from, 1)
        while sequence <= latest, records.count < limit {
            if sequence < oldest || lost.contains(sequence) {
                missing.append(sequence...sequence)
            } else {
                records.append((sequence, sequence))
            }
            sequence += 1
        }
        answer = .init(
            records: records, latest: latest, oldest: oldest, missing: missing, more: sequence <= latest)
    }

    private mutating func takeAnswer() {
        guard let answer else { return }
        self.answer = nil
        perform(cursor.replayed(answer))
    }

    private mutating func takeLive() {
        guard !live.isEmpty else { return }
        switch live.removeFirst() {
        case .record(let sequence): perform(cursor.live(sequence, sequence))
        case .heartbeat(let latest): perform(cursor.heartbeat(latest: latest))
        }
    }

    private mutating func perform(_ actions: [StreamCursor<UInt64>.Action]) {
        for action in actions {
            switch action {
            case .deliver(let sequence, let record):
                if record != sequence { faults.append("another's record") }
                if let expected, sequence != expected { faults.append("\(sequence) came where \(expected) was due") }
                expected = sequence + 1
            case .gap(let range):
                if let expected, range.lowerBound != expected { faults.append("gap at \(range), due \(expected)") }
                if let there = range.first(where: { $0 >= oldest && !lost.contains($0) }) {
                    faults.append("\(there) is said to be gone but is there")
                }
                expected = range.upperBound + 1
            case .replay(let from, _):
                if request != nil || answer != nil { faults.append("two requests at once") }
                request = from
            case .restarted(let sequence): faults.append("restarted at \(sequence)")
            }
        }
    }
}
