/// Joins the archive and the live stream: every record once, in order, and what cannot be had any more is said.
///
/// A value without sockets and clocks: events go in, actions come out, to be carried out in order. At most one request for
/// records of the past is open at a time.
package struct StreamCursor<Record: Sendable>: Sendable {
    package enum Action: Sendable {
        /// The next record in order.
        case deliver(UInt64, Record)
        /// Ask the archive for records from this sequence on; `isHurried` is false where the last answer brought nothing.
        case replay(from: UInt64, isHurried: Bool)
        /// These records cannot be had any more.
        case gap(ClosedRange<UInt64>)
        /// The archive begins anew, with lower numbers than were seen: another state directory.
        case restarted(at: UInt64)
    }

    /// An answer of the archive.
    package struct Batch: Sendable {
        package var records: [(sequence: UInt64, record: Record)]
        /// Last and first sequence that the archive has.
        package var latest: UInt64
        package var oldest: UInt64
        /// Ranges that the archive has lost.
        package var missing: [ClosedRange<UInt64>]
        /// Whether there are records beyond this batch.
        package var more: Bool

        package init(
            records: [(sequence: UInt64, record: Record)], latest: UInt64, oldest: UInt64,
            missing: [ClosedRange<UInt64>] = [], more: Bool = false
        ) {
            self.records = records
            self.latest = latest
            self.oldest = oldest
            self.missing = missing
            self.more = more
        }
    }

    /// How often an answer may bring nothing before the records are given up.
    private static var maximumFruitless: Int { 5 }

    /// The next sequence to deliver; nil until the stream says where it is.
    package private(set) var next: UInt64?
    /// Live records that came before those in front of them.
    private var early: [UInt64: Record] = [:]
    private let maximumEarly: Int
    /// The highest sequence known to exist.
    private var known: UInt64 = 0
    package private(set) var isReplaying = false
    private var fruitless = 0
    /// Whether `next` comes from the stream itself, and is not only a wish.
    private var isPlaced = false
    /// What the open request asks for; everything in front of it was in the archive when it was asked, if `isPlaced`.
    private var asked: (from: UInt64, isPlaced: Bool) = (0, false)

    /// - Parameters:
    ///   - since: the first sequence wanted; nil for what comes from now on.
    ///   - maximumEarly: live records kept until those in front of them have come; the others are asked for again.
    package init(since: UInt64?, maximumEarly: Int = 1_024) {
        next = since.map { max($0, 1) }
        self.maximumEarly = maximumEarly
    }

    /// To be called once, after subscribing.
    package mutating func start() -> [Action] {
        guard let next else { return [] }
        return [request(next)]
    }

    // MARK: Events

    /// A record of the live stream.
    package mutating func live(_ sequence: UInt64, _ record: Record) -> [Action] {
        known = max(known, sequence)
        guard let next else {
            self.next = sequence + 1
            isPlaced = true
            return [.deliver(sequence, record)]
        }
        var actions: [Action] = []
        if sequence == next {
            deliver(sequence, record, &actions)
        } else if sequence > next, early.count < maximumEarly {
            early[sequence] = record
        }
        askForHole(&actions)
        return actions
    }

    /// A heartbeat of the live stream: everything up to `latest` was published before it.
    package mutating func heartbeat(latest: UInt64) -> [Action] {
        known = max(known, latest)
        guard let next else {
            self.next = latest + 1
            isPlaced = true
            return []
        }
        var actions: [Action] = []
        if latest + 1 < next, isPlaced, !isReplaying {
            // Either this heartbeat waited long, or the archive is another one: its own answer will tell.
            actions.append(request(next))
        }
        askForHole(&actions)
        return actions
    }

    /// The archive's answer to the request that is open.
    package mutating func replayed(_ batch: Batch) -> [Action] {
        isReplaying = false
        guard let before = next else { return [] }
        var actions: [Action] = []
        if asked.isPlaced, batch.latest + 1 < asked.from {
            early.removeAll()
            known = batch.latest
            fruitless = 0
            next = max(batch.oldest, 1)
            actions.append(.restarted(at: max(batch.oldest, 1)))
            askForHole(&actions)
            return actions
        }
        known = max(known, batch.latest)
        if batch.oldest > before, batch.latest >= batch.oldest { skip(to: batch.oldest, &actions) }
        for (sequence, record) in batch.records.sorted(by: { $0.sequence < $1.sequence }) {
            guard let next, sequence >= next else { continue }
            if sequence > next { skip(to: sequence, &actions) }
            if sequence == self.next { deliver(sequence, record, &actions) }
        }
        for range in batch.missing.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let next, range.contains(next) { skip(to: range.upperBound + 1, &actions) }
        }
        if next == before, before <= known { fruitless += 1 } else { fruitless = 0 }
        giveUp(upTo: batch.latest, &actions)
        askForHole(&actions)
        return actions
    }

    /// The request that is open was answered with an error, or not at all in time.
    /// - Parameter isRefused: the archive answered, but cannot read the records.
    package mutating func replayFailed(isRefused: Bool = false) -> [Action] {
        isReplaying = false
        var actions: [Action] = []
        if isRefused {
            fruitless += 1
            giveUp(upTo: known, &actions)
        }
        if let next, !isReplaying, actions.isEmpty || next <= known {
            actions.append(request(next, isHurried: false))
        }
        return actions
    }

    // MARK: Parts

    private mutating func deliver(_ sequence: UInt64, _ record: Record, _ actions: inout [Action]) {
        actions.append(.deliver(sequence, record))
        next = sequence + 1
        isPlaced = true
        deliverEarly(&actions)
    }

    private mutating func deliverEarly(_ actions: inout [Action]) {
        while let sequence = next, let record = early.removeValue(forKey: sequence) {
            actions.append(.deliver(sequence, record))
            next = sequence + 1
        }
    }

    /// Goes on to a later sequence; what came live on the way is delivered, the rest is gone.
    private mutating func skip(to target: UInt64, _ actions: inout [Action]) {
        deliverEarly(&actions)
        while let here = next, here < target {
            let stop = early.keys.filter { $0 > here && $0 < target }.min() ?? target
            actions.append(.gap(here...(stop - 1)))
            next = stop
            isPlaced = true
            deliverEarly(&actions)
        }
    }

    /// An archive that again and again does not give what it should has lost it.
    private mutating func giveUp(upTo latest: UInt64, _ actions: inout [Action]) {
        guard fruitless >= Self.maximumFruitless, let next, latest >= next else { return }
        fruitless = 0
        skip(to: early.keys.min() ?? latest + 1, &actions)
    }

    private mutating func askForHole(_ actions: inout [Action]) {
        guard !isReplaying, let next, next <= known else { return }
        actions.append(request(next, isHurried: fruitless == 0))
    }

    private mutating func request(_ from: UInt64, isHurried: Bool = true) -> Action {
        isReplaying = true
        asked = (from, isPlaced)
        return .replay(from: from, isHurried: isHurried)
    }
}
