package import NewsModel

internal import Glibc

/// Names and roles by the trained encoder: one pass over the article.
package struct ModelTagger: EntityTagger {
    private let classifier: any TokenClassifier
    /// Tags beliefs, plans and wishes like speech.
    private let attitudes: Bool
    private let ruleTagger = RuleEntityTagger()
    private let ruleAttributor = RuleQuotationAttributor()

    /// - Parameter attitudes: report what somebody thinks, wants or plans as well; for comparison with corpora that do.
    package init(_ classifier: any TokenClassifier, attitudes: Bool = false) {
        self.classifier = classifier
        self.attitudes = attitudes
    }

    package func tag(_ text: DocumentText, sentences: [Span], budget: AnalysisBudget) throws -> EntityLayer {
        let scan = TokenizedText(text)
        guard !scan.tokens.isEmpty else { return EntityLayer() }
        // What the rules find is a part of the encoder's input.
        let names = try ruleTagger.tag(scan, sentences: sentences, budget: budget)
        let rules = try ruleAttributor.attributeToNobody(scan, sentences: sentences, entities: names, budget: budget)
        let encoded = FeatureExtractor.extract(
            scan, sentences: sentences, rules: rules, vocabulary: classifier.vocabulary)
        var reading = ModelReading(scan, encoded, settings: classifier.settings, attitudes: attitudes)
        let windows = EncoderWindows.plan(encoded, longest: classifier.longestWindow - 2)
        // A few thousand pieces at a time: memory stays bounded and the deadline is looked at.
        var first = 0
        while first < windows.count {
            try budget.check()
            var last = first
            var size = 0
            while last < windows.count, last == first || size + windows[last].count <= Self.batch {
                size += windows[last].count + 2
                last += 1
            }
            try read(windows[first..<last], encoded, &reading)
            first = last
        }
        return reading.layer()
    }

    private static let batch = 4096

    private func read(_ windows: ArraySlice<Range<Int>>, _ text: EncodedText, _ reading: inout ModelReading) throws {
        let width = EncoderFeature.allCases.count
        let size = windows.reduce(0) { $0 + $1.count + 2 }
        var pieces: [Int32] = []
        var features: [UInt8] = []
        var ranges: [Range<Int>] = []
        pieces.reserveCapacity(size)
        features.reserveCapacity(size * width)
        let edge = [UInt8](repeating: 0, count: width)
        for window in windows {
            let start = pieces.count
            pieces.append(classifier.vocabulary.start)
            features.append(contentsOf: edge)
            pieces.append(contentsOf: text.pieces.ids[window])
            features.append(contentsOf: text.features[window.lowerBound * width..<window.upperBound * width])
            pieces.append(classifier.vocabulary.end)
            features.append(contentsOf: edge)
            ranges.append(start..<pieces.count)
        }
        try classifier.classify(pieces: pieces, features: features, windows: ranges) { output in
            for (window, range) in zip(windows, ranges) {
                reading.add(output, rows: range.lowerBound + 1..<range.upperBound - 1, pieces: window)
            }
        }
    }
}

/// Collects what the windows of one article say.
struct ModelReading {
    private let scan: TokenizedText
    private let text: EncodedText
    private var roles: RoleDecoder
    private var entities = TagDecoder(tags: HeadLayout.entityTags.count)
    private var spans: [RoleLayer.TaggedSpan] = []
    private var isSorted = true
    private var names: [(mention: NameMention, score: Float)] = []
    private var markSums: [(sum: Float, count: Int)]
    private var scores: [Float] = []
    private static let types: [EntityType] = [
        .person, .organization, .location, .facility, .norp, .product, .date, .money, .misc,
    ]

    init(_ scan: TokenizedText, _ text: EncodedText, settings: DecodingSettings, attitudes: Bool) {
        self.scan = scan
        self.text = text
        roles = RoleDecoder(settings: settings, attitudes: attitudes)
        markSums = scan.marks.regions.map { _ in (0, 0) }
    }

