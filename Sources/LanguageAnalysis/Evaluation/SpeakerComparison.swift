package import NewsModel

/// Whether a predicted speaker is the right one.
package enum SpeakerComparison {
    package static func isRight(
        _ predicted: PredictedQuotation, _ reference: ReferenceAttribution, _ text: [Unicode.Scalar]
    ) -> Bool {
        let said = predicted.speaker.flatMap { $0.isEmpty ? nil : $0 }
        guard let speaker = reference.speaker else {
            if reference.source.isEmpty { return said == nil && predicted.source.isEmpty }
            guard predicted.source.isEmpty, let said else { return touch(predicted.source, reference.source) }
            return reference.source.contains { span in
                let name = string(text, span)
                return sameName(said, name, kind: nil) || samePerson(said, name)
            }
        }
        if let said {
            let names = ([speaker.name].compactMap(\.self) + speaker.aliases).filter { !$0.isEmpty }
            if names.contains(where: { sameName(said, $0, kind: speaker.kind) }) { return true }
        }
        if speaker.kind == "unnamed" { return touch(predicted.source, reference.source) }
        guard let said, speaker.kind == "person", let name = speaker.name, !name.isEmpty else { return false }
        return samePerson(said, name)
    }

    /// As `isRight`, and a person's given name is there too where the reference has one.
    static func isFullyNamed(_ predicted: PredictedQuotation, _ reference: ReferenceAttribution) -> Bool {
        guard let speaker = reference.speaker, speaker.kind == "person", let said = predicted.speaker, !said.isEmpty
        else { return true }
        func words(_ name: String) -> [String] {
            withoutTitles(NameFolding.words(name)).filter { !suffixes.contains($0) }
        }
        let full = words(speaker.name ?? "")
        let found = words(said)
        guard full.count >= 2 else { return true }
        guard let last = found.last, let first = found.first else { return false }
        return last == full[full.count - 1] && found.count > 1 && givenNamesAgree(first, full[0])
    }

    static func touch(_ a: [Span], _ b: [Span]) -> Bool { a.contains { span in b.contains(where: span.overlaps) } }

    /// The text of a span.
    package static func string(_ text: [Unicode.Scalar], _ span: Span) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[max(0, span.start)..<max(0, min(span.end, text.count))])
        return String(view)
    }

    // MARK: Names

    static func sameName(_ predicted: String, _ reference: String, kind: String?) -> Bool {
        var a = NameFolding.words(predicted)
        var b = NameFolding.words(reference)
        guard !a.isEmpty, !b.isEmpty else { return false }
        a = withoutTitles(a)
        b = withoutTitles(b)
        if a == b { return true }
        guard kind == "organisation" else { return false }
        func cut(_ words: [String]) -> [String] {
            words.count > 1 && firmEnds.contains(words[words.count - 1]) ? words.dropLast() : words
        }
        return cut(a) == cut(b)
    }

    /// The same last name and no first name that conflicts.
    static func samePerson(_ predicted: String, _ reference: String) -> Bool {
        let allPredicted = withoutTitles(NameFolding.words(predicted))
        let allReference = withoutTitles(NameFolding.words(reference))
        let a = allPredicted.filter { !suffixes.contains($0) }
        let b = allReference.filter { !suffixes.contains($0) }
        guard let lastA = a.last, let lastB = b.last, lastA == lastB else { return false }
        if a.count == 1 || b.count == 1 { return true }
        guard suffixes.intersection(allPredicted) == suffixes.intersection(allReference) else { return false }
        return a.dropLast().contains { x in b.dropLast().contains { givenNamesAgree(x, $0) } }
    }

    private static func givenNamesAgree(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let shorter = min(a.unicodeScalars.count, b.unicodeScalars.count)
        return [1, 3, 4, 5].contains(shorter) && (a.hasPrefix(b) || b.hasPrefix(a))
    }

    private static func withoutTitles(_ words: [String]) -> [String] {
        var first = 0
        while first < words.count - 1, titles.contains(words[first]) { first += 1 }
        return Array(words[first...])
    }

    static let pronouns = Set(
        "he she they it we i you who him her them himself herself themselves".split(separator: " ").map(String.init))
    private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "2nd", "3rd"]
    private static let firmEnds: Set<String> = [
        "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "llc", "plc", "group",
    ]

    /// Words before a name that do not belong to it.
    static let titles = Set(
        """
        a acting actor actress adm admiral adviser advisor aide ambassador an analyst anchor archbishop assistant
        attorney atty author billionaire bishop brother businessman candidate capt captain cardinal ceo chair
        chairman chairperson chairwoman chancellor chief cmdr co-founder coach cofounder col colonel commander
        commissioner congressman congresswoman corporal councillor councilman councilwoman cpl dame democrat
        democratic deputy detective director dr duchess duke economist elect ex executive father first foreign
        former founder front-runner frontrunner gen general gop gov governor host house imam interim judge justice
        king lady leader lieutenant lord lt maj major majority manager marshal mayor minister minority miss mogul mr
        mrs ms mx nominee officer party pope premier president president-elect presidential prime prince princess
        private prof professor pvt queen rabbi rep representative reps republican rev reverend rival saint secretary
        sen senate senator senators sergeant sgt sheikh sheriff singer sir sister speaker spokesman spokesperson
        spokeswoman st staff state strategist the then u.s us vice vicepresident whip
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
