import Pipeline
import Testing

struct ByteReaderTests {
    private func read<Value>(
        _ bytes: [UInt8], _ body: (inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        let result: Result<Value, WireError> = bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            do throws(WireError) { return .success(try body(&reader)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(Int64.max), UInt64(Int64.max) + 1, .max])
    func anIntegerIsReadAsItWasWritten(_ value: UInt64) throws {
        var writer = ByteWriter()
        writer.write(value)
        #expect(try read(writer.bytes) { (reader) throws(WireError) in try reader.readInteger("n") } == value)
    }

    @Test func anIntegerOfMoreThan64BitsIsRefused() {
        for bytes in [[UInt8](repeating: 0xFF, count: 9) + [2], [UInt8](repeating: 0x80, count: 10) + [1]] {
            #expect(throws: WireError.invalid(field: "n")) {
                try read(bytes) { (reader) throws(WireError) in try reader.readInteger("n") }
            }
        }
    }

    @Test func anOffsetThatIsNoIntIsRefused() {
        var writer = ByteWriter()
        writer.write(UInt64.max)
        #expect(throws: WireError.invalid(field: "n")) {
            try read(writer.bytes) { (reader) throws(WireError) in try reader.readInt("n") }
        }
    }

    @Test func aLengthBeyondTheMessageIsRefused() {
        for length in [UInt64(4), 1 << 40, UInt64(Int64.max)] {
            var writer = ByteWriter()
            writer.write(length)
            #expect(throws: WireError.truncated(field: "s")) {
                try read(writer.bytes + [65, 66, 67]) { (reader) throws(WireError) in try reader.readString("s") }
            }
            #expect(throws: WireError.truncated(field: "a")) {
                try read(writer.bytes + [65, 66, 67]) { (reader) throws(WireError) in
                    try reader.readArray("a") { (reader) throws(WireError) in try reader.readByte("e") }
                }
            }
        }
    }

    @Test func aPresenceByteIsZeroOrOne() {
        #expect(throws: WireError.invalid(field: "s")) {
            try read([2, 0]) { (reader) throws(WireError) in try reader.readOptionalString("s") }
        }
    }

    @Test func everyErrorSaysWhatIsWrong() {
        #expect(WireError.truncated(field: "article.id").description.contains("article.id"))
        #expect(WireError.invalid(field: "kind").description.contains("kind"))
        #expect(WireError.unsupportedVersion(found: 7, supported: 1).description.contains("7"))
        #expect(WireError.trailingBytes(3).description.contains("3"))
    }
}
