import NewsFormats
import ServiceClient
import Testing

@Suite struct PushWindowTests {
    private let start = ContinuousClock.now
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
    private func numbers(_ window: PushWindow, _ seconds: Double) -> [UInt64] { window.due(at: at(seconds)).map(\.number) }

    @Test func sendsInOrderAndAgainAfterTheTimeout() {
        var window = PushWindow(capacity: 2, receiptTimeout: .seconds(5))
        window.admit(PushItem(name: "a", article: [1]), at: at(0))
        window.admit(PushItem(name: "b", article: [2]), at: at(0))
        #expect(!window.hasRoom)
        #expect(numbers(window, 0) == [1, 2])
        window.sent(1, at: at(0))
        window.sent(2, at: at(1))
        #expect(numbers(window, 4.9) == [] && window.nextDue == at(5))
        #expect(numbers(window, 5) == [1])
        #expect(numbers(window, 6) == [1, 2])
        window.sent(1, at: at(6))
        #expect(window.repeated == 1)
        let outcome = window.receive(Receipt(status: .accepted, id: "x"), for: 1, at: at(7))
        #expect(outcome?.result == .accepted && outcome?.name == "a" && outcome?.id == "x")
        #expect(window.receive(Receipt(status: .duplicate), for: 1, at: at(7)) == nil)
        #expect(window.hasRoom && !window.isEmpty)
    }

    @Test func busyIsTriedAgainForAWhile() {
        var window = PushWindow(busyPatience: .seconds(2))
        window.admit(PushItem(name: "a", article: []), at: at(0))
        window.sent(1, at: at(0))
        let busy = Receipt(status: .busy, retryAfter: .milliseconds(500), reason: "full")
        #expect(window.receive(busy, for: 1, at: at(0.1)) == nil)
        #expect(numbers(window, 0.5) == [])
        #expect(numbers(window, 0.6) == [1])
        window.sent(1, at: at(0.6))
        let outcome = window.receive(busy, for: 1, at: at(1.9))
        #expect(outcome?.result == .busy && outcome?.reason == "full")
        #expect(window.isEmpty)
    }

    @Test func receiptsAreRead() {
        let bytes = Array(#"{"status":"busy","id":"é","sequence":7,"retryAfterMs":250,"reason":"r","more":[1]}"#.utf8)
        #expect(
            Receipt(json: bytes)
                == Receipt(status: .busy, id: "é", sequence: 7, retryAfter: .milliseconds(250), reason: "r"))
        for wrong in ["", "{}", "[]", #"{"status":"fine"}"#, #"{"status":3}"#, #"{"status":"busy"} x"#] {
            #expect(Receipt(json: Array(wrong.utf8)) == nil, "\(wrong)")
        }
    }
}
