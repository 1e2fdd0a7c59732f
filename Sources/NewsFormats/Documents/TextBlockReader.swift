internal import Markup

/// Reads the blocks of a marked-up text, in its order.
struct TextBlockReader {
    private let tree: MarkupTree
    private let rules: TextRules
    private var blocks: [TextBlock] = []
    private var text = String.UnicodeScalarView()
    private var length = 0
    private var linkLength = 0
    private var isSpacePending = false
    /// The element that the block began in.
    private var container = 0
    private var links = 0
    private var quotationDepth = 0
    private var kinds: [TextBlock.Kind] = [.paragraph]

    static func blocks(of element: MarkupElement, rules: TextRules) -> [TextBlock] {
        var reader = TextBlockReader(tree: element.tree, rules: rules)
        reader.container = element.index
        reader.readContents(of: element.index)
        reader.endBlock()
        return reader.blocks
    }

    private init(tree: MarkupTree, rules: TextRules) {
        self.tree = tree
        self.rules = rules
    }

    // MARK: Elements

    /// As deep as the tree, whose depth is limited.
    private mutating func readContents(of index: Int) {
        let isPreformatted = tree.name(of: index) == "pre"
        let end = tree.end(of: index)
        var next = index + 1
        while next < end {
            if tree.isText(next) {
                append(tree[next].text, isPreformatted: isPreformatted)
            } else {
                read(next, tree.name(of: next), parent: index)
            }
            next = tree.end(of: next)
        }
    }

    private mutating func read(_ index: Int, _ name: String, parent: Int) {
        guard !rules.dropped.contains(name), !rules.isDropped(MarkupElement(tree: tree, index: index)) else {
            if rules.blocks.contains(name) { endBlock(in: parent) }
            return
        }
        switch name {
        case "a":
            links += 1
            readContents(of: index)
            links -= 1
        case "q": readQuotation(index)
        case _ where rules.blocks.contains(name) || rules.isSeparate(tree, index, parent):
            endBlock(in: index)
            let kind = kind(of: name)
            if let kind { kinds.append(kind) }
            readContents(of: index)
            endBlock(in: parent)
            if kind != nil { kinds.removeLast() }
        default: readContents(of: index)
        }
    }

    private func kind(of name: String) -> TextBlock.Kind? {
        switch name {
        case "h1", "hl1": .heading(1)
        case "h2", "hl2": .heading(2)
        case "h3": .heading(3)
        case "h4": .heading(4)
        case "h5": .heading(5)
        case "h6": .heading(6)
        case "li": .item
        case "blockquote", "bq": .quote
        default: nil
        }
    }

    /// `q` is shown in quotation marks that do not stand in the document (HTML Standard, 15.3.4).
    private mutating func readQuotation(_ index: Int) {
        let inner = MarkupElement(tree: tree, index: index).rawText.unicodeScalars.first { !$0.properties.isWhitespace }
        let isMarked = inner.map { "\"“”„«‘'".unicodeScalars.contains($0) } ?? true
        quotationDepth += 1
        if !isMarked { append(quotationDepth % 2 == 1 ? "“" : "‘", isPreformatted: false) }
        readContents(of: index)
        if !isMarked {
            // White space before the end of the element is no part of what is quoted.
            let space = isSpacePending
            isSpacePending = false
            append(quotationDepth % 2 == 1 ? "”" : "’", isPreformatted: false)
            isSpacePending = space
        }
        quotationDepth -= 1
    }

    // MARK: Text

    private mutating func append(_ string: String, isPreformatted: Bool) {
        var lineFeeds = 0
        for scalar in string.unicodeScalars {
            if Self.isSpace(scalar) {
                isSpacePending = length > 0
                if isPreformatted, scalar == "\n" {
                    lineFeeds += 1
                    if lineFeeds == 2 { endBlock(in: container) }
                }
                continue
            }
            lineFeeds = 0
            if Self.isInvisible(scalar) { continue }
            if isSpacePending { put(" ") }
            isSpacePending = false
            put(scalar)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        text.append(scalar)
        length += 1
        if links > 0 { linkLength += 1 }
    }

    /// - Parameter next: the element that the next block begins in.
    private mutating func endBlock(in next: Int? = nil) {
        if length > 0 {
            blocks.append(
                TextBlock(
                    kind: kinds[kinds.count - 1], text: String(text), length: length, linkLength: linkLength,
                    container: container))
            text = String.UnicodeScalarView()
            length = 0
            linkLength = 0
        }
        isSpacePending = false
        if let next { container = next }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value <= 0x20 || scalar.value == 0x7F }
        return (scalar.value < 0xA1) || scalar.properties.isWhitespace
    }

    /// Soft hyphens, zero-width spaces and byte order marks that stand in a text only for its layout.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{AD}" || scalar == "\u{200B}" || scalar == "\u{FEFF}" || scalar == "\u{2060}"
    }
}

extension [TextBlock] {
    /// The blocks with a blank line between them.
    var joined: String { map(\.text).joined(separator: "\n\n") }
}