    /// - Parameters:
    ///   - rows: the window's rows of `output`.
    ///   - pieces: the same as a range of the article's pieces.
    mutating func add(_ output: UnsafeBufferPointer<Float>, rows: Range<Int>, pieces: Range<Int>) {
        let text = text
        let scan = scan
        let place = { (position: Int) -> TagDecoder.Place in
            let piece = pieces.lowerBound + position
            guard piece > 0, text.tokens[piece] == text.tokens[piece - 1] else {
                return Self.isPhrase(scan, Int(text.tokens[piece])) ? .between : .boundary
            }
            return .inside
        }
        var sums: [(Int, Float)] = []
        let result = roles.decode(output, rows: rows, place: place) { position, probability in
            let token = Int(text.tokens[pieces.lowerBound + position])
            let region = Int(scan.marks.regionOfToken[token])
            if region >= 0, scan.tokens[token].isWord { sums.append((region, probability)) }
        }
        for (region, probability) in sums {
            markSums[region].sum += probability
            markSums[region].count += 1
        }
        addSpans(result, pieces.lowerBound)
        if !roles.attitudes, UnspokenReport.mayHold(scan, tokens(0..<pieces.count, pieces.lowerBound)) {
            let all = roles.decode(output, rows: rows, withAttitudes: true, place: place) { _, _ in }
            addUnspoken(all, besides: result, pieces.lowerBound)
        }
        // "Panama-flagged": a name may end at a hyphen.
        addNames(output, rows, pieces) { position in
            let piece = pieces.lowerBound + position
            let joint = Self.isJoint(scan, text, piece) || Self.isJoint(scan, text, piece - 1)
            return joint ? .boundary : place(position)
        }
    }

    /// Whether a token and the one before it are two words in one line.
    private static func isPhrase(_ scan: TokenizedText, _ token: Int) -> Bool {
        guard token > 0, scan.tokens.indices.contains(token) else { return false }
        let (before, here) = (scan.tokens[token - 1], scan.tokens[token])
        return (before.isWord || before.kind == .number || before.kind == .clitic)
            && (here.isWord || here.kind == .number) && !here.shape.contains(.lineBefore)
    }

    /// Whether a piece is a hyphen, dash or slash.
    private static func isJoint(_ scan: TokenizedText, _ text: EncodedText, _ piece: Int) -> Bool {
        let start = Int(text.pieces.starts[piece])
        switch scan.text.utf8[start] {
        case UInt8(ascii: "-"), UInt8(ascii: "/"): return true
        case 0xE2:
            let sign = scan.text.utf8[start + 2]
            return scan.text.utf8[start + 1] == 0x80 && sign >= 0x90 && sign <= 0x94
        default: return false
        }
    }

    private func tokens(_ range: Range<Int>, _ offset: Int) -> Range<Int> {
        Int(text.tokens[offset + range.lowerBound])..<Int(text.tokens[offset + range.upperBound - 1]) + 1
    }

    private func bytes(_ range: Range<Int>, _ offset: Int) -> Range<Int> {
        let (first, last) = (offset + range.lowerBound, offset + range.upperBound - 1)
        // Combining marks and full stops of abbreviations may be in no piece of the name: they go with its word.
        let start =
            startsWord(first) ? scan.tokens[Int(text.tokens[first])].start : text.pieces.starts[first]
        let end =
            startsWord(last + 1)
            ? scan.tokens[Int(text.tokens[last])].end : max(text.pieces.ends[last], text.pieces.starts[last + 1])
        return Int(start)..<Int(end)
    }

    private func startsWord(_ piece: Int) -> Bool {
        piece == 0 || piece == text.tokens.count || text.tokens[piece] != text.tokens[piece - 1]
    }

    /// Whether a name may begin or end before a piece: at a word's ends and at a hyphen. A word may be longer than a window.
    private func isBoundary(_ piece: Int) -> Bool {
        startsWord(piece) || Self.isJoint(scan, text, piece) || Self.isJoint(scan, text, piece - 1)
    }

