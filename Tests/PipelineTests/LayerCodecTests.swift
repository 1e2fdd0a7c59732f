import Foundation
import NewsModel
import Pipeline
import TestSupport
import Testing

struct LayerCodecTests {
    private typealias Attribution = LayerCodec.Attribution

    private let sentences = Codec(
        version: 3, encode: LayerCodec.encode(sentences:), decode: { try LayerCodec.decodeSentences($0) })
    private struct Tagged: Equatable {
        var entities: [Entity]
        var roles: RoleLayer?
    }

    private let entities = Codec<Tagged>(
        version: 3,
        encode: { LayerCodec.encode(entities: $0.entities, roles: $0.roles) },
        decode: {
            let layer = try LayerCodec.decodeEntities($0)
            return Tagged(entities: layer.entities, roles: layer.roles)
        })
    private let attribution = Codec<Attribution>(
        version: 3,
        encode: {
            LayerCodec.encode(
                entities: $0.entities, quotations: $0.quotations, discarded: $0.discarded, namesVersion: $0.namesVersion)
        },
        decode: { try LayerCodec.decodeAttribution($0) })

    @Test func anySentencesAreReadAsTheyWereWritten() throws {
        var generator = SeededGenerator.announced()
        try sentences.checkAll(&generator) { $0.array(upTo: 30) { $0.span() } }
    }

    @Test func anyEntitiesAreReadAsTheyWereWritten() throws {
        var generator = SeededGenerator.announced()
        try entities.checkAll(&generator) {
            Tagged(entities: $0.array(upTo: 5, entity), roles: $0.chance(20) ? nil : roles(&$0))
        }
    }

    @Test func anyAttributionIsReadAsItWasWritten() throws {
        var generator = SeededGenerator.announced()
        try attribution.checkAll(&generator) {
            Attribution(
                entities: $0.array(upTo: 3, entity), quotations: $0.array(upTo: 4, quotation),
                discarded: $0.array(upTo: 4) { DiscardedMarks(span: $0.span(), reason: $0.choice()) },
                namesVersion: $0.chance(50) ? nil : $0.next())
        }
    }

    @Test func nothingFoundIsReadAsNothing() throws {
        try sentences.check([])
        try entities.check(Tagged(entities: [], roles: nil))
        try attribution.check(Attribution(entities: [], quotations: [], discarded: [], namesVersion: nil))
    }

    @Test func aLinkToASpanThatIsNotThereIsRefused() {
        let span = RoleLayer.TaggedSpan(role: .content, span: Span(0, 4), score: 0.5, cue: 1)
        let bytes = LayerCodec.encode(entities: [], roles: RoleLayer(spans: [span]))
        #expect(throws: WireError.invalid(field: "roles.link")) { try entities.decode(bytes: bytes) }
    }

    @Test(arguments: [-0.5, 1.5, .nan, .infinity])
    func aConfidenceOutsideItsRangeIsRefused(_ confidence: Double) {
        let quotation = Quotation(kind: .direct, content: [Span(0, 1)], confidence: confidence)
        let bytes = LayerCodec.encode(entities: [], quotations: [quotation], discarded: [])
        #expect(throws: WireError.invalid(field: "quotation.confidence")) { try attribution.decode(bytes: bytes) }
    }

    @Test func aSpanThatEndsBeyondAllIntegersIsRefused() {
        var writer = ByteWriter()
        writer.write(byte: 3)
        writer.write(count: 1)
        writer.write(count: .max)
        writer.write(count: 1)
        #expect(throws: WireError.invalid(field: "sentences")) { try sentences.decode(bytes: writer.bytes) }
    }

    /// A forged count must not reserve memory many times the message's size: the first element is already wrong.
    @Test func aForgedCountReservesNothing() throws {
        let size = 32 << 20
        var writer = ByteWriter(reservingCapacity: size + 32)
        writer.write(byte: 3)
        writer.write(count: 0)
        writer.write(count: size)
        let bytes = writer.bytes + [UInt8](repeating: 0xFF, count: size)
        let before = try peakOfVirtualMemory()
        #expect(throws: WireError.invalid(field: "quotation.kind")) { try attribution.decode(bytes: bytes) }
        let grown = try peakOfVirtualMemory() - before
        #expect(grown < 1 << 30, "32 MiB on the wire made the peak of memory grow by \(grown >> 20) MiB")
    }

    /// Bytes, from the kernel's account of this process.
    private func peakOfVirtualMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") })
        return try #require(Int(line.filter(\.isNumber))) * 1024
    }

    private func entity(_ generator: inout SeededGenerator) -> Entity {
        Entity(
            id: generator.string(upTo: 4), type: generator.choice(), name: generator.string(),
            role: generator.optionalString(),
            mentions: generator.array(upTo: 6) { EntityMention(span: $0.span(), form: $0.choice()) })
    }

    private func roles(_ generator: inout SeededGenerator) -> RoleLayer {
        let count = Int.random(in: 0...6, using: &generator)
        let spans = (0..<count).map { _ in
            var span = RoleLayer.TaggedSpan(
                role: generator.choice(), span: generator.span(), score: Float.random(in: 0...1, using: &generator))
            if span.role == .content {
                if generator.chance(50) { span.cue = Int.random(in: 0..<count, using: &generator) }
                if generator.chance(50) { span.source = Int.random(in: 0..<count, using: &generator) }
                if generator.chance(50) { span.previous = Int.random(in: 0..<count, using: &generator) }
                span.linkScore = Float.random(in: 0...1, using: &generator)
            }
            return span
        }
        return RoleLayer(
            spans: spans, markScores: generator.array(upTo: 4) { Float.random(in: 0...1, using: &$0) })
    }

    private func quotation(_ generator: inout SeededGenerator) -> Quotation {
        let speaker =
            generator.chance(30)
            ? nil
            : Speaker(
                entity: generator.optionalString(), name: generator.string(), kind: generator.choice(),
                role: generator.optionalString())
        return Quotation(
            kind: generator.choice(), content: generator.array(upTo: 4) { $0.span() },
            cue: generator.array(upTo: 2) { $0.span() }, source: generator.array(upTo: 2) { $0.span() },
            speaker: speaker, polarity: generator.choice(), confidence: Double.random(in: 0...1, using: &generator))
    }
}
