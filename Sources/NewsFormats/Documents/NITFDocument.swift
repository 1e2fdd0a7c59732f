internal import Markup
internal import NewsModel

/// IPTC's News Industry Text Format, version 3.
enum NITFDocument {
    /// - Throws: `ArticleFault`.
    static func decode(_ nitf: MarkupElement) throws(ArticleFault) -> Article {
        try draft(nitf).article(textField: "body.content")
    }

    /// What the document says, its text included.
    static func draft(_ nitf: MarkupElement) -> ArticleDraft {
        let docdata = nitf.child(path: "head", "docdata")
        let publication = nitf.child(path: "head", "pubdata")
        let head = nitf.child(path: "body", "body.head")
        let key = docdata?.child("du-key")
        let issued = docdata?.child("date.issue")?.attribute("norm") ?? docdata?.child("date.release")?.attribute("norm")
            ?? publication?.attribute("date.publication")
        let title = head?.first("hl1")?.line ?? nitf.child(path: "head", "title")?.line
        var draft = ArticleDraft(
            id: docdata?.child("doc-id")?.attribute("id-string") ?? key?.attribute("key"), title: title, body: text(of: nitf),
            byline: head?.child("byline")?.line,
            source: publication?.attribute("name") ?? head?.child("distributor")?.line
                ?? docdata?.child("doc.copyright")?.attribute("holder"),
            published: issued, modified: issued, language: nitf.attribute("xml:lang"))
        if let url = publication?.attribute("ex-ref"), url.hasPrefix("http") { draft.url = url }
        if let version = key?.attribute("version").flatMap({ Int($0) }), version >= 1 { draft.version = version }
        if let word = docdata?.attribute("management-status"), let status = ArticleDraft.status(word) { draft.status = status }
        return draft
    }

    /// - Parameter text: a NITF document, or its `body.content`, as a string.
    /// - Throws: `ArticleFault`.
    static func text(of text: String, _ limits: DocumentLimits) throws(ArticleFault) -> String {
        let tree = try XMLSource.parse(text, limits)
        guard let root = tree.root else { return "" }
        return self.text(of: root)
    }

    /// The text of `body.content`, wherever it is within the element.
    static func text(of element: MarkupElement) -> String {
        let content = element.name == "body.content" ? element : element.first("body.content") ?? element
        return TextBlockReader.blocks(of: content, rules: .nitf).joined
    }
}

/// XML as bytes or as a text within another document.
enum XMLSource {
    /// - Throws: `ArticleFault` when a limit is passed; what is not well-formed says so in the tree.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: DocumentLimits) throws(ArticleFault) -> MarkupTree {
        do {
            return try MarkupParser.xml(bytes, limits: limits.markup)
        } catch {
            throw ArticleFault(markup: error)
        }
    }

    static func parse(_ text: String, _ limits: DocumentLimits) throws(ArticleFault) -> MarkupTree {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(ArticleFault) in try parse(bytes, limits) }
        }
        return try result.get()
    }
}
