/// The name of a speaker in a topic: lower-cased, diacritics folded, words joined by `-`.
package enum SpeakerSlug {
    /// Where there is no speaker.
    package static let unknown = "unknown"

    private static let maximumBytes = 200

    /// `Volodymyr Zelenskyy` is `volodymyr-zelenskyy`, `Conan O’Brien` is `conan-obrien`.
    package static func slug(of name: String?) -> String {
        guard let name else { return unknown }
        var slug = ""
        var isPending = false
        for scalar in name.unicodeScalars {
            guard let folded = LatinFolding.fold(scalar) else {
                if !isSilent(scalar) { isPending = !slug.isEmpty }
                continue
            }
            if slug.utf8.count + folded.utf8.count >= maximumBytes { break }
            if isPending { slug += "-" }
            isPending = false
            slug += folded
        }
        // A name without a letter still is somebody's.
        return slug.isEmpty ? "name-" + ArticleIdentity.sha256(of: name).prefix(8) : slug
    }

    /// Marks and apostrophes do not part words.
    private static func isSilent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .modifierLetter: true
        default: scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "`" || scalar == "\u{B4}"
        }
    }
}
