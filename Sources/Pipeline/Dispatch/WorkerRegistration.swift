/// How a worker stands with its dispatcher: which version of messages they speak, whether it is refused, and when to say
/// `ready` again. No sockets, no clocks.
package struct WorkerRegistration: Sendable {
    /// What to do about a refusal.
    package enum Refusal: Sendable, Equatable {
        /// The dispatcher is of an older release, whose version is spoken here too: say `ready` in that.
        case speakOlder
        /// Tell people; the worker waits, and asks again now and then.
        case isNews
        case isKnown
    }

    /// Signs of life between two questions of a worker that is refused.
    private static let patience = 10

    private let offer: WireOffer
    /// The version to speak.
    package private(set) var version: UInt8
    /// Why the dispatcher does not take this worker; nil while nothing is known against it.
    package private(set) var refusal: String?
    private var instance: UInt64?
    private var beats = 0

    package init(offer: WireOffer = .own) {
        self.offer = offer
        version = offer.newest
    }

    /// `ready`, in the version to speak.
    package func announcement(stage: StageName, credit: Int, name: String) -> [UInt8] {
        WorkerMessage.ready(stage: stage, credit: credit, name: name, offer: offer).encode(version: version)
    }

    /// A heartbeat of the dispatcher's, which takes this worker.
    /// - Parameter version: that the heartbeat bears: both speak it.
    /// - Returns: whether the dispatcher is a new one, which is to be told `ready` and knows nothing of earlier jobs;
    ///   whether it replaced another; and whether a refusal is over.
    package mutating func heartbeat(
        of instance: UInt64, version: UInt8
    ) -> (isNew: Bool, isReplaced: Bool, wasRefused: Bool) {
        defer {
            self.instance = instance
            self.version = version
            refusal = nil
        }
        return (self.instance != instance, self.instance != nil && self.instance != instance, refusal != nil)
    }

    /// - Parameter version: that the refusal bears.
    package mutating func refused(_ reason: String, version: UInt8) -> Refusal {
        if version < self.version, offer.canSpeak(version) {
            self.version = version
            return .speakOlder
        }
        guard refusal != reason else { return .isKnown }
        refusal = reason
        return .isNews
    }

    /// Whether to say `ready` at this sign of life.
    package mutating func isTimeToAnnounce() -> Bool {
        guard refusal != nil else { return true }
        beats = (beats + 1) % Self.patience
        guard beats == 0 else { return false }
        // Another dispatcher may be there by now, of a newer release.
        version = offer.newest
        return true
    }
}
