import Archive
import Foundation
import NewsModel
import Testing

/// Two hundred made pairs, half of them the same words: `Fixtures/near-duplicates.tsv`.
struct QuotationPair {
    var isSame: Bool
    var kind: String
    var speakers: (String, String)
    var texts: (String, String)

    static func all() throws -> [QuotationPair] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/near-duplicates.tsv")
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return QuotationPair(
                isSame: cells[0] == "yes", kind: cells[1], speakers: (cells[2], cells[3]), texts: (cells[4], cells[5]))
        }
    }
}

@Suite struct NearDuplicateTests {
    /// Every quotation in an article of its own, one after the other into one archive; two are found to be the same when they
    /// are in one group.
    @Test func madePairs() throws {
        let pairs = try QuotationPair.all()
        #expect(pairs.count == 200 && pairs.count(where: \.isSame) == 100)
        let archive = try TestArchive()
        for (number, pair) in pairs.enumerated() {
            try archive.add("a\(number)", [(pair.texts.0, pair.speakers.0)])
            try archive.add("b\(number)", [(pair.texts.1, pair.speakers.1)])
        }
        let groups = try archive.groups()
        var counts = (hits: 0, wrong: 0, missed: 0)
        for (number, pair) in pairs.enumerated() {
            let isFound = groups["a\(number)"] == groups["b\(number)"]
            if isFound != pair.isSame {
                print("near-duplicates, \(pair.isSame ? "missed" : "wrong"), \(pair.kind): \(pair.texts.0) | \(pair.texts.1)")
            }
            switch (isFound, pair.isSame) {
            case (true, true): counts.hits += 1
            case (true, false): counts.wrong += 1
            case (false, true): counts.missed += 1
            case (false, false): break
            }
        }
        let precision = Double(counts.hits) / Double(max(1, counts.hits + counts.wrong))
        let recall = Double(counts.hits) / Double(counts.hits + counts.missed)
        print("near-duplicates, 200 made pairs: precision \(precision), recall \(recall)")
        #expect(precision >= 0.98)
        #expect(recall >= 0.90)
    }

    @Test(arguments: [
        ("“We don't know.”", "We don’t know"), ("[W]e will stay", "We will stay"), ("the U.S. fleet", "The US fleet"),
        ("rose to 7.4% in April", "rose to 7.4 per cent in April"), ("1,000 men came home", "1000 men came home"),
        ("that the café was open again", "the cafe was open again"), ("ZOË came home", "Zoe came home."),
    ])
    func wordsThatAreTheSame(first: String, second: String) {
        #expect(QuotationWords(first).hashes == QuotationWords(second).hashes)
    }

    @Test func gapsAreRemembered() {
        #expect(QuotationWords("one … two").gaps == [1])
        #expect(QuotationWords("one. . . two").gaps == [1])
        #expect(QuotationWords("[The man] one two [...] three").gaps == [0, 2])
        #expect(QuotationWords("an unclosed [bracket here").gaps.isEmpty)
        #expect(QuotationWords("one. Two.").gaps.isEmpty)
    }

    @Test func manyWordsAreComparedUpToABound() {
        let words = QuotationWords(String(repeating: "word other third ", count: 5_000))
        #expect(words.count == QuotationWords.maximumWords)
    }

    @Test func aLongRunInAnotherTextSharesAFingerprint() {
        let text = (0..<300).map { "w\($0)x" }
        let whole = Set(Fingerprints.of(QuotationWords(text.joined(separator: " "))))
        for start in stride(from: 0, to: 290, by: 7) {
            let cut = ["before", "it"] + text[start..<start + 6] + ["and", "after"]
            #expect(!whole.isDisjoint(with: Fingerprints.of(QuotationWords(cut.joined(separator: " ")))), "\(start)")
        }
    }

    @Test func speakersAgree() {
        #expect(SpeakerAgreement("ana-lima", .person, "lima", .person) == .same)
        #expect(SpeakerAgreement("ana-lima", .person, "mayor", .unnamed) == .open)
        #expect(SpeakerAgreement(nil, nil, "lima", .person) == .open)
        #expect(SpeakerAgreement("ana-lima", .person, "ana-limas", .person) == .different)
    }
}
