import Foundation
import NewsFormats
import NewsModel
import Testing

/// Pages built as those of news sites are, with invented texts, beside the article that a reader sees in each.
@Suite struct NewsPageTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/pages")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
        .filter { $0.hasSuffix(".html") }.map { String($0.dropLast(5)) }.sorted()

    private static func article(_ name: String) throws -> (found: String, expected: String, article: Article) {
        let bytes = try Data(contentsOf: folder.appending(path: name + ".html"))
        let expected = try String(contentsOf: folder.appending(path: name + ".txt"), encoding: .utf8)
        let article = try ArticleDecoder.decode(Array(bytes))
        return (article.analysedText, expected.trimmingCharacters(in: .newlines), article)
    }

    @Test(arguments: names) func theArticleAndNothingElse(_ name: String) throws {
        let page = try Self.article(name)
        let (found, expected) = (page.found.components(separatedBy: "\n\n"), page.expected.components(separatedBy: "\n\n"))
        for change in found.difference(from: expected) {
            switch change {
            case .insert(_, let text, _): Issue.record("too much: \(text)")
            case .remove(_, let text, _): Issue.record("missing: \(text)")
            }
        }
    }

    /// Words and quotation marks over all pages together.
    @Test func figures() throws {
        #expect(Self.names.count >= 22)
        var (common, found, expected) = (0, 0, 0)
        for name in Self.names {
            let page = try Self.article(name)
            let (left, right) = (Self.words(page.found), Self.words(page.expected))
            found += left.values.reduce(0, +)
            expected += right.values.reduce(0, +)
            common += left.reduce(0) { $0 + min($1.value, right[$1.key] ?? 0) }
        }
        let precision = Double(common) / Double(max(found, 1))
        let recall = Double(common) / Double(max(expected, 1))
        print(
            String(
                format: "pages of news sites, %d: precision %.1f %%, recall %.1f %% of %d words", Self.names.count, 100 * precision,
                100 * recall, expected))
        #expect(precision > 0.99 && recall > 0.99)
    }

    @Test func metadataOfAPage() throws {
        let article = try Self.article("semantic").article
        #expect(article.byline == "Tom Reed" && article.source == "Northern Herald" && article.published == "2025-03-11T09:30:00Z")
    }

    private static func words(_ text: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && !"“”‘’".contains($0) }) {
            counts[String(word), default: 0] += 1
        }
        return counts
    }
}
