import NewsFormats
import Testing

@Suite struct JSONWriterTests {
    @Test func writesCommasBetweenMembersAndElements() {
        var json = JSONWriter()
        json.beginObject()
        json.field("a", 1)
        json.key("b")
        json.beginArray()
        json.element("x")
        json.elementNull()
        json.element(true)
        json.endArray()
        json.key("c")
        json.beginObject()
        json.endObject()
        json.endObject()
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":1,"b":["x",null,true],"c":{}}"#)
    }

    @Test func escapesWhatJSONForbids() {
        var json = JSONWriter()
        json.element("a\"b\\c\n\r\t\u{0}\u{1F}é😀")
        #expect(
            String(decoding: json.bytes, as: UTF8.self) == #""a\"b\\c\n\r\t\u0000\u001fé😀""#)
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (0.97, "0.97"), (0.5, "0.5"), (0.123456, "0.1235"), (0.00004, "0"), (0.99999, "1"),
        (-3, "0"), (7, "1"), (0.0001, "0.0001"), (0.1, "0.1"),
    ])
    func writesFractionsTheShortestWay(_ value: Double, _ expected: String) {
        var json = JSONWriter()
        json.element(fraction: value)
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [0, 9, 10, -1, 99, 100, 4711, Int.max, Int.min, 1_000_000_000_000_000_000, 999_999_999_999_999_999])
    func writesIntegers(_ value: Int) {
        var json = JSONWriter()
        json.element(value)
        #expect(String(decoding: json.bytes, as: UTF8.self) == String(value))
    }

    @Test func growsAsNeeded() {
        let text = String(repeating: "\u{1}aé\"", count: 10_000)
        var json = JSONWriter(reservingCapacity: 1)
        json.element(text)
        #expect(json.bytes == Array(("\"" + String(repeating: #"\u0001aé\""#, count: 10_000) + "\"").utf8))
    }

    @Test func notANumberBecomesZero() {
        var json = JSONWriter()
        json.element(fraction: .nan)
        #expect(json.bytes == Array("0".utf8))
    }
}
