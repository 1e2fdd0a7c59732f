internal import Observability

/// What a browser loads for the page: files of `Assets`, compiled into the program.
package struct PageAsset: Sendable {
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]

    /// Nothing but this service's own files runs, styles, is asked or shown; text is never read as markup or code.
    static let contentSecurityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
        form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'
        """

    var reply: HTTPReply {
        var reply = HTTPReply(contentType: contentType, body: bytes)
        reply.contentSecurityPolicy = Self.contentSecurityPolicy
        return reply
    }
}

package enum PageAssets {
    package static let all = [
        PageAsset(path: "/", contentType: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        PageAsset(path: "/page.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.page_css),
        script("/page.js", PackageResources.page_js), script("/feed.js", PackageResources.feed_js),
        script("/reader.js", PackageResources.reader_js), script("/views.js", PackageResources.views_js),
        script("/dom.js", PackageResources.dom_js), script("/text.js", PackageResources.text_js),
        PageAsset(path: "/icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
    ]

    private static func script(_ path: String, _ bytes: [UInt8]) -> PageAsset {
        PageAsset(path: path, contentType: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
