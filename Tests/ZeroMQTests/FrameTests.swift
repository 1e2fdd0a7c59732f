import Testing
import ZeroMQ

@Suite struct FrameTests {
    @Test(arguments: [0, 1, 29, 30, 33, 34, 4_096, Frame.adoptionThreshold - 1, Frame.adoptionThreshold, 1 << 20])
    func bytes(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let frames = [Frame(bytes), Frame(adopting: bytes), bytes.withUnsafeBytes(Frame.init(bytes:))]
        for frame in frames {
            #expect(frame.count == count)
            #expect(frame.bytes == bytes)
            #expect(frame == frames[0])
            #expect(frame.hashValue == frames[0].hashValue)
        }
    }

    @Test func anAdoptedArrayMayChangeAfterwards() {
        var bytes = [UInt8](repeating: 1, count: 100_000)
        let frame = Frame(adopting: bytes)
        bytes[0] = 2
        #expect(frame.withUnsafeBytes { $0[0] } == 1)
    }

    @Test func strings() {
        #expect(Frame("Zürich „ja“").string == "Zürich „ja“")
        #expect(Frame("").string == "")
        #expect(Frame([0xC3]).string == nil)
        #expect(Frame([0xED, 0xA0, 0x80]).string == nil)
        #expect((["a", "b"] as Message).frames == [Frame("a"), Frame("b")])
        #expect("\(Frame("secret"))" == "Frame(6 bytes)")
    }

    /// One frame sent from two threads at once keeps its bytes: the content is freed by its last owner only.
    @Test(.timeLimit(.minutes(1))) func oneFrameFromManyThreads() async throws {
        let bench = try Bench()
        defer { bench.stop() }
        let shared = Message(Frame([UInt8](repeating: 7, count: 1_000)))
        var peers: [(Peer, Peer)] = []
        for loop in [bench.loop, bench.otherLoop] {
            let endpoint = try TestTransport.inproc.endpoint()
            let pull = try Peer(.pull, bench.context, loop, bind: endpoint)
            peers.append((try Peer(.push, bench.context, loop, connect: endpoint), pull))
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (push, pull) in peers {
                group.addTask {
                    for _ in 0..<5_000 { try await push.send(shared) }
                    return 0
                }
                group.addTask {
                    var sum = 0
                    for _ in 0..<5_000 { sum += try await pull.receive().byteCount }
                    return sum
                }
            }
            var sum = 0
            for try await part in group { sum += part }
            #expect(sum == 10_000_000)
        }
        #expect(shared.frames[0].bytes == [UInt8](repeating: 7, count: 1_000))
    }
}
