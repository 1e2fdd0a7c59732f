import Foundation
import NewsFormats
import TestSupport
import Testing

@Suite struct GzipInflaterTests {
    /// "Hello, gzip\n".
    private static let hello = [UInt8](Data(base64Encoded: "H4sIAAAAAAAC//NIzcnJ11FIr8os4AIAfsSzvAwAAAA=") ?? Data())

    private func inflate(_ bytes: [UInt8], chunk: Int = 7, room: Int = 5) throws -> String {
        let inflater = try GzipInflater()
        var rest = bytes[...]
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: room)
        while !inflater.isAtEnd {
            let part = Array(rest.prefix(chunk))
            let step = try part.withUnsafeBufferPointer { input in
                try buffer.withUnsafeMutableBufferPointer { try inflater.inflate(input, into: $0) }
            }
            rest = rest.dropFirst(step.taken)
            output += buffer.prefix(step.put)
            #expect(step.put <= room && step.taken <= chunk)
        }
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [(1, 1), (7, 5), (1_000, 1_000)]) func unpacks(_ chunk: Int, _ room: Int) throws {
        #expect(GzipInflater.isGzip(Self.hello))
        #expect(try inflate(Self.hello, chunk: chunk, room: room) == "Hello, gzip\n")
    }

    @Test func severalMembersAndPadding() throws {
        #expect(try inflate(Self.hello + Self.hello + [0, 0, 0]) == "Hello, gzip\nHello, gzip\n")
    }

    @Test func faults() throws {
        #expect(throws: GzipFault.self) { try inflate(Self.hello.dropLast(3)) }
        #expect(throws: GzipFault.self) { try inflate(Self.hello + [1, 2, 3]) }
        #expect(throws: GzipFault.self) { try inflate([]) }
        var damaged = Self.hello
        damaged[damaged.count - 6] ^= 1
        #expect(throws: GzipFault.self) { try inflate(damaged) }
    }

    @Test func anyBytesEnd() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<2_000 {
            var bytes = Self.hello + Self.hello
            for _ in 0..<3 { bytes[generator.below(bytes.count)] = UInt8.random(in: 0...255, using: &generator) }
            _ = try? inflate(Array(bytes.prefix(generator.below(bytes.count + 1))))
        }
    }
}

extension GzipInflaterTests {
    private func inflate(_ bytes: ArraySlice<UInt8>) throws -> String { try inflate(Array(bytes)) }
}
