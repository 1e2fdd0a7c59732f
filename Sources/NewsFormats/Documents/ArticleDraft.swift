internal import NewsModel

/// What a document of another format says of an article, before it is brought into the article's own terms.
struct ArticleDraft {
    /// What the publisher calls the article, whatever its version.
    var id: String?
    var title: String?
    var body = ""
    var byline: String?
    var source: String?
    var url: String?
    /// Dates in any form; what is none is left out.
    var published: String?
    /// When this version was made.
    var modified: String?
    var language: String?
    var version: Int?
    var status = Article.Status.usable
    /// Whether the id stands for the article even when nothing tells its versions apart. Else a text without a version
    /// or date gets an id of its content, so that a changed text is never taken for one that is known.
    var isIDBinding = false

    /// - Parameter field: where the format keeps the text, for the fault.
    /// - Throws: `ArticleFault` when there is no text.
    func article(textField field: String) throws(ArticleFault) -> Article {
        let body = Self.withoutControls(body)
        let title = Self.line(title)
        let version = self.version ?? NewsDate.seconds(NewsDate.normalised(modified))
        var id = Self.line(self.id)
        if let long = id, long.utf8.count > 512 { id = "sha256:" + ArticleIdentity.sha256(of: long).prefix(32) }
        if status == .usable || id == nil {
            guard !body.isEmpty else {
                throw ArticleFault(field: field, problem: "holds no text of an article", remedy: "send an item that has one")
            }
            try ArticleDecoder.checkText(body, field: field)
        }
        if !isIDBinding, version == nil, status == .usable { id = nil }
        return Article(
            id: id ?? ArticleIdentity.derivedID(title: title, body: body), title: title, body: body, byline: Self.line(byline),
            source: Self.line(source), url: Self.line(url), published: NewsDate.normalised(published),
            language: Self.line(language), version: id == nil ? 1 : Self.inRange(version), status: status)
    }

    /// What every JSON reader can hold exactly, from 1.
    private static func inRange(_ version: Int?) -> Int { min(max(version ?? 1, 1), 1 << 53) }

    /// On one line, without what no metadata should hold; nil when nothing is left.
    static func line(_ text: String?) -> String? {
        guard let text else { return nil }
        let line = withoutControls(text).split { $0.isWhitespace }.joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    /// Control characters other than tab, line feed and carriage return become spaces.
    static func withoutControls(_ text: String) -> String {
        let isBad = { (scalar: Unicode.Scalar) in
            (scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r") || (0x7F...0x9F).contains(scalar.value)
        }
        guard text.unicodeScalars.contains(where: isBad) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { clean.append(isBad(scalar) ? " " : scalar) }
        return String(clean)
    }

    /// IPTC's publication status (NewsCodes `pubstatus`), also as a QCode or URI; nil for a word that is none.
    static func status(_ word: String) -> Article.Status? {
        switch word.split(whereSeparator: { ":/".contains($0) }).last?.lowercased() {
        case "usable": .usable
        case "withheld", "withhold", "embargoed": .withheld
        case "canceled", "cancelled", "killed": .canceled
        default: nil
        }
    }
}
