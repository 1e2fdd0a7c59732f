internal import NewsModel

/// The article's own text as HTML, with its quotations marked.
enum ArticleMarkup {
    /// A stretch of the text that is marked for one quotation, or for none.
    private struct Segment {
        var span: Span
        var quotation: Int?
        /// Quotations that begin here, for links to find them.
        var begins: [Int] = []
        /// Whether the quotation's span ends here.
        var isLast = false
    }

    static func write(_ record: AnalysisRecord, speakers: Speakers, to page: inout HTMLWriter) {
        let scalars = Array(record.text.unicodeScalars)
        var segments = segments(of: record, length: scalars.count)
        let hasTitle = record.article.title?.isEmpty == false
        var next = 0
        var unseen = Set(record.quotations.indices)
        for (number, paragraph) in paragraphs(of: scalars).enumerated() {
            let isHeading = number == 0 && hasTitle
            page.raw(isHeading ? "<h1>" : "<p>")
            while next < segments.count, segments[next].span.start < paragraph.end {
                var segment = segments[next]
                let part = Span(max(segment.span.start, paragraph.start), min(segment.span.end, paragraph.end))
                let goesOn = segment.span.end > paragraph.end
                if goesOn {
                    // It is marked again in the next paragraph.
                    segment.isLast = false
                    segments[next].span.start = paragraph.end
                    segments[next].begins = []
                } else {
                    next += 1
                }
                unseen.subtract(segment.begins)
                write(segment, part, scalars, speakers, to: &page)
                if goesOn { break }
            }
            page.raw(isHeading ? "</h1>\n" : "</p>\n")
            if isHeading { writeAbout(record.article, to: &page) }
        }
        // Links lead somewhere also for quotations of nothing but white space.
        for index in unseen.sorted() { page.raw("<span id=\"quotation-\(index + 1)\"></span>") }
        if !hasTitle { writeAbout(record.article, to: &page) }
    }

    private static func write(
        _ segment: Segment, _ part: Span, _ scalars: [Unicode.Scalar], _ speakers: Speakers, to page: inout HTMLWriter
    ) {
        for index in segment.begins { page.raw("<span id=\"quotation-\(index + 1)\"></span>") }
        let number = segment.quotation.map { speakers.numbers[$0] }
        if let number, part.count > 0 { page.raw("<mark class=\"\(Speakers.colour(of: number))\">") }
        for offset in part.start..<max(part.start, part.end) { page.text(scalars[offset]) }
        guard let number else { return }
        if part.count > 0 { page.raw("</mark>") }
        if segment.isLast {
            page.raw("<sup><a href=\"#speaker-\(number)\" aria-label=\"said by ")
            page.text(PageText.line(speakers.name(of: number)))
            page.raw("\">\(number == 0 ? "?" : "\(number)")</a></sup>")
        }
    }

    private static func writeAbout(_ article: Article, to page: inout HTMLWriter) {
        let words = [article.byline, article.source].compactMap { $0 }.map(PageText.line).filter { !$0.isEmpty }
        var parts = words.map { word -> String in
            var part = HTMLWriter()
            part.text(word)
            return String(decoding: part.bytes, as: UTF8.self)
        }
        if let published = article.published, PublicationDate.isValid(published) {
            var part = HTMLWriter()
            part.text(published)
            let date = String(decoding: part.bytes, as: UTF8.self)
            parts.append("<time datetime=\"\(date)\">\(date)</time>")
        }
        if let url = article.url, url.hasPrefix("http://") || url.hasPrefix("https://") {
            var part = HTMLWriter()
            part.text(PageText.line(url))
            let address = String(decoding: part.bytes, as: UTF8.self)
            parts.append("<a href=\"\(address)\" rel=\"noopener noreferrer\">\(address)</a>")
        }
        if !parts.isEmpty { page.raw("<p class=\"about\">\(parts.joined(separator: " · "))</p>\n") }
    }

    // MARK: Parts

    /// What line feeds part.
    private static func paragraphs(of scalars: [Unicode.Scalar]) -> [Span] {
        var found: [Span] = []
        var start = 0
        for offset in 0...scalars.count where offset == scalars.count || scalars[offset] == "\n" || scalars[offset] == "\r" {
            if scalars[start..<offset].contains(where: { !$0.properties.isWhitespace }) { found.append(Span(start, offset)) }
            start = offset + 1
        }
        return found
    }

    /// The text cut where a quotation begins or ends; where several stand in one place the shortest is marked.
    private static func segments(of record: AnalysisRecord, length: Int) -> [Segment] {
        struct Piece {
            var span: Span
            var quotation: Int
            var isFirst: Bool
        }
        var pieces: [Piece] = []
        for (index, quotation) in record.quotations.enumerated() {
            for (number, span) in quotation.content.enumerated() {
                let inside = Span(min(max(span.start, 0), length), min(max(span.end, 0), length))
                if inside.count > 0 { pieces.append(Piece(span: inside, quotation: index, isFirst: number == 0)) }
            }
        }
        pieces.sort { ($0.span, $0.quotation) < ($1.span, $1.quotation) }
        let cuts = Set(pieces.flatMap { [$0.span.start, $0.span.end] } + [0, length]).sorted()
        var segments: [Segment] = []
        var next = 0
        var open: [Piece] = []
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            open.removeAll { $0.span.end <= start }
            var begins: [Int] = []
            while next < pieces.count, pieces[next].span.start == start {
                if pieces[next].isFirst { begins.append(pieces[next].quotation) }
                open.append(pieces[next])
                next += 1
            }
            let shown = open.min { ($0.span.count, $0.quotation) < ($1.span.count, $1.quotation) }
            segments.append(
                Segment(
                    span: Span(start, end), quotation: shown?.quotation, begins: begins, isLast: shown?.span.end == end))
        }
        return segments
    }
}
