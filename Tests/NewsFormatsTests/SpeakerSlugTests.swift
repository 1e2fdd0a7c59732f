import NewsFormats
import TestSupport
import Testing

@Suite struct SpeakerSlugTests {
    @Test(arguments: [
        ("Volodymyr Zelenskyy", "volodymyr-zelenskyy"), ("Conan O’Brien", "conan-obrien"), ("José  Müller-Łukasz", "jose-muller-lukasz"),
        ("John F. Kennedy", "john-f-kennedy"), ("Jose\u{301}", "jose"), ("Nguyễn Phú Trọng", "nguyen-phu-trong"),
        ("Søren Ægir Straße", "soren-aegir-strasse"), ("  U.S. ", "u-s"), ("İsmail Şahin", "ismail-sahin"),
        ("习近平", "习近平"), ("Владимир Путин", "владимир-путин"), ("a/b/../c", "a-b-c"), ("3M", "3m"),
        ("—Anna—", "anna"), ("Ǆ", "dz"), ("ßẞ", "ssss"),
    ])
    func slugs(_ name: String, _ slug: String) { #expect(SpeakerSlug.slug(of: name) == slug) }

    @Test func nobodyIsUnknown() {
        #expect(SpeakerSlug.slug(of: nil) == "unknown")
        #expect(SpeakerSlug.slug(of: "").hasPrefix("name-"))
        #expect(SpeakerSlug.slug(of: "!?") != SpeakerSlug.slug(of: "?!"))
    }

    @Test func anyNameGivesOneTopicPart() {
        var generator = SeededGenerator.announced()
        for _ in 0..<5_000 {
            let slug = SpeakerSlug.slug(of: generator.text(upTo: 300))
            #expect(!slug.isEmpty && slug.utf8.count <= 200 && !slug.contains("/") && !slug.hasPrefix("-") && !slug.hasSuffix("-"))
            #expect(slug == slug.lowercased())
        }
    }
}
