/// How patient the dispatcher is with workers and articles.
package struct DispatchPolicy: Sendable, Hashable {
    /// How often an article may fail at a stage before it goes to the dead letters. Default 3.
    package var tries: Int
    /// How many workers may die while an article runs before it goes to the dead letters: more than `tries`, since most
    /// deaths are not the article's fault. Default 6.
    package var deaths: Int
    /// A worker that says nothing for this long counts as dead. Default 1 s.
    package var deadAfter: Duration
    /// An assigned job that is not answered for this long is taken back. Default 45 s.
    package var lease: Duration

    package init(
        tries: Int = 3, deaths: Int = 6, deadAfter: Duration = .seconds(1), lease: Duration = .seconds(45)
    ) {
        self.tries = tries
        self.deaths = deaths
        self.deadAfter = deadAfter
        self.lease = lease
    }
}

/// A worker's connection, as the dispatch socket knows it. A worker that reconnects is a new one.
package struct WorkerID: Sendable, Hashable {
    package let routingID: [UInt8]
    package init(_ routingID: [UInt8]) { self.routingID = routingID }

    /// All bytes at once: an array's own hash takes them one by one.
    package func hash(into hasher: inout Hasher) {
        routingID.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// Time since an arbitrary start, injected into the state machines: nanoseconds.
package struct Moment: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }
    /// Saturating: a lease without end is a moment that never comes.
    package static func + (a: Moment, b: Duration) -> Moment {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        return Moment(nanoseconds: overflow ? (b < .zero ? .min : .max) : sum)
    }
    package func duration(to later: Moment) -> Duration { .nanoseconds(later.nanoseconds - nanoseconds) }
}

extension Duration {
    /// Whole nanoseconds, saturating.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return tooLarge || overflow ? (seconds < 0 ? .min : .max) : sum
    }
}
