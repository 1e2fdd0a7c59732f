import ServiceConfiguration
import Testing

@Suite struct EndpointAddressTests {
    @Test(arguments: [
        ("tcp://127.0.0.1:5571", EndpointAddress.tcp(host: "127.0.0.1", port: 5571), true),
        ("tcp://[::1]:80", .tcp(host: "::1", port: 80), true),
        ("tcp://localhost:*", .tcp(host: "localhost", port: 0), true),
        ("tcp://127.1.2.3:1", .tcp(host: "127.1.2.3", port: 1), true),
        ("tcp://127.example.org:1", .tcp(host: "127.example.org", port: 1), false),
        ("tcp://127.0.0.1.evil:1", .tcp(host: "127.0.0.1.evil", port: 1), false),
        ("tcp://0.0.0.0:65535", .tcp(host: "0.0.0.0", port: 65535), false),
        ("tcp://*:5571", .tcp(host: "*", port: 5571), false),
        ("tcp://[::]:5571", .tcp(host: "::", port: 5571), false),
        ("ipc:///run/quoted/a.sock", .ipc(path: "/run/quoted/a.sock"), true),
    ])
    func reads(text: String, expected: EndpointAddress, isLocal: Bool) throws {
        let address = try EndpointAddress(endpoint: text)
        #expect(address == expected)
        #expect(address.isLocal == isLocal)
    }

    @Test(arguments: [
        "", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:0x5", "tcp://127.0.0.1:65536",
        "tcp://:5571",
        "tcp://::1:5571", "tcp://a b:1", "tcp://a/b:1", "udp://127.0.0.1:1", "127.0.0.1:5571", "ipc://relative",
        "ipc://@abstract",
        "ipc:///" + String(repeating: "x", count: 107), "tcp://127.0.0.1:99999999999999999999", "tcp://127.0.0.1:+80",
    ])
    func refuses(text: String) {
        #expect(throws: EndpointFault.self) { try EndpointAddress(endpoint: text) }
    }

    @Test func longestPathIsAllowed() throws {
        let path = "/" + String(repeating: "x", count: 106)
        #expect(try EndpointAddress(endpoint: "ipc://\(path)") == .ipc(path: path))
    }
}
