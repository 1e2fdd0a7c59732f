package import NewsModel

/// A record as a page to read in a terminal: the title, then each speaker with what they said.
package struct RecordPage: Sendable {
    /// In columns.
    package var width: Int
    /// Whether to colour with ANSI escapes; for the caller to decide.
    package var isColoured: Bool

    package init(width: Int = 80, isColoured: Bool = false) {
        self.width = min(max(width, 30), 120)
        self.isColoured = isColoured
    }

    /// Ends with a line feed.
    package func render(_ record: AnalysisRecord) -> String {
        var lines = heading(record)
        guard record.article.status == .usable else {
            lines.append("This article was \(record.article.status == .withheld ? "withheld" : "canceled").")
            return finished(lines)
        }
        let voices = Voice.all(of: record)
        if voices.isEmpty { lines.append(styled("Nobody is quoted.", .dim)) }
        for (number, voice) in voices.enumerated() {
            if number > 0 { lines.append("") }
            lines += heading(voice)
            for quotation in voice.quotations { lines += block(quotation, of: voice, in: record) }
        }
        lines.append("")
        lines += PageText.wrap(summary(record, voices: voices), width: width).map { styled($0, .dim) }
        return finished(lines)
    }

    // MARK: Parts

    private func heading(_ record: AnalysisRecord) -> [String] {
        let article = record.article
        let title = article.title ?? String(record.text.prefix { !$0.isNewline }.prefix(120))
        var lines: [String] = []
        if !title.isEmpty { lines = PageText.wrap(title, width: width).map { styled($0, .bold) } }
        let details = [article.source, article.published].compactMap { $0 }.map(PageText.line).filter { !$0.isEmpty }
        lines += PageText.wrap(details.joined(separator: " · "), width: width).map { styled($0, .dim) }
        // In one piece, so that it can be followed.
        if let url = article.url.map(PageText.line), !url.isEmpty { lines.append(styled(url, .dim)) }
        if !lines.isEmpty { lines.append("") }
        return lines
    }

    private func heading(_ voice: Voice) -> [String] {
        guard let speaker = voice.speaker else { return [styled("Nobody named", .speaker)] }
        var note = speaker.role.map(PageText.line) ?? ""
        if note.isEmpty, speaker.kind != .person { note = speaker.kind == .unnamed ? "not named" : speaker.kind.rawValue }
        let name = PageText.line(speaker.name)
        guard !note.isEmpty else { return [styled(name, .speaker)] }
        if PageText.columns(name) + PageText.columns(note) + 2 <= width {
            return [styled(name, .speaker) + ", " + note]
        }
        return [styled(name, .speaker)] + PageText.wrap(note, width: width - 2).map { "  " + $0 }
    }

    private func block(_ quotation: Quotation, of voice: Voice, in record: AnalysisRecord) -> [String] {
        let indentation = "  "
        var lines = voice.text(of: quotation.content).split(whereSeparator: \.isNewline)
            .flatMap { PageText.wrap(String($0), width: width - indentation.count) }
            .map { indentation + styled($0, quotation.kind == .indirect ? .plain : .quoted) }
        var notes = [quotation.kind.rawValue]
        let cue = PageText.line(voice.text(of: quotation.cue))
        if cue.contains(where: \.isLetter) { notes.append("“\(cue)”") }
        if quotation.polarity != .asserted { notes.append(quotation.polarity.rawValue) }
        notes.append("\(Int((quotation.confidence * 100).rounded())) %")
        lines += PageText.wrap(notes.joined(separator: " · "), width: width - 4).map { "    " + styled($0, .dim) }
        return lines
    }

    private func summary(_ record: AnalysisRecord, voices: [Voice]) -> String {
        func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
        let named = voices.count { $0.speaker != nil }
        return count(record.quotations.count, "quotation", "quotations") + " by " + count(named, "speaker", "speakers")
            + " in " + count(record.sentences.count, "sentence", "sentences")
    }

    private func finished(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    // MARK: Style

    private enum Style: String {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case speaker = "1;36"
        case quoted = "32"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        guard isColoured, style != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}

/// A speaker with all that they said, in the order of the text.
struct Voice {
    var speaker: Speaker?
    var quotations: [Quotation] = []
    let scalars: [Unicode.Scalar]

    /// In the order of their first quotations; what nobody is known to have said comes last.
    static func all(of record: AnalysisRecord) -> [Voice] {
        let scalars = Array(record.text.unicodeScalars)
        var voices: [Voice] = []
        var places: [String: Int] = [:]
        var nobody = Voice(speaker: nil, scalars: scalars)
        for quotation in record.quotations {
            guard let speaker = quotation.speaker else {
                nobody.quotations.append(quotation)
                continue
            }
            let key = key(of: speaker)
            if let place = places[key] {
                voices[place].quotations.append(quotation)
                if voices[place].speaker?.role == nil { voices[place].speaker?.role = speaker.role }
            } else {
                places[key] = voices.count
                voices.append(Voice(speaker: speaker, quotations: [quotation], scalars: scalars))
            }
        }
        return nobody.quotations.isEmpty ? voices : voices + [nobody]
    }

    /// The same for all quotations of one speaker.
    static func key(of speaker: Speaker?) -> String {
        guard let speaker else { return "" }
        return speaker.entity.map { "entity " + $0 } ?? "name " + speaker.name
    }

    /// The spans' text, with an ellipsis where something is left out.
    func text(of spans: [Span]) -> String {
        spans.map { span in
            let start = min(max(span.start, 0), scalars.count)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[start..<min(max(span.end, start), scalars.count)])
            return String(text)
        }.joined(separator: " … ")
    }
}
