package import NewsFormats

/// An article to be handed to the service.
package struct PushItem: Sendable {
    /// For messages to a person: a file's name, with a line's number where it has several articles.
    package var name: String
    package var article: [UInt8]

    package init(name: String, article: [UInt8]) {
        self.name = name
        self.article = article
    }
}

/// How it went with an article.
package struct PushOutcome: Sendable {
    package enum Result: Sendable, Hashable {
        case accepted, duplicate, rejected
        /// The service stayed busy for longer than one was ready to wait.
        case busy
    }

    package var name: String
    package var result: Result
    package var id: String?
    package var reason: String?
}

/// Which articles are on their way to the service, which are to be sent, and when again: no sockets, no clock.
package struct PushWindow {
    package typealias Instant = ContinuousClock.Instant

    private struct Slot {
        var item: PushItem
        var admitted: Instant
        /// When it is to be sent, for the first time or again.
        var due: Instant
    }

    /// Most articles on their way at once.
    package let capacity: Int
    /// Without a receipt after this time it is sent again: the service knows it by its id.
    package let receiptTimeout: Duration
    /// How long one article is sent again to a busy service.
    package let busyPatience: Duration
    private var slots: [UInt64: Slot] = [:]
    private var lastNumber: UInt64 = 0
    /// Articles that were sent more than once.
    package private(set) var repeated = 0

    package init(
        capacity: Int = 256, receiptTimeout: Duration = .seconds(5), busyPatience: Duration = .seconds(120)
    ) {
        self.capacity = max(1, capacity)
        self.receiptTimeout = receiptTimeout
        self.busyPatience = busyPatience
    }

    package var hasRoom: Bool { slots.count < capacity }
    package var isEmpty: Bool { slots.isEmpty }

    package mutating func admit(_ item: PushItem, at now: Instant) {
        lastNumber += 1
        slots[lastNumber] = Slot(item: item, admitted: now, due: now)
    }

    /// What is to be sent now, in the order of admission.
    package func due(at now: Instant) -> [(number: UInt64, article: [UInt8])] {
        slots.filter { $0.value.due <= now }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.item.article) }
    }

    /// It was given to the network.
    package mutating func sent(_ number: UInt64, at now: Instant) {
        guard let slot = slots[number] else { return }
        if slot.due > slot.admitted { repeated += 1 }
        slots[number]?.due = now + receiptTimeout
    }

    /// The earliest moment at which something is to be sent.
    package var nextDue: Instant? { slots.values.lazy.map(\.due).min() }

    /// - Returns: how it went, once that is known; nil for a receipt that only means "later", or one that came twice.
    package mutating func receive(_ receipt: Receipt, for number: UInt64, at now: Instant) -> PushOutcome? {
        guard let slot = slots[number] else { return nil }
        let result: PushOutcome.Result
        switch receipt.status {
        case .accepted: result = .accepted
        case .duplicate: result = .duplicate
        case .rejected: result = .rejected
        case .busy:
            let pause = min(max(receipt.retryAfter ?? .milliseconds(250), .milliseconds(1)), .seconds(30))
            if slot.admitted.duration(to: now + pause) < busyPatience {
                slots[number]?.due = now + pause
                return nil
            }
            result = .busy
        }
        slots[number] = nil
        return PushOutcome(name: slot.item.name, result: result, id: receipt.id, reason: receipt.reason)
    }
}
