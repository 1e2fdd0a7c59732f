import LanguageAnalysis
import NewsModel
import Testing

@Suite struct DocumentTextTests {
    @Test func offsetsOfPlainTextAreBytes() {
        let text = DocumentText("He said no.")
        #expect(text.scalarCount == 11)
        #expect(text.scalarOffset(ofByte: 3) == 3)
        #expect(text.byteOffset(ofScalar: 11) == 11)
    }

    @Test func offsetsCountScalars() {
        let string = "é “naïve” 👩‍👩‍👧 e\u{301} " + String(repeating: "ü", count: 200) + " end"
        let text = DocumentText(string)
        #expect(text.scalarCount == string.unicodeScalars.count)
        var byte = 0
        for (scalar, value) in string.unicodeScalars.enumerated() {
            #expect(text.byteOffset(ofScalar: scalar) == byte)
            #expect(text.scalarOffset(ofByte: byte) == scalar)
            byte += UTF8.width(value)
        }
        #expect(text.byteOffset(ofScalar: text.scalarCount) == byte)
        #expect(text.scalarOffset(ofByte: byte) == text.scalarCount)
    }

    @Test func paragraphsAreTheLinesThatHoldSomething() {
        let text = DocumentText("One.\r\n\r\n  \n Two. \nThree.")
        #expect(text.paragraphs.map { text.string($0) } == ["One.", "Two.", "Three."])
        #expect(DocumentText("\n\n\n").paragraphs.isEmpty)
        #expect(DocumentText("").paragraphs.isEmpty)
    }

    @Test func bytesThatAreNotUTF8AreReplaced() {
        let text = DocumentText(utf8: [0x61, 0xFF, 0x62])
        #expect(text.string(Span(0, text.scalarCount)) == "a\u{FFFD}b")
    }
}
