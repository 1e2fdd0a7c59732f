internal import Foundation
package import Logging
package import Observability

internal import NewsFormats

/// The page that people read: articles as they are analysed, each in full with its quotations, and a box for texts of one's own.
/// Everything that the browser loads comes out of this program.
package struct LivePage: Sendable {
    package struct Options: Sendable {
        /// Names besides `localhost` under which the page is reached.
        package var hosts: [String]
        /// Largest text that may be pasted, in bytes; 0 for no paste box.
        package var pasteBytes: Int
        /// Time for one pasted text.
        package var pasteTime: Duration
        /// Whether `/api` answers.
        package var hasArchive: Bool
        /// Where articles are pushed, as the page tells.
        package var ingest: String

        package init(
            hosts: [String] = [], pasteBytes: Int = 1 << 20, pasteTime: Duration = .seconds(10),
            hasArchive: Bool, ingest: String
        ) {
            self.hosts = hosts
            self.pasteBytes = pasteBytes
            self.pasteTime = pasteTime
            self.hasArchive = hasArchive
            self.ingest = ingest
        }
    }

    private let feed: LiveFeed
    private let analysis: TextAnalysis?
    private let options: Options
    private let origin: RequestOrigin
    private let logger: Logger

    /// - Parameter analysis: nil where no analyser runs; there is no paste box then.
    package init(feed: LiveFeed, analysis: TextAnalysis?, options: Options, logger: Logger) {
        self.feed = feed
        self.analysis = options.pasteBytes > 0 ? analysis : nil
        self.options = options
        self.logger = logger
        origin = RequestOrigin(hosts: options.hosts)
    }

    /// `/` and what it loads, `/live/events`, `/live/articles/{id}` and `POST /analyze`.
    package var routes: [HTTPRoute] {
        var routes = PageAssets.all.map { asset in
            guarded(HTTPRoute(asking: asset.path) { _ in asset.reply })
        }
        routes.append(guarded(HTTPRoute(asking: "/live/events") { await events($0) }))
        routes.append(guarded(HTTPRoute(asking: "/live/articles/", isPrefix: true) { await article($0) }))
        if let analysis {
            routes.append(
                HTTPRoute(posting: "/analyze", limit: options.pasteBytes, within: options.pasteTime + .seconds(5)) {
                    await analyze($0, analysis)
                })
        }
        return routes
    }

    private func guarded(_ route: HTTPRoute) -> HTTPRoute {
        var guarded = route
        guarded.answer = { [origin] question in
            guard origin.isKnown(host: question.headers["host"]) else { return .unknownHost }
            return await route.answer(question)
        }
        return guarded
    }

    // MARK: Events

    private func events(_ question: HTTPQuestion) async -> HTTPReply {
        guard await feed.admit() else {
            var reply = HTTPReply.text("as many pages are open as may be ([page] clients)\n", status: 503)
            reply.retryAfter = 10
            return reply
        }
        // The browser's own word when it connects again, or the page's.
        let seen = question.headers["last-event-id"] ?? (question.query.hasPrefix("last=") ? String(question.query.dropFirst(5)) : "")
        let last = UInt64(seen) ?? 0
        let events = EventStream(feed, hello: hello, lastSequence: last)
        var reply = HTTPReply(contentType: "text/event-stream", body: [])
        let seat = Seat(feed)
        reply.stream = {
            defer { withExtendedLifetime(seat) {} }
            return try await events.next()
        }
        return reply
    }

    private var hello: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("archive", options.hasArchive)
        json.field("records", feed.options.records)
        json.field("rate", feed.options.rate)
        json.field("pasteBytes", analysis == nil ? 0 : options.pasteBytes)
        json.field("ingest", options.ingest)
        json.endObject()
        return json.bytes
    }

    // MARK: Articles

    private func article(_ question: HTTPQuestion) async -> HTTPReply {
        guard let id = question.rest.removingPercentEncoding, !id.isEmpty else {
            return Self.fault("expected an article's id, percent-encoded", status: 400)
        }
        do {
            guard let record = try await feed.record(ofArticle: id) else {
                return Self.fault("no record of this article is kept", status: 404)
            }
            return HTTPReply(contentType: "application/json", body: record)
        } catch {
            return Self.fault("the record log does not answer now; try again", status: 503, retryAfter: 1)
        }
    }

    // MARK: Pasted texts

    private func analyze(_ question: HTTPQuestion, _ analysis: TextAnalysis) async -> HTTPReply {
        guard origin.isSameOrigin(question.headers) else {
            return Self.fault("only this service's own page may ask; other sites may not", status: 403)
        }
        let type = question.headers["content-type"]?.prefix { $0 != ";" }.lowercased()
        guard type?.trimmingCharacters(in: .whitespaces) == "application/json" else {
            return Self.fault("content-type: expected application/json", status: 415)
        }
        do throws(TextAnalysis.Refusal) {
            return HTTPReply(contentType: "application/json", body: try await analysis.record(of: question.body))
        } catch {
            switch error {
            case .busy: return Self.fault(error.description, status: 429, retryAfter: 1)
            case .badArticle: return Self.fault(error.description, status: 400)
            case .overTime: return Self.fault(error.description, status: 503)
            case .failed:
                logger.warning("a pasted text could not be analysed", metadata: ["error": "\(error)"])
                return Self.fault(error.description, status: 500)
            }
        }
    }

    private static func fault(_ message: String, status: Int, retryAfter: Int? = nil) -> HTTPReply {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", message)
        json.endObject()
        var reply = HTTPReply(status: status, contentType: "application/json", body: json.bytes)
        reply.retryAfter = retryAfter
        return reply
    }
}

/// A reader's place, given back when nothing holds on to the reply any more: also when its stream was never begun.
private final class Seat: Sendable {
    private let feed: LiveFeed

    init(_ feed: LiveFeed) { self.feed = feed }

    deinit {
        // A deinitialiser cannot wait.
        Task { [feed] in await feed.leave() }
    }
}
