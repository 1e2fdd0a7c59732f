import Markup
import TestSupport
import Testing

@Suite struct MarkupParserTests {
    private func html(_ text: String, limits: MarkupLimits = MarkupLimits()) throws -> MarkupTree {
        try html(Array(text.utf8), limits: limits)
    }

    private func html(_ bytes: [UInt8], encoding: String = "UTF-8", limits: MarkupLimits = MarkupLimits()) throws -> MarkupTree {
        try bytes.withUnsafeBufferPointer { try MarkupParser.html($0, encoding: encoding, limits: limits) }
    }

    private func xml(_ text: String, limits: MarkupLimits = MarkupLimits()) throws -> MarkupTree {
        try Array(text.utf8).withUnsafeBufferPointer { try MarkupParser.xml($0, limits: limits) }
    }

    @Test func htmlIsReadAsItComes() throws {
        let tree = try html("<title>A &amp; B</title><P class=lead>One<br>two <b>three</p><p hidden>four &mdash; 5 &#8220;x&#x201D;")
        let paragraphs = tree.document.descendants.filter { $0.name == "p" }
        #expect(paragraphs.map(\.line) == ["Onetwo three", "four — 5 “x”"])
        #expect(paragraphs[0].attribute("class") == "lead" && paragraphs[1].attribute("hidden") == "")
        #expect(tree.document.first("title")?.line == "A & B")
        #expect(tree.root?.name == "html")
    }

    @Test func scriptsAreText() throws {
        let tree = try html("<body><script>if (a < b && c) { x = '<p>no</p>' }</script><p>yes</p>")
        #expect(tree.document.first("script")?.rawText == "if (a < b && c) { x = '<p>no</p>' }")
        #expect(tree.document.descendants.filter { $0.name == "p" }.count == 1)
    }

    @Test func otherEncodings() throws {
        let latin = Array("<p>".utf8) + [0x93, 0x5A, 0xFC, 0x72, 0x69, 0x63, 0x68, 0x94]
        #expect(try html(latin, encoding: "windows-1252").document.first("p")?.line == "“Zürich”")
    }

    @Test func nullCharactersEndNothing() throws {
        #expect(try html("<p>a\u{0}b</p><p>c</p>").document.descendants.filter { $0.name == "p" }.map(\.line) == ["a b", "c"])
    }

    @Test func xmlHasNamespaces() throws {
        let tree = try xml(
            """
            <?xml version="1.0"?><!DOCTYPE a SYSTEM "http://localhost:1/a.dtd">
            <a xmlns="urn:a" xmlns:b="urn:b" xml:lang="en" b:x="1" y="&lt;2"><b:c>t<![CDATA[<u>&amp;]]></b:c><c/>&nbsp;&hellip;</a>
            """)
        let root = try #require(tree.root)
        #expect(tree.fault == nil)
        #expect(root.name == "a" && root.namespace == "urn:a" && root.attribute("xml:lang") == "en")
        #expect(root.attribute("b:x") == "1" && root.attribute("y") == "<2")
        #expect(root.children.map(\.namespace) == ["urn:b", "urn:a"])
        #expect(root.child("c")?.rawText == "t<u>&amp;")
        #expect(root.rawText.hasSuffix("\u{A0}…"))
    }

    @Test func xmlWithFaultsTellsTheFirst() throws {
        let tree = try xml("<a>\n<b>one</b>\n<c>two</a>")
        #expect(tree.fault?.line == 3)
        #expect(tree.root?.child("b")?.line == "one")
        #expect(try xml("no xml").fault != nil)
    }

    @Test func entitiesOfADocumentAreNotExpanded() throws {
        let levels = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY l0 \"ha\">\(levels)<!ENTITY nbsp \"&l9;\">]><a>x&l9;&nbsp;y</a>"
        let text = try #require(try xml(bomb).root?.rawText)
        #expect(text.utf8.count < 10)
        let file = "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a>&f;</a>"
        #expect(try xml(file).root?.rawText == "")
    }

    @Test func depthIsFlattened() throws {
        let count = 100_000
        for tree in [
            try html(String(repeating: "<div>", count: count) + "deep"),
            try xml(String(repeating: "<div>", count: 250) + "deep" + String(repeating: "</div>", count: 250)),
        ] {
            let depths = tree.nodes.indices.map { index -> Int in
                var depth = 0
                var node = index
                while node != 0 {
                    node = tree[node].parent
                    depth += 1
                }
                return depth
            }
            #expect(depths.max() ?? 0 <= 202)
            #expect(tree.document.rawText == "deep")
        }
    }

    @Test func tooManyElementsAreRefused() {
        #expect(throws: MarkupFault.self) { try html(String(repeating: "<b></b>", count: 200), limits: MarkupLimits(nodes: 100)) }
        #expect(throws: MarkupFault.self) {
            try xml("<a>" + String(repeating: "<b/>", count: 200) + "</a>", limits: MarkupLimits(nodes: 100))
        }
    }

    /// What would take libxml2 minutes.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func slowDocumentsAreGivenUp(_ isHTML: Bool) throws {
        var text = "<a"
        for number in 0..<400_000 { text += " a\(number)=''" }
        text += ">x</a>"
        let limits = MarkupLimits(processorTime: .milliseconds(200))
        #expect(throws: MarkupFault.self) { _ = isHTML ? try html(text, limits: limits) : try xml(text, limits: limits) }
    }

    @Test(arguments: [" a#=''", " a#", " a#='>' b#=x", "\ta# = \"<b c='d'>\""]) func attributesAreCounted(_ attribute: String) throws {
        func tag(_ count: Int) -> String {
            "<p>one</p><a" + (0..<count).map { attribute.replacing("#", with: "\($0)") }.joined() + ">x</a>"
        }
        let limits = MarkupLimits(attributes: 100)
        #expect(throws: MarkupFault.self) { try html(tag(101), limits: limits) }
        _ = try html(tag(50), limits: limits)
    }

    @Test(.timeLimit(.minutes(1))) func closingWhatIsNotOpenTakesNoForever() throws {
        _ = try? html(String(repeating: "<i>", count: 300_000) + String(repeating: "</b>", count: 300_000))
    }

    /// Whatever bytes come: a tree whose nodes are where they say, or a fault.
    @Test(arguments: [true, false]) func anyBytesGiveATreeOrAFault(_ isHTML: Bool) throws {
        var generator = SeededGenerator.announced()
        let seed = Array(
            """
            <?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html [<!ENTITY e "f">]><html lang='en'><head><title>T&eacute;</title>
            <script>a < b</script></head><body class="x"><p>One &amp; <q>two</q><br/><ul><li>é😀<li>b</ul><!-- c --><![CDATA[x]]>
            </body></html>
            """.utf8)
        let alphabet = Array("<>/&;=\"'!-[]?x e".utf8)
        for _ in 0..<4_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: if !bytes.isEmpty { bytes.remove(at: index) }
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: min(index, bytes.count))
                case 2: if !bytes.isEmpty { bytes[index] = alphabet.randomElement(using: &generator) ?? 0 }
                default: bytes = Array(bytes.prefix(index))
                }
            }
            let tree = try? bytes.withUnsafeBufferPointer { isHTML ? try MarkupParser.html($0) : try MarkupParser.xml($0) }
            guard let tree else { continue }
            for (index, node) in tree.nodes.enumerated().dropFirst() {
                #expect(node.parent < index && node.end > index && node.end <= tree[node.parent].end)
            }
        }
    }
}
