/// What a route answers.
package struct HTTPReply: Sendable {
    /// The status code, 200 to 599.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// What a browser may load on the strength of this page; by default nothing.
    package var contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"

    package init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// Plain text.
    package static func text(_ text: String, status: Int = 200, contentType: String = "text/plain; charset=utf-8")
        -> HTTPReply
    {
        HTTPReply(status: status, contentType: contentType, body: Array(text.utf8))
    }

    /// Text that is JSON already.
    package static func json(_ text: String, status: Int = 200) -> HTTPReply {
        .text(text, status: status, contentType: "application/json")
    }
}

/// A path, or all paths with a beginning, and what answers GET there.
package struct HTTPRoute: Sendable {
    /// The whole path: `/metrics`; or its beginning: `/articles/`.
    package var path: String
    /// Whether it is a beginning.
    package var isPrefix: Bool
    /// Answers; the arguments are the rest of the path, undecoded, empty for a whole one, and the request's query,
    /// undecoded, without the question mark. When it has not answered within the endpoint's time limit its task is cancelled;
    /// it must heed that.
    package var answer: @Sendable (_ rest: String, _ query: String) async -> HTTPReply

    package init(path: String, answer: @escaping @Sendable (_ query: String) async -> HTTPReply) {
        self.path = path
        isPrefix = false
        self.answer = { _, query in await answer(query) }
    }

    /// Every path that begins so and goes on.
    package init(
        under prefix: String, answer: @escaping @Sendable (_ rest: String, _ query: String) async -> HTTPReply
    ) {
        path = prefix
        isPrefix = true
        self.answer = answer
    }
}
