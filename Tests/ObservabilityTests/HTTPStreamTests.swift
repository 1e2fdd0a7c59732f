import Foundation
import Glibc
import Logging
import Observability
import ServiceLifecycle
import Synchronization
import Testing

/// Answers without an end, and questions with a body.
@Suite struct HTTPStreamTests {
    private static let silent = Logger(label: "quoted.test") { _ in SwiftLogNoOpLogHandler() }

    private func serving(_ routes: [HTTPRoute], _ body: (Int) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let sources = HTTPEndpoint.Sources(
            metrics: { [] }, healthFaults: { [] }, readinessFaults: { [] }, status: { "{}" })
        let endpoint = try HTTPEndpoint(address: "127.0.0.1:0", sources: sources, routes: routes, logger: Self.silent) {
            continuation.yield($0)
        }
        let group = ServiceGroup(configuration: .init(services: [endpoint], logger: Self.silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            try await body(try #require(await iterator.next()))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func request(_ text: String, port: Int) async throws -> Answer {
        let bytes: [UInt8] = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Wire.exchange(text, host: "127.0.0.1", port: port)) }
        }
        return try #require(Answer(bytes))
    }

    private func post(_ body: String, to path: String = "/echo", port: Int, length: Int? = nil) async throws -> Answer {
        let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nX-Twice: a\r\nX-Twice: b\r\nConnection: close\r\n"
        return try await request("\(head)Content-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)", port: port)
    }

    private static let echo = HTTPRoute(posting: "/echo", limit: 100, within: .seconds(1)) { question in
        .text("\(question.headers["host"] ?? "") \(question.headers["x-twice"] ?? "") \(question.body.count)")
    }

    @Test(.timeLimit(.minutes(1))) func takesBodiesWhereTheRouteDoes() async throws {
        try await serving([Self.echo]) { port in
            let answer = try await post(String(repeating: "x", count: 100), port: port)
            #expect(answer.status == 200 && answer.body == "localhost a, b 100")
            #expect(try await post("x", to: "/healthz", port: port).status == 413)
            #expect(try await post("x", to: "/nowhere", port: port).status == 413)
            let get = try await request("GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port: port)
            #expect(get.status == 405 && get.headers["allow"] == "POST")
            let empty = try await post("", port: port)
            #expect(empty.status == 200 && empty.body.hasSuffix(" 0"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func refusesWhatIsTooLargeOrTooSlow() async throws {
        try await serving([Self.echo]) { port in
            // Announced, and come without announcement.
            #expect(try await post(String(repeating: "x", count: 101), port: port).status == 413)
            let chunk = "40\r\n" + String(repeating: "y", count: 64) + "\r\n"
            let chunked = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n"
            #expect(try await request(chunked, port: port).status == 413)
            let slow = try await post("half", port: port, length: 50)
            #expect(slow.status == 408)
        }
    }

    @Test(.timeLimit(.minutes(1))) func streamsPieceByPiece() async throws {
        let count = Mutex(0)
        let route = HTTPRoute(asking: "/stream") { _ in
            var reply = HTTPReply(contentType: "text/event-stream", body: Array("begin\n".utf8))
            reply.stream = {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return number <= 3 ? Array("\(number)\n".utf8) : nil
            }
            return reply
        }
        try await serving([route]) { port in
            let answer = try await request("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n", port: port)
            #expect(answer.status == 200)
            #expect(answer.headers["content-length"] == nil && answer.headers["transfer-encoding"] == "chunked")
            for piece in ["begin\n", "1\n", "2\n", "3\n"] { #expect(answer.body.contains(piece)) }
            let head = try await request("HEAD /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port: port)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    /// Whether it has read everything (its end is closed in good order) or not (the connection is reset).
    @Test(.timeLimit(.minutes(1)), arguments: [true, false]) func noticesThatTheClientLeaves(_ hasReadAll: Bool) async throws {
        let (ends, ended) = AsyncStream<Bool>.makeStream()
        let route = HTTPRoute(asking: "/stream") { _ in
            var reply = HTTPReply(contentType: "text/event-stream", body: Array("the beginning".utf8))
            reply.stream = {
                do {
                    try await Task.sleep(for: .seconds(20))
                } catch {
                    ended.yield(true)
                    throw error
                }
                ended.yield(false)
                return nil
            }
            return reply
        }
        try await serving([route]) { port in
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    Self.ask("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n", port: port, until: hasReadAll ? "the beginning\r\n" : "the b")
                    continuation.resume()
                }
            }
            var iterator = ends.makeAsyncIterator()
            #expect(await iterator.next() == true)
        }
    }

    /// Sends, reads until a text has come, and closes.
    private static func ask(_ text: String, port: Int, until end: String) {
        let descriptor = Wire.connected(host: "127.0.0.1", port: port)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
        var answer: [UInt8] = []
        var byte = UInt8(0)
        while !String(decoding: answer, as: UTF8.self).hasSuffix(end), recv(descriptor, &byte, 1, 0) == 1 { answer.append(byte) }
    }
}
