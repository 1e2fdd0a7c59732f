import Foundation
import NewsFormats
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    private func isValid(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes, maximumDepth: 400)
            do {
                try reader.skipValue()
                try reader.expectEnd()
                return true
            } catch {
                return false
            }
        }
    }

    @Test(arguments: ["0", "-0", "10.25", "1e5", "1E-5", "-0.0e+1", "\"\"", "[]", "{}", " [ 1 , 2 ] ", "{\"a\":{\"b\":[]}}", "null"])
    func valid(_ text: String) { #expect(isValid(Array(text.utf8))) }

    @Test(arguments: [
        "", "01", "-", "1.", ".5", "1e", "+1", "tru", "nul", "nullx", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}",
        "{1:1}", "[1", "\"a", "\"\\u12g4\"", "[1]]", "}", "]", "\u{1}", "NaN", "Infinity", "'a'", "[}", "{]",
    ])
    func invalid(_ text: String) { #expect(!isValid(Array(text.utf8))) }

    /// Agrees with Foundation about what is JSON, on mutations of JSON.
    @Test func agreesWithFoundation() throws {
        var generator = SeededGenerator.announced()
        let seeds = [
            #"{"a": [1, -2.5e+3, true, false, null], "b": {"c": "x\n\u00e9"}}"#, #"[[[]], {}, "é", 0.1]"#, #""a\"b""#,
            "-12.25E-7",
        ]
        let alphabet = Array(#"{}[]",:\u0123456789.-+eEtfn ax/"#.utf8)
        var agreements = (valid: 0, invalid: 0)
        for _ in 0..<20_000 {
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &generator)].utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                guard bytes[index] < 0x80 else { continue }
                bytes[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let text = String(decoding: bytes, as: UTF8.self)
            // Of half surrogate pairs Foundation makes replacement characters.
            if text.contains("\\ud") { continue }
            // Foundation lets a comma stand before the end of an array or object (RFC 8259 does not).
            let dense = text.filter { $0 != " " }
            if dense.contains(",]") || dense.contains(",}") { continue }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            let ours = isValid(bytes)
            #expect(ours == theirs, "\(text)")
            if ours { agreements.valid += 1 } else { agreements.invalid += 1 }
        }
        #expect(agreements.valid > 500 && agreements.invalid > 500)
    }

    /// Strings that Foundation and our writer write come back as they were.
    @Test func stringsComeBack() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let text = generator.text(upTo: 60)
            let theirs = [UInt8](try JSONEncoder().encode([text]))
            var writer = JSONWriter()
            writer.beginArray()
            writer.element(text)
            writer.endArray()
            #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [text])
            for bytes in [theirs, writer.bytes] {
                let read = try bytes.withUnsafeBufferPointer { bytes in
                    var reader = JSONReader(bytes)
                    try reader.enterArray()
                    guard try reader.nextElement() else { return "" }
                    return try reader.readString()
                }
                #expect(Array(read.utf8) == Array(text.utf8))
            }
        }
    }
}
