internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

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

    /// - Parameters:
    ///   - routes: by path; a later one replaces an earlier one of the same path.
    ///   - answerTime: time that a route has for one answer.
    init(routes: [HTTPRoute], answerTime: Duration) {
        self.routes = Dictionary(
            routes.filter { !$0.isPrefix }.map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
        prefixRoutes = routes.filter(\.isPrefix).sorted { $0.path.utf8.count > $1.path.utf8.count }
        self.answerTime = answerTime
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        if Self.announcesBody(request) {
            // What the body would hold is not read: the connection ends with this answer.
            return response(.text("send no body\n", status: 413), isHead: false, thenClose: context.channel)
        }
        let path = request.uri.path
        guard let route = route(for: path) else {
            return response(.text("not found\n", status: 404), isHead: request.method == .head)
        }
        guard request.method == .get || request.method == .head else {
            var refusal = response(.text("only GET is answered here\n", status: 405), isHead: false)
            refusal.headers[.allow] = "GET, HEAD"
            return refusal
        }
        let rest = route.isPrefix ? String(path.dropFirst(route.path.count)) : ""
        let reply = await answer(of: route, rest: rest, query: request.uri.query ?? "")
        return response(reply, isHead: request.method == .head)
    }

    private static func announcesBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    private func route(for path: String) -> HTTPRoute? {
        routes[path] ?? prefixRoutes.first { path.hasPrefix($0.path) && path.utf8.count > $0.path.utf8.count }
    }

    private func answer(of route: HTTPRoute, rest: String, query: String) async -> HTTPReply {
        await withTaskGroup(of: HTTPReply?.self) { group in
            group.addTask { await route.answer(rest, query) }
            group.addTask { [answerTime] in
                // A little longer than the built-in routes' own deadline, whose answer says more.
                try? await Task.sleep(for: answerTime + .milliseconds(500))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .text("no answer within \(answerTime)\n", status: 503)
        }
    }

    private func response(_ reply: HTTPReply, isHead: Bool, thenClose channel: (any Channel)? = nil) -> Response {
        var headers: HTTPFields = [
            .contentType: reply.contentType,
            .contentLength: String(reply.body.count),
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: reply.contentSecurityPolicy,
        ]
        for (name, value) in Self.isolation { headers[name] = value }
        if channel != nil { headers[.connection] = "close" }
        let buffer = ByteBuffer(bytes: reply.body)
        let body =
            if isHead {
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

    /// Keeps other sites' pages from embedding an answer, and an answer's links from telling where they were followed.
    private static let isolation: [(HTTPField.Name, String)] = [
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Referrer-Policy", "no-referrer"),
    ]
    .compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
