import LanguageAnalysis
import NewsModel

/// What holds for the analysis of any text whatever.
final class RecordInvariants {
    private let text: DocumentText
    private let sentences: [Span]
    private let layer: AttributionLayer
    private let scalars: [Unicode.Scalar]
    private let ids: Set<String>
    private var broken: [String] = []

    /// - Returns: a line for each broken one; none for a sound analysis.
    static func broken(_ text: DocumentText, _ sentences: [Span], _ layer: AttributionLayer) -> [String] {
        let invariants = RecordInvariants(text, sentences, layer)
        invariants.check()
        return invariants.broken
    }

    private init(_ text: DocumentText, _ sentences: [Span], _ layer: AttributionLayer) {
        self.text = text
        self.sentences = sentences
        self.layer = layer
        ids = Set(layer.entities.map(\.id))
        scalars = Array(String(decoding: text.utf8, as: UTF8.self).unicodeScalars)
    }

    private func check() {
        expect(scalars.count == text.scalarCount, "the text has another number of scalars")
        check("sentence", sentences, apart: true)
        for entity in layer.entities { check(entity) }
        expect(ids.count == layer.entities.count, "two entities of the same id")
        for quotation in layer.quotations { check(quotation) }
        check("discarded", layer.discarded.map(\.span), apart: true)
        checkDiscarded()
    }

    private func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds { broken.append(fault()) }
    }

    private func quoted(_ span: Span) -> String { "\(span.start)..<\(span.end) \(text.string(span).debugDescription)" }

    // MARK: Spans

    /// Each is inside the text, not empty and on whole words; all are in order, and none overlap when `apart`.
    private func check(_ what: String, _ spans: [Span], apart: Bool) {
        for span in spans {
            guard span.start >= 0, span.start < span.end, span.end <= scalars.count else {
                broken.append("\(what) outside or empty: \(span.start)..<\(span.end) of \(scalars.count)")
                continue
            }
            expect(!cutsWord(span.start) && !cutsWord(span.end), "\(what) cuts a word: \(quoted(span))")
        }
        for (one, next) in zip(spans, spans.dropFirst()) {
            expect(
                apart ? one.end <= next.start : one < next,
                "\(what) out of order: \(quoted(one)) before \(quoted(next))")
        }
    }

    /// Whether letters stand on both sides of an offset.
    private func cutsWord(_ offset: Int) -> Bool {
        guard offset > 0, offset < scalars.count else { return false }
        var before = offset - 1
        while before > 0, Self.isCombining(scalars[before]) { before -= 1 }
        return Self.isLetter(scalars[before])
            && (Self.isLetter(scalars[offset]) || Self.isCombining(scalars[offset]))
    }

    private static func isCombining(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }

    /// Latin, Greek and Cyrillic letters.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: true
        case 0xC0...0x24F: scalar.value != 0xD7 && scalar.value != 0xF7
        case 0x390...0x3FF, 0x400...0x481, 0x48A...0x52F: true
        default: false
        }
    }

    // MARK: Entities and quotations

    private func check(_ entity: Entity) {
        expect(!entity.mentions.isEmpty, "\(entity.id) without mentions")
        expect(!entity.name.isEmpty, "\(entity.id) without a name")
        check("mention of \(entity.id)", entity.mentions.map(\.span), apart: false)
    }

    private func check(_ quotation: Quotation) {
        expect(!quotation.content.isEmpty, "a quotation without content")
        check("content", quotation.content, apart: true)
        check("cue", quotation.cue, apart: true)
        check("source", quotation.source, apart: true)
        for content in quotation.content {
            for span in quotation.cue where span.overlaps(content) {
                broken.append("cue in its content: \(quoted(span)) in \(quoted(content))")
            }
            for span in quotation.source where span.overlaps(content) {
                broken.append("source in its content: \(quoted(span)) in \(quoted(content))")
            }
        }
        expect((0...1).contains(quotation.confidence), "confidence: \(quotation.confidence)")
        checkKind(quotation)
        if let speaker = quotation.speaker {
            expect(!speaker.name.isEmpty, "a speaker without a name")
            let known = speaker.entity.map(ids.contains) ?? true
            expect(known, "speaker \(speaker.entity ?? "") is no entity")
        }
    }

    /// Content in marks is not indirect, and without any mark before its end nothing is direct.
    private func checkKind(_ quotation: Quotation) {
        guard let last = quotation.content.last, quotation.content.allSatisfy({ $0.end <= scalars.count }) else {
            return
        }
        for span in quotation.content where quotation.kind == .indirect && span.count > 2 {
            let opened = scalars[span.start] == "“" && Self.isLetter(scalars[span.start + 1])
            expect(!opened, "indirect in marks: \(quoted(span))")
        }
        if quotation.kind != .indirect {
            expect(
                scalars[..<last.end].contains(where: Self.isMark), "\(quotation.kind) without marks: \(quoted(last))")
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        "\"“”„‟«»'‘’‛`´＂".unicodeScalars.contains(scalar)
    }

    private func checkDiscarded() {
        let contents = layer.quotations.flatMap(\.content).sorted()
        var index = 0
        for discarded in layer.discarded.map(\.span).sorted() {
            while index < contents.count, contents[index].end <= discarded.start { index += 1 }
            guard index < contents.count, contents[index].overlaps(discarded) else { continue }
            broken.append("discarded in content: \(quoted(discarded)) in \(quoted(contents[index]))")
        }
    }
}
