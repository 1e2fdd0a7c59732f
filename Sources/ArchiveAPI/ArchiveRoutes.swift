package import Archive
package import Logging
package import Observability

internal import NewsFormats

/// The archive over HTTP: `/api/quotations`, `/api/speakers`, `/api/articles/{id}`, and `/api/openapi.json`, which
/// describes them.
package enum ArchiveRoutes {
    package static func routes(_ readers: ArchiveReaders, logger: Logger) -> [HTTPRoute] {
        [
            HTTPRoute(path: "/api/quotations") { query in
                await answer(logger) {
                    let query = try QuotationQuery(query)
                    return ArchiveJSON.page(try await readers.ask { try $0.quotations(query, since: $1) })
                }
            },
            HTTPRoute(path: "/api/speakers") { query in
                await answer(logger) {
                    let query = try SpeakerQuery(query)
                    return ArchiveJSON.page(try await readers.ask { try $0.speakers(query, since: $1) })
                }
            },
            HTTPRoute(under: "/api/articles/") { rest, query in
                await answer(logger) {
                    _ = try ParameterReader(query, known: [])
                    guard let id = FormParameters.decode(Substring(rest), plusIsSpace: false), !id.isEmpty else {
                        throw APIFault("found \"\(rest.prefix(64))\", expected an article's id, percent-encoded")
                    }
                    guard let article = try await readers.ask({ try $0.article(id, since: $1) }) else { return nil }
                    return ArchiveJSON.article(article)
                }
            },
            HTTPRoute(path: "/api/openapi.json") { _ in HTTPReply(contentType: "application/json", body: description) },
        ]
    }

    /// The OpenAPI description of these routes.
    package static var description: [UInt8] { PackageResources.openapi_json }

    /// - Parameter body: nil when there is no such thing.
    private static func answer(_ logger: Logger, _ body: () async throws -> [UInt8]?) async -> HTTPReply {
        do {
            guard let json = try await body() else { return fault("the archive has no such article", status: 404) }
            return HTTPReply(contentType: "application/json", body: json)
        } catch let error as APIFault {
            return fault(error.description, status: 400)
        } catch let error as ArchiveError {
            return fault(error.description, status: 503)
        } catch {
            logger.warning("the archive cannot be read", metadata: ["error": "\(error)"])
            return fault("the archive cannot be read at present; see the service's log", status: 503)
        }
    }

    private static func fault(_ message: String, status: Int) -> HTTPReply {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", message)
        json.endObject()
        return HTTPReply(status: status, contentType: "application/json", body: json.bytes)
    }
}
