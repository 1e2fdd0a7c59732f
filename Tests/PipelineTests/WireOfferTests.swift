import Pipeline
import Testing

struct WireOfferTests {
    private func agreed(_ service: WireOffer, _ worker: WireOffer) -> UInt8? { try? service.agreement(with: worker) }

    @Test func neighboursSpeakTheNewestThatBothKnow() {
        let three = WireOffer(newest: 3, oldest: 2), four = WireOffer(newest: 4, oldest: 3)
        #expect(agreed(three, four) == 3)
        #expect(agreed(four, three) == 3)
        #expect(agreed(three, three) == 3)
        #expect(agreed(.own, .own) == WireVersion.current)
    }

    @Test func othersAreToldBothSidesAndTheRemedy() throws {
        let service = WireOffer(newest: 2, oldest: 1, release: "1.0")
        let worker = WireOffer(newest: 5, oldest: 4, release: "3.0")
        #expect(agreed(service, worker) == nil && agreed(worker, service) == nil)
        let error = #expect(throws: WireDisagreement.self) { try service.agreement(with: worker) }
        let text = try #require(error?.description)
        for part in ["release 3.0: wire versions 4 to 5", "release 1.0: wire versions 1 to 2", "two that follow each other"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func formatsMustBeTheSame() {
        let own = WireOffer.own
        #expect(agreed(own, WireOffer(articleFormat: own.articleFormat + 1)) == nil)
        #expect(agreed(own, WireOffer(layerFormat: own.layerFormat - 1)) == nil)
    }

    @Test func anOfferThatMakesNoSenseIsRefused() {
        #expect(agreed(.own, WireOffer(newest: 2, oldest: 3)) == nil)
        #expect(agreed(.own, WireOffer(newest: 0, oldest: 0)) == nil)
    }
}

/// A class, since the expectations' macro takes no mutating calls.
private final class Registered {
    var registration: WorkerRegistration

    init(_ offer: WireOffer = .own) { registration = WorkerRegistration(offer: offer) }

    /// New, replaced, was refused.
    func heartbeat(of instance: UInt64, version: UInt8) -> [Bool] {
        let change = registration.heartbeat(of: instance, version: version)
        return [change.isNew, change.isReplaced, change.wasRefused]
    }

    func refused(_ reason: String, version: UInt8) -> WorkerRegistration.Refusal {
        registration.refused(reason, version: version)
    }

    /// How often it speaks in so many signs of life.
    func announcements(in beats: Int) -> Int { (0..<beats).count { _ in registration.isTimeToAnnounce() } }

    var announced: UInt8? { registration.announcement(stage: .sink, credit: 1, name: "a").first }
}

struct WorkerRegistrationTests {
    @Test func aNewDispatcherIsToldReadyOnce() {
        let worker = Registered()
        #expect(worker.heartbeat(of: 7, version: 2) == [true, false, false])
        #expect(worker.heartbeat(of: 7, version: 2) == [false, false, false])
        #expect(worker.heartbeat(of: 8, version: 1) == [true, true, false])
        #expect(worker.registration.version == 1)
    }

    @Test func anOlderDispatcherIsSpokenToInItsVersion() {
        let worker = Registered()
        #expect(worker.announced == 2)
        #expect(worker.refused("version 2 is not spoken here", version: 1) == .speakOlder)
        #expect(worker.announced == 1)
        #expect(worker.registration.refusal == nil)
        #expect(worker.refused("no such stage", version: 1) == .isNews)
    }

    @Test func aDispatcherThatCouldNotReadOurFormatsIsNotSpokenTo() {
        let worker = Registered(WireOffer(layerFormat: 99))
        #expect(worker.refused("version 2 is not spoken here", version: 1) == .isNews)
        #expect(worker.registration.version == 2)
    }

    @Test func aRefusedWorkerSaysSoOnceAndAsksNowAndThen() {
        let worker = Registered()
        #expect(worker.refused("not today", version: 2) == .isNews)
        #expect(worker.refused("not today", version: 2) == .isKnown)
        #expect(worker.announcements(in: 30) == 3)
        #expect(worker.refused("nor tomorrow", version: 2) == .isNews)
        #expect(worker.heartbeat(of: 1, version: 2) == [true, false, true])
        #expect(worker.registration.refusal == nil)
        #expect(worker.announcements(in: 30) == 30)
    }
}

struct RefusedWorkersTests {
    /// A class, as above.
    private final class Table {
        var refused = RefusedWorkers()
        var now = Moment(nanoseconds: 0)

        func note(_ id: [UInt8], reason: String = "x") -> Bool {
            refused.note(WorkerID(id), name: "a", reason: reason, now: now)
        }

        func count(after time: Duration) -> Int {
            now = now + time
            refused.forgetSilent(now: now)
            return refused.all.count
        }
    }

    @Test func eachReasonIsNewsOnce() {
        let table = Table()
        #expect(table.note([1]))
        #expect(!table.note([1]))
        #expect(table.refused.all.map(\.times) == [2])
        #expect(table.note([1], reason: "y"))
        #expect(table.refused.all.map(\.reason) == ["y"])
        table.refused.remove(WorkerID([1]))
        #expect(table.refused.all.isEmpty)
    }

    @Test func theyAreBoundedAndTheSilentAreForgotten() {
        let table = Table()
        let news = (0..<1_000).count { table.note([UInt8($0 & 0xFF), UInt8($0 >> 8)]) }
        #expect(news == 64)
        #expect(table.count(after: .zero) == 64)
        #expect(table.count(after: .seconds(29)) == 64)
        #expect(!table.note([0, 0]))
        #expect(table.count(after: .seconds(2)) == 1)
    }
}
