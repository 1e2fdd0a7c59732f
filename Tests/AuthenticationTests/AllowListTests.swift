import Authentication
import TestSupport
import Testing
import ZeroMQ

@Suite struct AllowListTests {
    private static let key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
    private static let other = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

    @Test func readsLinesWithNamesKeysAndRights() {
        let (list, faults) = AllowList.parse(
            "# name key rights\n\n newsroom\t\(Self.key) ingest  replay\r\nworker-1 \(Self.other) entities attribution\n  # end")
        #expect(faults.isEmpty)
        #expect(list.clients.map(\.name) == ["newsroom", "worker-1"])
        #expect(list.clients.map(\.rights) == [[.ingest, .replay], [.entities, .attribution]])
        let newsroom = CurveKey.bytes(Self.key).flatMap { list.client(withKey: $0) }
        #expect(newsroom?.mayConnect(to: .ingest) == true)
        #expect(newsroom?.mayConnect(to: .stream) == false)
        #expect(newsroom?.mayConnect(to: .dispatch) == false)
        let worker = CurveKey.bytes(Self.other).flatMap { list.client(withKey: $0) }
        #expect(worker?.mayConnect(to: .dispatch) == true)
        #expect(worker?.mayConnect(to: .names) == true)
        #expect(worker?.mayConnect(to: .control) == false)
        #expect(list.client(withKey: [UInt8](repeating: 0, count: 32)) == nil)
    }

    @Test func everyFaultIsToldWithItsLine() {
        let (_, faults) = AllowList.parse(
            """
            one \(Self.key) ingest
            two short ingest
            three \(Self.other)
            four \(Self.other) ingests
            one \(Self.other) ingest
            six \(Self.key) ingest
            sev/en \(Self.other) ingest
            eight
            nine \(String(Self.other.dropLast()) + "~") stream
            """)
        #expect(faults.map(\.line) == [2, 3, 4, 5, 6, 7, 8, 9])
        for (fault, part) in zip(
            faults,
            ["40 characters", "2 words", "\"ingests\"", "line 1 already", "the key of one", "sev/en", "1 words", "40 characters"])
        {
            #expect(fault.message.contains(part), "\(fault)")
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let clients = (0..<random.below(20)).map { number in
                AllowList.Client(
                    name: "c.\(number)_\(random.below(1_000))", publicKey: random.bytes(32),
                    rights: Set([AccessRight.allCases[random.below(8)]] + AccessRight.allCases.filter { _ in random.chance(40) }))
            }
            let list = AllowList(clients)
            let (read, faults) = AllowList.parse(list.text)
            #expect(faults.isEmpty)
            #expect(read == list)
        }
    }

    /// Whatever stands there, each line is empty, a comment, a client or a fault, and only whole clients are let in.
    @Test func anyTextIsRead() {
        var random = SeededGenerator.announced()
        let pieces = [Self.key, Self.other, "ingest", "stream", "name", "#", " ", "\t", "\n", "\r", "\u{0}", "é", "-", "control\n"]
        for _ in 0..<2_000 {
            let text = (0..<random.below(40)).map { _ in pieces[random.below(pieces.count)] + (random.chance(50) ? " " : "") }.joined()
            let (list, faults) = AllowList.parse(text)
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            #expect(list.clients.count + faults.count <= lines.count)
            #expect(list.clients.allSatisfy { $0.publicKey.count == 32 && !$0.rights.isEmpty && !$0.name.isEmpty })
            #expect(Set(list.clients.map(\.name)).count == list.clients.count)
        }
    }
}
