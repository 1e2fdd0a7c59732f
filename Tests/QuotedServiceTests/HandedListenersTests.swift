import Glibc
import Pipeline
import QuotedService
import ServiceConfiguration
import Stages
import Testing

struct HandedListenersTests {
    private func handed(_ address: String, name: String = "quoted.socket") -> HandedSocket {
        SocketUnitFile.sockets(in: "[Socket]\nListenStream=\(address)\n", name: name)[0]
    }

    private func faults(_ addresses: String..., roles: ServiceRoles? = nil, _ adjust: (inout ServiceConfiguration) -> Void = { _ in }) -> [String] {
        var configuration = ServiceConfiguration()
        configuration.state = "/run/q"
        configuration.endpoints.dispatch = "ipc:///run/q/dispatch.sock"
        adjust(&configuration)
        return HandedListeners(addresses.map { handed($0) }, for: configuration, roles: roles).faults
    }

    @Test func theDefaultEndpointsFit() {
        #expect(
            faults("127.0.0.1:5571", "127.0.0.1:5572", "127.0.0.1:5573", "127.0.0.1:5570", "/run/q/dispatch.sock").isEmpty)
    }

    @Test(arguments: [
        ("tcp://localhost:5571", "127.0.0.1:5571", true),
        ("tcp://*:5571", "5571", true),
        ("tcp://*:5571", "0.0.0.0:5571", true),
        ("tcp://[::1]:5571", "[0:0:0:0:0:0:0:1]:5571", true),
        ("tcp://127.0.0.1:5571", "5571", false),
        ("tcp://127.0.0.1:5571", "0.0.0.0:5571", false),
        ("tcp://[::1]:5571", "[::]:5571", false),
        ("tcp://127.0.0.1:5571", "127.0.0.1:5581", false),
        ("ipc:///run/q/a", "/run/q/a", true),
        ("ipc:///run/q/a", "/run/q/b", false),
    ])
    func anEndpointIsServedWhereItSaysAndNowhereElse(endpoint: String, address: String, fits: Bool) {
        let found = faults(address) { $0.endpoints.ingest = endpoint }
        #expect(found.isEmpty == fits, "\(found)")
    }

    @Test func twoSocketsForOneEndpointAreAFault() {
        #expect(faults("127.0.0.1:5571", "127.0.0.1:5571").count == 1)
    }

    @Test func aProcessTakesWhatItServes() throws {
        let entities = ServiceRoles.only(.entities), sink = ServiceRoles.only(.sink)
        #expect(faults("127.0.0.1:5573", roles: sink).isEmpty)
        #expect(faults("127.0.0.1:5573", roles: entities).count == 1)
        #expect(faults("127.0.0.1:5570", roles: entities).isEmpty)
        #expect(faults("127.0.0.1:5571", roles: sink)[0].contains("endpoints.ingest"))
        let names = "/run/q/names.sock"
        #expect(faults(names, roles: sink) { $0.endpoints.names = "ipc://\(names)" }.count == 1)
        #expect(
            faults(names, roles: sink) {
                $0.endpoints.names = "ipc://\(names)"
                $0.names.mode = .learn
            }.isEmpty)
    }

    @Test func pagesThatAreTurnedOffHaveNoSocket() {
        #expect(faults("127.0.0.1:5570") { $0.endpoints.http = "" }.count == 1)
    }
}

struct SocketUnitFileTests {
    @Test func anEmptyValueForgetsWhatCameBefore() {
        let text = """
            # comment
            [Unit]
            ListenStream=1.2.3.4:5
            [Socket]
            ListenStream=127.0.0.1:5571
            ;ListenStream=127.0.0.1:1
            ListenStream =
              ListenStream = 127.0.0.1:5573\u{20}
            [Socket]
            ListenStream=/run/x.sock
            """
        let sockets = SocketUnitFile.sockets(in: text, name: "u")
        #expect(sockets.map(\.writtenAddress) == ["127.0.0.1:5573", "/run/x.sock"])
        #expect(sockets.map(\.address) == [.tcp(host: "127.0.0.1", port: 5573), .ipc(path: "/run/x.sock")])
        #expect(sockets.map(\.isListening) == [true, true])
    }

    @Test func otherSocketsAndAcceptAreMarked() {
        let text = "[Socket]\nListenStream=5571\nListenDatagram=5572\nListenStream=vsock:2:1\n"
        #expect(SocketUnitFile.sockets(in: text, name: "u").map(\.isListening) == [true, false, true])
        #expect(SocketUnitFile.sockets(in: text, name: "u")[2].address == nil)
        #expect(SocketUnitFile.sockets(in: text + "Accept=yes\n", name: "u").allSatisfy { !$0.isListening })
    }
}

struct HandedSocketTests {
    private func environment(_ count: String, names: String? = nil) -> [String: String] {
        ["LISTEN_PID": "42", "LISTEN_FDS": count, "LISTEN_FDNAMES": names ?? ""]
    }

    @Test func whatIsMeantForAnotherProcessIsLeft() {
        #expect(HandedSocket.received(environment: environment("1"), processID: 43).isEmpty)
        #expect(HandedSocket.received(environment: [:], processID: 42).isEmpty)
        for count in ["0", "-1", "x", "", "65", "99999999999"] {
            #expect(HandedSocket.received(environment: environment(count), processID: 42).isEmpty)
        }
    }

    @Test func addressNameAndStateAreRead() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        func look(_ names: String?) throws -> HandedSocket {
            let found = HandedSocket.received(environment: environment("1", names: names), processID: 42, first: descriptor)
            return try #require(found.first)
        }
        let idle = try look(nil)
        #expect(!idle.isListening && idle.name == "unknown")
        // Listening without binding takes any free port of all addresses.
        try #require(listen(descriptor, 1) == 0)
        let handed = try look("ingest:other")
        #expect(handed.isListening && handed.name == "ingest" && handed.descriptor == descriptor)
        guard case .tcp("0.0.0.0", let port) = handed.address else {
            Issue.record("\(String(describing: handed.address))")
            return
        }
        #expect(handed.writtenAddress == "0.0.0.0:\(port)")
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func aDescriptorThatIsNoSocketIsNotListening() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let found = HandedSocket.received(environment: environment("1"), processID: 42, first: ends[0])
        #expect(found.map(\.isListening) == [false] && found[0].address == nil)
    }
}
