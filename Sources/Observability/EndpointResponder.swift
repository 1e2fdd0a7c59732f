internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Finds the route of a request, asks it within the time limit and sets the headers that every answer has.
struct EndpointResponder: HTTPResponder {
    /// What a request's answer needs to know beyond the request: its connection.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    private let routes: [String: HTTPRoute]
    /// Routes of paths that begin so, the longest beginning first.
    private let prefixRoutes: [HTTPRoute]
    private let answerTime: Duration
    private let admits: (@Sendable (_ authorization: String?) -> Bool)?

    /// - Parameters:
    ///   - routes: by path; a later one replaces an earlier one of the same path.
    ///   - answerTime: time that a route has for one answer.
    ///   - admits: whether a request with this Authorization header is answered; nil: every one is.
    init(
        routes: [HTTPRoute], answerTime: Duration, admits: (@Sendable (_ authorization: String?) -> Bool)? = nil
    ) {
        self.admits = admits
        self.routes = Dictionary(
            routes.filter { !$0.isPrefix }.map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
        prefixRoutes = routes.filter(\.isPrefix).sorted { $0.path.utf8.count > $1.path.utf8.count }
        self.answerTime = answerTime
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        if let admits, !admits(request.headers[.authorization]) { return unauthorized(request, context) }
        let path = request.uri.path
        let route = route(for: path)
        guard Self.announcesBody(request) else {
            guard let route else { return response(.text("not found\n", status: 404), to: request) }
            guard route.bodyLimit == nil || request.method == .post else { return refusal(allowing: "POST") }
            guard route.bodyLimit != nil || request.method == .get || request.method == .head else {
                return refusal(allowing: "GET, HEAD")
            }
            let reply = await answer(of: route, to: question(request, route))
            guard request.method == .head || reply.stream == nil else { return streaming(reply, to: request, context) }
            return response(reply, to: request)
        }
        // What is left of a body that is refused is not read: the connection ends with this answer.
        guard let route, let limit = route.bodyLimit, request.method == .post else {
            return response(.text("send no body\n", status: 413), to: request, thenClose: context.channel)
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            return response(Self.tooLarge(limit), to: request, thenClose: context.channel)
        }
        let (reply, isRead) = await answer(of: route, withBodyOf: request, limit: limit)
        return response(reply, to: request, thenClose: isRead ? nil : context.channel)
    }

    private func route(for path: String) -> HTTPRoute? {
        routes[path] ?? prefixRoutes.first { path.hasPrefix($0.path) && path.utf8.count > $0.path.utf8.count }
    }

    private static func announcesBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    // MARK: Asking

    private func question(_ request: Request, _ route: HTTPRoute, body: [UInt8] = []) -> HTTPQuestion {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        headers["host"] = request.head.authority
        return HTTPQuestion(
            rest: route.isPrefix ? String(request.uri.path.dropFirst(route.path.count)) : "",
            query: request.uri.query ?? "", headers: headers, body: body)
    }

    private func answer(of route: HTTPRoute, to question: HTTPQuestion) async -> HTTPReply {
        let limit = route.answerTime ?? answerTime
        // A little longer than the built-in routes' own deadline, whose answer says more.
        return await inTime(limit + .milliseconds(500)) { await route.answer(question) }
            ?? .text("no answer within \(limit)\n", status: 503)
    }

    /// The answer, and whether the whole body was read.
    private func answer(
        of route: HTTPRoute, withBodyOf request: Request, limit: Int
    ) async -> (HTTPReply, isRead: Bool) {
        let time = route.answerTime ?? answerTime
        let body: [UInt8]?? = await inTime(time) {
            do {
                let buffer = try await request.body.collect(upTo: limit)
                return [UInt8](buffer: buffer)
            } catch {
                return nil
            }
        }
        guard let body else { return (.text("the body did not come within \(time)\n", status: 408), false) }
        guard let body else { return (Self.tooLarge(limit), false) }
        return (await answer(of: route, to: question(request, route, body: body)), true)
    }

    private static func tooLarge(_ limit: Int) -> HTTPReply {
        .text("send at most \(limit) bytes\n", status: 413)
    }

    private func inTime<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    // MARK: Answering

    /// Browsers ask their user for a password; the user's name does not matter.
    private func unauthorized(_ request: Request, _ context: Context) -> Response {
        let reply = HTTPReply.text("show the service's token: Authorization: Bearer …, or as a password\n", status: 401)
        // What is left of a body is not read.
        var response = self.response(reply, to: request, thenClose: Self.announcesBody(request) ? context.channel : nil)
        response.headers[.wwwAuthenticate] = "Basic realm=\"quoted\", charset=\"UTF-8\", Bearer realm=\"quoted\""
        return response
    }

    private func refusal(allowing methods: String) -> Response {
        let reply = HTTPReply.text("only \(methods.prefix(while: { $0 != "," })) is answered here\n", status: 405)
        var headers = Self.headers(of: reply, length: reply.body.count)
        headers[.allow] = methods
        return Response(
            status: .methodNotAllowed, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private static func headers(of reply: HTTPReply, length: Int?) -> HTTPFields {
        var headers: HTTPFields = [
            .contentType: reply.contentType,
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: reply.contentSecurityPolicy,
            .date: Timestamp.now().httpDate,
        ]
        if let length { headers[.contentLength] = String(length) }
        if let seconds = reply.retryAfter { headers[.retryAfter] = String(seconds) }
        for (name, value) in Self.isolation { headers[name] = value }
        return headers
    }

    private func response(_ reply: HTTPReply, to request: Request, thenClose channel: (any Channel)? = nil) -> Response {
        var headers = Self.headers(of: reply, length: reply.body.count)
        if channel != nil { headers[.connection] = "close" }
        let buffer = ByteBuffer(bytes: reply.body)
        let body =
            if request.method == .head {
                ResponseBody()
            } else if let channel {
                ResponseBody(contentLength: reply.body.count) { writer in
                    try await writer.write(buffer)
                    try await writer.finish(nil)
                    channel.close(promise: nil)
                }
            } else {
                ResponseBody(byteBuffer: buffer)
            }
        return Response(status: .init(code: reply.status), headers: headers, body: body)
    }

    /// An answer without an end of its own: it ends with its source or when the client leaves.
    private func streaming(_ reply: HTTPReply, to request: Request, _ context: Context) -> Response {
        var headers = Self.headers(of: reply, length: nil)
        headers[.connection] = "close"
        let channel = context.channel
        let body = ResponseBody { writer in
            // The client's leaving is seen where its end of the connection closes, not at the next write alone.
            _ = try? await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Self.write(reply, to: &writer, channel)
            }
            channel.close(promise: nil)
        }
        return Response(status: .init(code: reply.status), headers: headers, body: body)
    }

    private static func write(
        _ reply: HTTPReply, to writer: inout any ResponseBodyWriter, _ channel: any Channel
    ) async throws {
        let stall = WriteStall()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await stall.wait()
                channel.close(promise: nil)
            }
            try await writer.write(ByteBuffer(bytes: reply.body))
            while let piece = try await reply.stream?() {
                stall.begin()
                try await writer.write(ByteBuffer(bytes: piece))
                stall.end()
            }
            try await writer.finish(nil)
        }
    }

    /// Keeps other sites' pages from embedding an answer or holding on to its window, and an answer's links from telling
    /// where they were followed.
    private static let isolation: [(HTTPField.Name, String)] = [
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
    ]
    .compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}

/// Tells of a client that has read nothing for a while.
private final class WriteStall: Sendable {
    private static let patience = Duration.seconds(20)
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    func begin() { since.withLock { $0 = .now } }
    func end() { since.withLock { $0 = nil } }

    /// Returns when a write has not ended in time.
    func wait() async throws {
        while true {
            try await Task.sleep(for: .seconds(5))
            if let since = since.withLock({ $0 }), since.duration(to: .now) > Self.patience { return }
        }
    }
}
