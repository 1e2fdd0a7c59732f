import LanguageAnalysis
import TestSupport

/// Texts that no newspaper prints: bytes, scalars and mutilated news.
struct HostileText {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// One text, of up to a few kB; one in a thousand has about 100 kB.
    static func make(seed: UInt64) -> DocumentText {
        var maker = HostileText(seed: seed)
        let size = maker.size()
        switch maker.random.below(10) {
        case 0: return DocumentText(utf8: maker.bytes(size))
        case 1: return DocumentText(maker.scalars(size))
        case 2, 3: return DocumentText(maker.fragments(size))
        default: return DocumentText(maker.mutilated(size))
        }
    }

    private mutating func size() -> Int {
        switch random.below(1000) {
        case 0: 100_000
        case 1..<20: 5_000
        case 20..<200: 1_500
        case 200..<500: 400
        default: random.below(160)
        }
    }

    // MARK: Without sense

    private mutating func bytes(_ count: Int) -> [UInt8] {
        guard random.chance(50) else { return random.bytes(count) }
        // Mostly well-formed: whole scalars with some bytes gone wrong.
        var bytes = Array(scalars(count / 3).utf8)
        for _ in 0..<bytes.count / 40 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
        return bytes
    }

    private static let ranges: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x20...0x7E, 0x20...0x7E, 0...0x1F, 0x7F...0x24F, 0x300...0x36F, 0x370...0x52F, 0x590...0x6FF,
        0x900...0xDFF, 0x1E00...0x1FFF, 0x2000...0x206F, 0x20A0...0x2BFF, 0x3000...0x30FF, 0x4E00...0x9FFF,
        0xF900...0xFFFF, 0x1_0000...0x10_FFFF, 0x1_F300...0x1_FAFF,
    ]

    private mutating func scalars(_ count: Int) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<count {
            let range = Self.ranges.randomElement(using: &random) ?? 0x20...0x7E
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { view.append(scalar) }
        }
        return String(view)
    }

    // MARK: Out of pieces

    static let oddities = [
        "“", "”", "\"", "'", "’", "‘", "«", "»", "‹", "›", "„", "‟", "''", "``", "`", "´", "＂", "「", "」", ".", ",", ":",
        ";", "?", "!", "…", "...", "—", "–", "-", "--", "(", ")", "[", "]", "{", "}", "/", "&", "@", "_", "#", "*", "•",
        " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}", "\u{A0}",
        "\u{AD}", "\u{200B}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}",
        "\u{FFFD}", "\u{FFFE}", "\u{301}", "\u{301}\u{302}\u{327}", "\u{20DD}", "\u{FE0F}", "\u{E0041}", "\0", "\u{1B}",
        "é", "ß", "ﬁ", "İ", "ı", "Ǆ", "Σς", "Ωmega", "Київ", "漢字", "한국", "かな", "שלום", "العربية", "हिन्दी", "ไทย", "𝐀𝐁",
        "𐍈",
        "👍", "👩‍👩‍👧", "🇺🇦", "1️⃣", "0", "3.5", "1,000", "'90s", "£5m", "50%", "U.S.", "e.g.", "J.", "A", "I", "a.b.c", "x.com",
        "rock'n'roll", "'em", "n't", "'s", "s'", "’s", "O’Neil",
    ]

    private static let words = [
        "said", "says", "told", "that", "who", "which", "according to", "According to", "he", "She", "it", "they",
        "Maria Lopez", "Mr. Hale", "the minister", "a spokesman", "Ministry of Health", "and", "but", "adding",
        "denied",
        "called for", "not", "would", "on Monday", "of", "de", "the", "reporters", "in a statement", "ready", "closed",
    ]

    private mutating func oddity() -> String {
        if random.chance(3) { return longWord() }
        return Self.oddities.randomElement(using: &random) ?? ""
    }

    private mutating func longWord() -> String {
        let unit = ["a", "A", "é", "a-", "a’", "x.", "e\u{301}", "漢", "“", "'", "\u{301}", "9,"].randomElement(
            using: &random)
        return String(repeating: unit ?? "a", count: random.chance(10) ? 3_000 : 20 + random.below(200))
    }

    private mutating func fragments(_ size: Int) -> String {
        var text = ""
        let sense = random.below(100)
        while text.utf8.count < size {
            text += random.chance(sense) ? Self.words.randomElement(using: &random) ?? "" : oddity()
            if random.chance(60) { text += " " }
        }
        return text
    }

    // MARK: News, mutilated

    private static let news = AttributionPatternTests.patterns.map(\.text) + KnownFailure.all.map(\.text)

    private mutating func mutilated(_ size: Int) -> String {
        var scalars: [Unicode.Scalar] = []
        repeat {
            scalars += Array((Self.news.randomElement(using: &random) ?? "").unicodeScalars)
            scalars += Array(([" ", "\n", "\n\n", ""].randomElement(using: &random) ?? "").unicodeScalars)
        } while scalars.count < size
        let cuts = min(2_000, 2 + scalars.count / (random.chance(50) ? 50 : 8))
        for _ in 0..<random.below(cuts) { mutilate(&scalars) }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func mutilate(_ scalars: inout [Unicode.Scalar]) {
        guard !scalars.isEmpty else { return }
        let at = random.below(scalars.count)
        let end = min(scalars.count, at + 1 + random.below(random.chance(10) ? 80 : 8))
        switch random.below(8) {
        case 0: scalars.removeSubrange(at..<end)
        case 1: scalars.insert(contentsOf: Array(scalars[at..<end]), at: random.below(scalars.count))
        case 2: scalars.swapAt(at, random.below(scalars.count))
        case 3: scalars[at] = random.chance(50) ? "\"" : "\n"
        case 4: scalars.insert(contentsOf: (Self.words.randomElement(using: &random) ?? "").unicodeScalars, at: at)
        default: scalars.insert(contentsOf: oddity().unicodeScalars, at: at)
        }
    }
}
