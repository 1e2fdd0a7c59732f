/// Text from outside, for a terminal: control characters could move the cursor or worse, so they are shown as `·`.
enum TerminalText {
    static func safe(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
            scalars.append(isControl ? "·" : scalar)
        }
        return String(scalars)
    }
}
