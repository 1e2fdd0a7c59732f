import Authentication
import TestSupport
import Testing
import ZeroMQ

@Suite struct ZAPMessageTests {
    private func credentials(_ random: inout SeededGenerator) -> ZAPRequest.Credentials {
        switch random.below(4) {
        case 0: .null
        case 1: .plain(name: random.bytes(random.below(20)), password: random.bytes(random.below(20)))
        case 2: .curve(publicKey: random.bytes(32))
        default: .other(mechanism: Array("GSSAPI".utf8))
        }
    }

    @Test func requestsComeBackAsTheyWere() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<500 {
            let request = ZAPRequest(
                id: Frame(random.bytes(1 + random.below(8))), domain: "ingest", address: "192.0.2.\(random.below(256))",
                credentials: credentials(&random))
            #expect(try ZAPRequest(frames: request.frames) == request)
        }
    }

    @Test func repliesComeBackAsTheyWere() {
        var random = SeededGenerator.announced()
        for _ in 0..<500 {
            let reply = ZAPReply(
                id: Frame(random.bytes(4)), status: ZAPReply.Status.allCases[random.below(4)], text: "é\(random.below(9))",
                user: random.chance(50) ? "" : "somebody")
            #expect(ZAPReply(frames: reply.frames) == reply)
        }
        #expect(ZAPReply(frames: [Frame]()) == nil)
        #expect(ZAPReply(frames: ["1.0", "1", "201", "", "", ""]) == nil)
    }

    /// Frames are cut, added, swapped and overwritten: a request is read or refused, and never one of another mechanism.
    @Test func damagedRequestsAreRefusedOrRead() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<3_000 {
            let key = random.bytes(32)
            var frames = ZAPRequest(id: "1", domain: "stream", address: "", credentials: .curve(publicKey: key)).frames
            for _ in 0...random.below(2) {
                switch random.below(4) {
                case 0: if !frames.isEmpty { frames.remove(at: random.below(frames.count)) }
                case 1: frames.insert(Frame(random.bytes(random.below(40))), at: random.below(frames.count + 1))
                case 2: if !frames.isEmpty { frames[random.below(frames.count)] = Frame(random.bytes(random.below(40))) }
                default: if frames.count > 1 { frames.swapAt(random.below(frames.count), random.below(frames.count)) }
                }
            }
            guard let read = try? ZAPRequest(frames: frames) else { continue }
            guard case .curve(let found) = read.credentials else { continue }
            #expect(found.count == 32)
            #expect(read.frames.count == frames.count && frames.dropFirst(5).first == "CURVE" && frames.first == "1.0")
        }
    }

    @Test func badRequestsSayWhatIsWrong() {
        #expect(throws: ZAPRequest.Fault.missingFrames(2)) { try ZAPRequest(frames: ["1.0", "1"]) }
        #expect(throws: ZAPRequest.Fault.badVersion) { try ZAPRequest(frames: ["2.0", "1", "", "", "", "NULL"]) }
        #expect(throws: ZAPRequest.Fault.badCredentials) { try ZAPRequest(frames: ["1.0", "1", "", "", "", "CURVE", "short"]) }
        #expect(throws: ZAPRequest.Fault.badCredentials) { try ZAPRequest(frames: ["1.0", "1", "", "", "", "PLAIN", "name"]) }
        #expect(throws: ZAPRequest.Fault.badCredentials) { try ZAPRequest(frames: ["1.0", "1", "", "", "", "NULL", "more"]) }
    }

    @Test func onlyKnownKeysAreAllowedAndOnlyWhereTheyMay() throws {
        let known = try CurveKeyPair.generate()
        let control = try AccessControl(
            keys: .generate(), list: AllowList([.init(name: "newsroom", publicKey: known.publicKey, rights: [.ingest])]))
        func status(_ domain: String, _ credentials: ZAPRequest.Credentials) -> ZAPReply {
            ZAPHandler.judge(ZAPRequest(id: "7", domain: domain, address: "", credentials: credentials), by: control).0
        }
        let allowed = status("ingest", .curve(publicKey: known.publicKey))
        #expect(allowed == ZAPReply(id: "7", status: .allowed, text: "allowed", user: CurveKey.text(known.publicKey) ?? ""))
        for (domain, credentials) in [
            ("stream", .curve(publicKey: known.publicKey)), ("", .curve(publicKey: known.publicKey)),
            ("elsewhere", .curve(publicKey: known.publicKey)), ("ingest", .null), ("ingest", .plain(name: [], password: [])),
            ("ingest", .curve(publicKey: [UInt8](repeating: 7, count: 32))), ("ingest", .other(mechanism: [])),
        ] as [(String, ZAPRequest.Credentials)] {
            #expect(status(domain, credentials).status == .refused, "\(domain) \(credentials)")
            #expect(status(domain, credentials).user.isEmpty)
        }
    }
}
