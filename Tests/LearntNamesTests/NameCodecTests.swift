import LearntNames
import Pipeline
import TestSupport
import Testing

struct NameCodecTests {
    @Test func anyOperationIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<400 {
            let operation = NameFixtures.operation(&generator)
            let bytes = NameCodec.encode(operation)
            #expect(try bytes.withUnsafeBytes(NameCodec.decode) == operation)
            #expect(throws: WireError.trailingBytes(1)) { try (bytes + [0]).withUnsafeBytes(NameCodec.decode) }
            for length in bytes.indices {
                #expect(throws: WireError.self) { try Array(bytes.prefix(length)).withUnsafeBytes(NameCodec.decode) }
            }
        }
    }

    @Test func restoredNamesAreReadAsTheyWereWritten() throws {
        let table = try NameFixtures.table([
            "Ukrainian President Ana Lima said it rained. Lima said: “It is wet.”", "Bruno Novak, the mayor of Riva, said it rained.",
        ])
        let name = try #require(table.find("Ana Lima"))
        let bytes = NameCodec.encode(.restore(name))
        #expect(try bytes.withUnsafeBytes(NameCodec.decode) == .restore(name))
        #expect(try NameLine.learnt(NameLine(name).json).name == "Ana Lima")
    }

    /// Any damage is an error or another value that can itself be written and read.
    @Test func damagedBytesAreRefusedOrReadStably() throws {
        var generator = SeededGenerator.announced()
        var table = NameTable()
        for version in 1...12 { table.apply(NameFixtures.operation(&generator), version: UInt64(version)) }
        let samples = [NameCodec.encode(table)] + (0..<6).map { _ in NameCodec.encode(NameFixtures.operation(&generator)) }
        for (number, bytes) in samples.enumerated() {
            for position in bytes.indices {
                for bit in 0..<8 {
                    var damaged = bytes
                    damaged[position] ^= 1 << UInt8(bit)
                    if number == 0 {
                        guard let read = try? damaged.withUnsafeBytes(NameCodec.decodeTable) else { continue }
                        let again = NameCodec.encode(read)
                        #expect(try NameCodec.encode(again.withUnsafeBytes(NameCodec.decodeTable)) == again)
                    } else if let read = try? damaged.withUnsafeBytes(NameCodec.decode) {
                        let again = NameCodec.encode(read)
                        #expect(try again.withUnsafeBytes(NameCodec.decode) == read)
                    }
                }
            }
        }
    }

    @Test func noiseIsNoTableAndNoMessage() {
        var generator = SeededGenerator.announced()
        for _ in 0..<4_000 {
            let small = generator.chance(50)
            let noise = [1] + generator.bytes(generator.below(120)).map { small ? $0 & 3 : $0 }
            if let read = try? noise.withUnsafeBytes(NameCodec.decode) {
                #expect((try? NameCodec.encode(read).withUnsafeBytes(NameCodec.decode)) == read)
            }
            _ = try? noise.withUnsafeBytes(NameCodec.decodeTable)
            if let message = try? noise.withUnsafeBytes(NameMessage.decode) { #expect(message.from <= message.to) }
        }
    }

    @Test func headersAreReadAsTheyWereWritten() throws {
        for kind in NameMessage.Kind.allCases {
            let message = NameMessage(kind, instance: .max, from: 3, to: 1 << 40)
            #expect(try message.encode().withUnsafeBytes(NameMessage.decode) == message)
        }
    }
}
