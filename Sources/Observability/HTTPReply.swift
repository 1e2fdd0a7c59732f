/// What a route answers.
package struct HTTPReply: Sendable {
    /// The status code, 200 to 599.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// What a browser may load on the strength of this page; by default nothing.
    package var contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"
    /// For 429 and 503: after how many seconds to ask again.
    package var retryAfter: Int?
    /// What follows the body, piece by piece, for as long as there is more: nil ends it. The length is not told beforehand.
    /// The call is cancelled when the client leaves, or reads nothing for a while.
    package var stream: (@Sendable () async throws -> [UInt8]?)?

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

/// What a route is asked.
package struct HTTPQuestion: Sendable {
    /// What of the path follows the route's beginning, undecoded; empty for a whole path.
    package var rest: String
    /// Undecoded, without the question mark.
    package var query: String
    /// By lower-case name; of a header that comes twice the values are joined by commas. `host` is the authority.
    package var headers: [String: String]
    /// Empty but where the route takes one.
    package var body: [UInt8]

    package init(rest: String = "", query: String = "", headers: [String: String] = [:], body: [UInt8] = []) {
        self.rest = rest
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// A path, or all paths with a beginning, and what answers there: GET, or POST where it takes a body.
package struct HTTPRoute: Sendable {
    /// The whole path: `/metrics`; or its beginning: `/articles/`.
    package var path: String
    /// Whether it is a beginning.
    package var isPrefix: Bool
    /// The largest body in bytes that a POST may have; nil for GET alone.
    package var bodyLimit: Int?
    /// Time for the answer, the reading of the body included; nil for the endpoint's.
    package var answerTime: Duration?
    /// Answers. When it has not answered within the time limit its task is cancelled; it must heed that.
    package var answer: @Sendable (HTTPQuestion) async -> HTTPReply

    /// One path; `answer` is given the query.
    package init(path: String, answer: @escaping @Sendable (_ query: String) async -> HTTPReply) {
        self.path = path
        isPrefix = false
        self.answer = { await answer($0.query) }
    }

    /// Every path that begins so and goes on; `answer` is given the rest of the path and the query.
    package init(
        under prefix: String, answer: @escaping @Sendable (_ rest: String, _ query: String) async -> HTTPReply
    ) {
        path = prefix
        isPrefix = true
        self.answer = { await answer($0.rest, $0.query) }
    }

    /// One path, or with `isPrefix` every one that begins so; `answer` is given the whole question.
    package init(
        asking path: String, isPrefix: Bool = false, answer: @escaping @Sendable (HTTPQuestion) async -> HTTPReply
    ) {
        self.path = path
        self.isPrefix = isPrefix
        self.answer = answer
    }

    /// POST to one path.
    /// - Parameters:
    ///   - limit: the largest body in bytes; a larger one is refused unread.
    ///   - time: for the body's arrival and the answer together.
    package init(
        posting path: String, limit: Int, within time: Duration,
        answer: @escaping @Sendable (HTTPQuestion) async -> HTTPReply
    ) {
        self.path = path
        isPrefix = false
        bodyLimit = limit
        answerTime = time
        self.answer = answer
    }
}
