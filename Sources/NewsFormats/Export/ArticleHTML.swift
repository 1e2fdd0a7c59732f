package import NewsModel

/// A record as an HTML page of its own: the article with what was said in the colour of who said it, and below it the
/// speakers. Needs no script and loads nothing; whatever stands in the article is shown, never run.
package enum ArticleHTML {
    /// Ends with a line feed.
    package static func render(_ record: AnalysisRecord) -> [UInt8] {
        let speakers = Speakers(record)
        var page = HTMLWriter()
        let title = record.article.title ?? "Article"
        page.raw(
            """
            <!DOCTYPE html>
            <html lang="
            """)
        page.text(record.article.language ?? "en")
        page.raw(
            """
            ">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '\(PageStyle.digest)'; \
            base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>
            """)
        page.text(PageText.line(title))
        page.raw("</title>\n<style>\(PageStyle.sheet)</style>\n</head>\n<body>\n<main>\n<article>\n")
        if record.article.status == .usable {
            ArticleMarkup.write(record, speakers: speakers, to: &page)
        } else {
            page.raw("<h1>")
            page.text(PageText.line(title))
            page.raw("</h1>\n<p>This article was \(record.article.status == .withheld ? "withheld" : "canceled").</p>\n")
        }
        page.raw("</article>\n")
        if record.article.status == .usable { speakers.write(record, to: &page) }
        page.raw("</main>\n</body>\n</html>\n")
        return page.bytes
    }
}

/// Builds HTML; text is escaped.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ markup: String) { bytes += markup.utf8 }

    /// For element contents and attribute values in quotation marks. Characters that would change how a line reads are
    /// shown as U+FFFD.
    mutating func text(_ text: some StringProtocol) {
        for scalar in text.unicodeScalars { self.text(scalar) }
    }

    mutating func text(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": raw("&amp;")
        case "<": raw("&lt;")
        case ">": raw("&gt;")
        case "\"": raw("&quot;")
        case "'": raw("&#39;")
        case " ", "\t", "\n": bytes.append(UInt8(scalar.value))
        default: bytes += UTF8.encode(PageText.isHarmless(scalar) ? scalar : "\u{FFFD}") ?? UTF8.encodedReplacementCharacter
        }
    }
}

/// Who speaks in a record, with a number and a colour each.
struct Speakers {
    private let voices: [Voice]
    /// Of each quotation, by its place in the record: the number of its speaker, from 1; 0 for nobody.
    let numbers: [Int]
    private let quotations: [[Int]]

    init(_ record: AnalysisRecord) {
        voices = Voice.all(of: record)
        var numbers = [Int](repeating: 0, count: record.quotations.count)
        var quotations = [[Int]](repeating: [], count: voices.count)
        var places: [String: Int] = [:]
        for (place, voice) in voices.enumerated() { places[Voice.key(of: voice.speaker)] = place }
        for (index, quotation) in record.quotations.enumerated() {
            guard let place = places[Voice.key(of: quotation.speaker)] else { continue }
            quotations[place].append(index)
            if quotation.speaker != nil { numbers[index] = place + 1 }
        }
        self.numbers = numbers
        self.quotations = quotations
    }

    /// The class of a speaker's colour.
    static func colour(of number: Int) -> String { number == 0 ? "s0" : "s\((number - 1) % PageStyle.colours + 1)" }

    func name(of number: Int) -> String { number == 0 ? "nobody named" : voices[number - 1].speaker?.name ?? "" }

    func write(_ record: AnalysisRecord, to page: inout HTMLWriter) {
        page.raw("<section aria-labelledby=\"speakers\">\n<h2 id=\"speakers\">Who said what</h2>\n")
        if voices.isEmpty { page.raw("<p>Nobody is quoted.</p>\n") } else { page.raw("<ol>\n") }
        for (place, voice) in voices.enumerated() {
            let number = voice.speaker == nil ? 0 : place + 1
            page.raw("<li>\n<h3 id=\"speaker-\(number)\"><span class=\"\(Self.colour(of: number))\">")
            if number > 0 { page.raw("\(number) ") }
            page.text(PageText.line(voice.speaker?.name ?? "Nobody named"))
            page.raw("</span></h3>\n")
            if let role = voice.speaker?.role {
                page.raw("<p class=\"role\">")
                page.text(PageText.line(role))
                page.raw("</p>\n")
            }
            page.raw("<ul>\n")
            for index in quotations[place] { write(record.quotations[index], index, voice, to: &page) }
            page.raw("</ul>\n</li>\n")
        }
        if !voices.isEmpty { page.raw("</ol>\n") }
        page.raw("</section>\n")
    }

    private func write(_ quotation: Quotation, _ index: Int, _ voice: Voice, to page: inout HTMLWriter) {
        page.raw("<li><a href=\"#quotation-\(index + 1)\">")
        page.text(PageText.line(voice.text(of: quotation.content)))
        page.raw("</a> <span class=\"note\">\(quotation.kind.rawValue)")
        let cue = PageText.line(voice.text(of: quotation.cue))
        if cue.contains(where: \.isLetter) {
            page.raw(" · “")
            page.text(cue)
            page.raw("”")
        }
        if quotation.polarity != .asserted { page.raw(" · \(quotation.polarity.rawValue)") }
        page.raw(" · \(Int((quotation.confidence * 100).rounded())) %</span></li>\n")
    }
}
