import Foundation
import Glibc
import Logging
import Observability
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct HTTPEndpointTests {
    private static let silent = Logger(label: "quoted.test") { _ in SwiftLogNoOpLogHandler() }

    private static func sources(
        health: [String] = [], readiness: [String] = [],
        status: @escaping @Sendable () async -> String = { "{\"a\":1}" }
    ) -> HTTPEndpoint.Sources {
        HTTPEndpoint.Sources(
            metrics: { [.counter("quoted_articles_total", "Articles.", [.init(7)])] },
            healthFaults: { health }, readinessFaults: { readiness }, status: status)
    }

    /// Runs the endpoint on a free port, calls `body` with the port, and shuts it down gracefully.
    private func serving(
        _ sources: HTTPEndpoint.Sources, routes: [HTTPRoute] = [], limits: HTTPEndpoint.Limits = .init(),
        host: String = "127.0.0.1", admits: (@Sendable (String?) -> Bool)? = nil,
        _ body: (Int) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let endpoint = try HTTPEndpoint(
            address: "\(host):0", sources: sources, routes: routes, limits: limits, admits: admits, logger: Self.silent
        ) { port in
            continuation.yield(port)
        }
        let group = ServiceGroup(configuration: .init(services: [endpoint], logger: Self.silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(port)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// One request over a connection of its own, off the threads that tasks share.
    private func request(_ text: String, port: Int, host: String = "127.0.0.1") async throws -> Answer {
        let bytes: [UInt8] = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Wire.exchange(text, host: host, port: port)) }
        }
        return try #require(Answer(bytes))
    }

    private func get(_ path: String, port: Int, method: String = "GET") async throws -> Answer {
        try await request("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port: port)
    }

    @Test(.timeLimit(.minutes(1))) func servesPathsThatBeginAlike() async throws {
        let things = HTTPRoute(under: "/things/") { rest, query in .text("thing \(rest) \(query)") }
        let small = HTTPRoute(under: "/things/small/") { rest, _ in .text("small \(rest)") }
        let one = HTTPRoute(path: "/things/one") { _ in .text("one") }
        try await serving(Self.sources(), routes: [things, small, one]) { port in
            for (path, body) in [
                ("/things/a%2Fb?c=d", "thing a%2Fb c=d"), ("/things/small/x", "small x"), ("/things/one", "one"),
                ("/things/", "not found\n"), ("/thing", "not found\n"),
            ] {
                let answer = try await get(path, port: port)
                #expect(answer.body == body, "\(path)")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func servesItsPages() async throws {
        let page = HTTPRoute(path: "/page") { query in .text("<p>\(query)", contentType: "text/html; charset=utf-8") }
        try await serving(Self.sources(readiness: ["the intake log is full"]), routes: [page]) { port in
            let metrics = try await get("/metrics", port: port)
            #expect(metrics.status == 200)
            #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains("\nquoted_articles_total 7\n"))
            let health = try await get("/healthz", port: port)
            #expect(health.status == 200 && health.body == "ok\n")
            let readiness = try await get("/readyz", port: port)
            #expect(readiness.status == 503 && readiness.body == "the intake log is full\n")
            let status = try await get("/status?x=1", port: port)
            #expect(
                status.status == 200 && status.body == "{\"a\":1}"
                    && status.headers["content-type"] == "application/json")
            let page = try await get("/page?q=%20", port: port)
            #expect(page.body == "<p>q=%20")
            let head = try await get("/healthz", port: port, method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "3")
            for answer in [metrics, health, readiness, status, page, head] {
                #expect(answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["cache-control"] == "no-store")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func asksWhoMayRead() async throws {
        let posted = HTTPRoute(posting: "/post", limit: 100, within: .seconds(1)) { _ in .text("posted") }
        try await serving(Self.sources(), routes: [posted], admits: { $0 == "Bearer open" }) { port in
            for path in ["/metrics", "/healthz", "/readyz", "/status", "/nothing", "/../x"] {
                for header in ["", "Authorization: Bearer ope\r\n", "Authorization: \r\n", "X-Authorization: Bearer open\r\n"] {
                    let answer = try await request(
                        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(header)Connection: close\r\n\r\n", port: port)
                    #expect(answer.status == 401, "\(path) \(header)")
                    #expect(!answer.body.contains("quoted_articles_total"))
                }
            }
            let unread = try await request(
                "POST /post HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n", port: port)
            #expect(unread.status == 401)
            let answer = try await request(
                "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer open\r\nConnection: close\r\n\r\n",
                port: port)
            #expect(answer.status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1))) func refusesTheRest() async throws {
        try await serving(Self.sources()) { port in
            #expect(try await get("/", port: port).status == 404)
            #expect(try await get("/metrics/", port: port).status == 404)
            #expect(try await get("/../etc/passwd", port: port).status == 404)
            let post = try await get("/metrics", port: port, method: "POST")
            #expect(post.status == 405 && post.headers["allow"] == "GET, HEAD")
            #expect(try await get("/metrics", port: port, method: "DELETE").status == 405)
            let body = try await request(
                "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc", port: port)
            #expect(body.status == 413 && body.headers["connection"] == "close")
            let long = "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n"
            #expect(try await request(long, port: port).status == 400)
            #expect(try await request("nonsense\r\n\r\n", port: port).status == 400)
            #expect(try await get("/healthz", port: port).status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerThatDoesNotComeIs503() async throws {
        var limits = HTTPEndpoint.Limits()
        limits.answerTime = .milliseconds(200)
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let asked = Mutex(0)
        let sources = Self.sources(status: {
            asked.withLock { $0 += 1 }
            // Heeds no cancellation, as a part that hangs.
            await Task.detached { for await _ in gate { break } }.value
            return "{}"
        })
        let slow = HTTPRoute(path: "/slow") { _ in
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        }
        try await serving(sources, routes: [slow], limits: limits) { port in
            for _ in 0..<3 {
                let answer = try await get("/status", port: port)
                #expect(answer.status == 503 && answer.body.contains("no answer within"))
            }
            #expect(asked.withLock { $0 } == 1)
            #expect(try await get("/slow", port: port).status == 503)
            #expect(try await get("/healthz", port: port).status == 200)
            opening.yield()
            opening.finish()
            // Once the part answers again, so does the page; the question before it may still be ending.
            while try await get("/status", port: port).status != 200 {}
        }
    }

    @Test(.timeLimit(.minutes(1))) func shutsDownWithAnIdleConnection() async throws {
        let connection = Mutex<Int32>(-1)
        try await serving(Self.sources()) { port in
            let descriptor = Wire.connected(host: "127.0.0.1", port: port)
            #expect(descriptor >= 0)
            connection.withLock { $0 = descriptor }
            let answer = try await get("/healthz", port: port)
            #expect(answer.status == 200)
        }
        close(connection.withLock { $0 })
    }

    /// One server after the other on a socket that outlives them: who connects in between waits.
    @Test(.timeLimit(.minutes(1))) func servesASocketThatListensAlready() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // As it is handed over: where it blocked, the event loop would wait for the next connection.
        try #require(listen(listener, 16) == 0 && fcntl(listener, F_SETFL, O_NONBLOCK) == 0)
        defer { close(listener) }
        let port = Wire.port(of: listener)
        for _ in 0..<2 {
            let early = Task { try await get("/healthz", port: port) }
            let endpoint = try HTTPEndpoint(
                address: "0.0.0.0:\(port)", descriptor: dup(listener), sources: Self.sources(), logger: Self.silent)
            let group = ServiceGroup(configuration: .init(services: [endpoint], logger: Self.silent))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                #expect(try await early.value.status == 200)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerTellsItsDate() async throws {
        try await serving(Self.sources()) { port in
            let date = try #require(try await get("/healthz", port: port).headers["date"])
            #expect(date.wholeMatch(of: /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aTakenPortIsNamed() async throws {
        try await serving(Self.sources()) { port in
            let second = try HTTPEndpoint(address: "127.0.0.1:\(port)", sources: Self.sources(), logger: Self.silent)
            let error = await #expect(throws: HTTPEndpointError.self) { try await second.run() }
            #expect(error == .addressInUse("127.0.0.1:\(port)"))
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test(.timeLimit(.minutes(1))) func listensOnIPv6() async throws {
        guard Wire.hasIPv6 else {
            print("SKIPPED: this machine has no IPv6 loopback address")
            return
        }
        try await serving(Self.sources(), host: "[::1]") { port in
            let answer = try await request(
                "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port, host: "::1")
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: ["", "127.0.0.1", ":80", "127.0.0.1:x", "127.0.0.1:70000", "[]:1"])
    func refusesBadAddresses(address: String) {
        #expect(throws: HTTPEndpointError.badAddress(address)) {
            try HTTPEndpoint(address: address, sources: Self.sources(), logger: Self.silent)
        }
    }
}
