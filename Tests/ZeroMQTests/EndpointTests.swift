import TestSupport
import Testing
import ZeroMQ

@Suite struct EndpointTests {
    @Test func tcp() throws {
        let endpoint = try Endpoint("tcp://127.0.0.1:5571")
        #expect(endpoint.transport == .tcp)
        #expect(endpoint.host == "127.0.0.1")
        #expect(endpoint.port == 5571)
        #expect(endpoint.isLoopback)
        #expect(endpoint.path == nil)
        #expect(endpoint.description == "tcp://127.0.0.1:5571")
        #expect(try Endpoint("tcp://*:*").port == nil)
        #expect(try Endpoint("tcp://*:0") == Endpoint("tcp://*:*"))
        #expect(try Endpoint("tcp://*:00") == Endpoint("tcp://*:*"))
        #expect(try Endpoint("tcp://[::1]:80").host == "::1")
        #expect(try Endpoint("tcp://[::1]:80").description == "tcp://[::1]:80")
    }

    @Test func ipcAndInproc() throws {
        #expect(try Endpoint("ipc:///run/quoted/a").path == "/run/quoted/a")
        #expect(try Endpoint("ipc://@abstract").path == nil)
        #expect(try Endpoint("inproc://dispatch").address == "dispatch")
        #expect(try Endpoint("inproc://dispatch").isLoopback)
    }

    @Test(arguments: [
        ("tcp://localhost:1", true), ("tcp://LOCALHOST:1", true), ("tcp://127.255.0.3:1", true), ("tcp://[::1]:1", true),
        ("tcp://*:1", false), ("tcp://0.0.0.0:1", false), ("tcp://128.0.0.1:1", false), ("tcp://[::]:1", false),
        ("tcp://127.example.org:1", false), ("tcp://news.example.org:1", false), ("ipc:///tmp/x", true),
    ])
    func loopback(_ string: String, _ expected: Bool) throws {
        #expect(try Endpoint(string).isLoopback == expected)
    }

    @Test(arguments: [
        ("", "expected tcp://"), ("127.0.0.1:5571", "expected tcp://"), ("udp://a:1", "expected tcp://"),
        ("tcp:/127.0.0.1:1", "expected tcp://"), ("tcp://127.0.0.1", "port is missing"), ("tcp://:5571", "host is missing"),
        ("tcp://127.0.0.1:", "port \"\""), ("tcp://127.0.0.1:65536", "65536"), ("tcp://127.0.0.1:-1", "-1"),
        ("tcp://127.0.0.1:+1", "+1"), ("tcp://127.0.0.1:http", "http"), ("tcp://127.0.0.256:1", "IPv4"),
        ("tcp://1.2.3:1", "IPv4"), ("tcp://::1:80", "brackets"), ("tcp://[::1:80", "brackets"), ("tcp://[zz]:80", "IPv6"),
        ("tcp://ho st:1", "host name"), ("tcp://a;b:1", "host name"), ("ipc://", "path is missing"), ("inproc://", "name"),
        ("ipc:///tmp/\0", "control"), ("tcp://a\n:1", "control"),
    ])
    func faults(_ string: String, _ expected: String) {
        let error = #expect(throws: ZeroMQError.self) { try Endpoint(string) }
        #expect(error?.code == .invalidEndpoint)
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test func ipcPathTooLong() throws {
        let directory = "/tmp/" + String(repeating: "x", count: Endpoint.maximumPathBytes - 5)
        #expect(try Endpoint("ipc://\(directory)").path?.utf8.count == 107)
        let error = #expect(throws: ZeroMQError.self) { try Endpoint("ipc://\(directory)y") }
        #expect(error?.description.contains("108 bytes") == true)
        #expect(error?.description.contains("shorter directory") == true)
        // Bytes count, not characters.
        #expect(throws: ZeroMQError.self) { try Endpoint("ipc:///" + String(repeating: "é", count: 54)) }
    }

    /// Whatever is accepted is printed in a form that is read as the same endpoint; nothing traps.
    @Test func propertyRoundTrip() throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        let pieces = [
            "tcp", "ipc", "inproc", "udp", ":", "//", "://", "*", "127.0.0.1", "localhost", "[::1]", "[", "]", "5571", "0", "99999", ".",
            "/tmp/a", "@", " ", "é", "\n", "-", "",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let scheme = ["tcp://", "ipc://", "inproc://", ""].randomElement(using: &random) ?? ""
            let count = Int.random(in: 0...5, using: &random)
            let string = (0..<count).reduce(into: scheme) { text, _ in text += pieces.randomElement(using: &random) ?? "" }
            guard let endpoint = try? Endpoint(string) else { continue }
            accepted += 1
            #expect(try Endpoint(endpoint.description) == endpoint, "seed \(seed): \(string)")
        }
        #expect(accepted > 1_000, "seed \(seed)")
    }
}
