extension ServiceConfiguration {
    /// The text of `config/quoted.toml`: every key with its meaning, range and default.
    package static func shippedFile() -> String {
        var text = """
            # Configuration of quoted. Every key stands here with its default; keys that are left out keep it.
            # Environment variables (QUOTED_PIPELINE_TRIES for [pipeline] tries) come before it, flags before both.
            # Durations: "250 ms", "10 s", "5 min", "24 h", "30 d", or a number of seconds.
            # Sizes: "8 MiB", or a number of bytes.
            # In endpoints, {state} is the state directory, {runtime} is $RUNTIME_DIRECTORY or else the state directory.
            # Keys marked (reload) change in a running service on SIGHUP; the others need a restart.
            # Check a changed file with: quoted check --config FILE

            """
        let defaults = ServiceConfiguration()
        var section = ""
        for key in ConfigurationKey.all {
            var components = key.path.split(separator: ".")
            let name = components.removeLast()
            let keySection = components.joined(separator: ".")
            if keySection != section {
                text += "\n[\(keySection)]\n"
                section = keySection
            } else {
                text += "\n"
            }
            for line in wrapped(comment(for: key), width: 110) { text += "# \(line)\n" }
            // The state directory has no fixed default: an empty value would read as one.
            text += key.path == "state" ? "# state = \"/var/lib/quoted\"\n" : "\(name) = \(key.toml(of: defaults))\n"
        }
        return text
    }

    private static func comment(for key: ConfigurationKey) -> String {
        let range = key.range.map { " Range: \($0)." } ?? ""
        return key.meaning + range + (key.isReloadable ? " (reload)" : "")
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