    private mutating func addSpans(_ result: RoleDecoder.Result, _ offset: Int) {
        let base = spans.count
        for (index, found) in result.found.enumerated() {
            guard let role = RoleLayer.Role(rawValue: UInt8(found.kind)) else { continue }
            var span = RoleLayer.TaggedSpan(
                role: role, span: scan.span(tokens(found.range, offset)), score: expf(found.score))
            if let link = result.links[index] {
                span.cue = link.cue.map { $0 + base }
                span.source = link.source.map { $0 + base }
                span.previous = link.previous.map { $0 + base }
                span.linkScore = link.score
            }
            spans.append(span)
        }
    }

    /// Adds what was refused, denied or is still to be said and so looks like an attitude.
    private mutating func addUnspoken(_ all: RoleDecoder.Result, besides speech: RoleDecoder.Result, _ offset: Int) {
        let taken = speech.found.filter { $0.kind == Int(RoleLayer.Role.content.rawValue) }
            .map { tokens($0.range, offset) }
        for (index, found) in all.found.enumerated() {
            guard let link = all.links[index], let cue = link.cue else { continue }
            let content = tokens(found.range, offset)
            guard
                let report = UnspokenReport(
                    cue: tokens(all.found[cue].range, offset), content: content, scan: scan),
                !taken.contains(where: report.content.overlaps)
            else { continue }
            // "The minister is expected to say": the subject may be tagged as a part of the content.
            let verb = all.found[cue].range.lowerBound
            let subject = link.source ?? link.previous.flatMap { all.found[$0].range.upperBound <= verb ? $0 : nil }
            var span = RoleLayer.TaggedSpan(
                role: .content, span: scan.span(report.content), score: expf(found.score), linkScore: link.score)
            if let subject {
                span.source = spans.count
                spans.append(.init(role: .source, span: scan.span(tokens(all.found[subject].range, offset)), score: 1))
            }
            span.cue = spans.count
            spans.append(.init(role: .cue, span: scan.span(report.cue), score: expf(all.found[cue].score)))
            spans.append(span)
            isSorted = false
        }
    }

    /// The spans in the order of the text, their links kept.
    private func sortedSpans() -> [RoleLayer.TaggedSpan] {
        guard !isSorted else { return spans }
        let order = spans.indices.sorted { (spans[$0].span, $0) < (spans[$1].span, $1) }
        var place = [Int](repeating: 0, count: spans.count)
        for (new, old) in order.enumerated() { place[old] = new }
        return order.map { old in
            var span = spans[old]
            span.cue = span.cue.map { place[$0] }
            span.source = span.source.map { place[$0] }
            span.previous = span.previous.map { place[$0] }
            return span
        }
    }

    private mutating func addNames(
        _ output: UnsafeBufferPointer<Float>, _ rows: Range<Int>, _ pieces: Range<Int>,
        _ place: (Int) -> TagDecoder.Place
    ) {
        scores.removeAll(keepingCapacity: true)
        let tags = HeadLayout.entityTags.count
        for row in rows {
            LogProbability.normalize(output, row * HeadLayout.width + HeadLayout.entities, tags, into: &scores)
        }
        for found in entities.decode(scores, count: rows.count, place: place) {
            let (first, end) = (pieces.lowerBound + found.range.lowerBound, pieces.lowerBound + found.range.upperBound)
            guard isBoundary(first), isBoundary(end) else { continue }
            let score = expf(found.score)
            let tokens = tokens(found.range, pieces.lowerBound)
            let bytes = bytes(found.range, pieces.lowerBound)
            let mention = NameMention(
                tokens: tokens, title: 0..<0, type: Self.types[found.kind], gender: .unknown,
                certainty: score > 0.9 ? 3 : score > 0.7 ? 2 : score > 0.5 ? 1 : 0,
                part: bytes == scan.bytes(tokens) ? nil : bytes)
            names.append((mention, score))
        }
    }

    func layer() -> EntityLayer {
        let mentions = NameExtension.extended(
            TypeAgreement.agree(names, scan).map { NameContext.described($0, scan) }, scan)
        var layer = RuleEntityTagger.layer(of: EntityClustering.cluster(mentions, scan, typesApart: true), scan)
        layer.roles = RoleLayer(
            spans: sortedSpans(), markScores: markSums.map { $0.count > 0 ? $0.sum / Float($0.count) : 0 })
        return layer
    }
}
