extension ServiceConfiguration {
    /// The source of the manual page quoted.toml(5), in roff's `man` macros: every key with its type, range, default
    /// and environment variable.
    ///
    /// - Parameter version: the program's version, for the page's foot.
    package static func manualPage(version: String) -> String {
        var page = ManualText()
        page.macro("TH", "quoted.toml", "5", "", "quoted \(version)", "File Formats")
        page.macro("SH", "NAME")
        page.line("quoted.toml - configuration of quoted")
        page.macro("SH", "DESCRIPTION")
        page.line("TOML. Nothing needs to be set: keys that are left out keep their default.")
        page.line("Flags come before environment variables, these before the file, and that before the defaults.")
        page.line("The file is the one that \"--config\" or $QUOTED_CONFIG names, else /etc/quoted/quoted.toml.")
        page.paragraph()
        page.line("Durations: \"250 ms\", \"10 s\", \"5 min\", \"24 h\", \"30 d\", or a number of seconds.")
        page.line("Sizes: \"8 MiB\", or a number of bytes.")
        page.line("In endpoints, {state} is the state directory, {runtime} is $RUNTIME_DIRECTORY or else the state directory.")
        page.paragraph()
        page.line("\"quoted check --config FILE\" lists every fault of a file.")
        page.line("On SIGHUP the service reads its file again: keys marked with \"reload\" change while it runs, the others")
        page.line("need a restart; a file with a fault changes nothing.")
        let defaults = ServiceConfiguration()
        var section: String?
        for key in ConfigurationKey.all {
            var components = key.path.split(separator: ".")
            let name = String(components.removeLast())
            let keySection = components.joined(separator: ".")
            if keySection != section {
                page.macro("SH", keySection.isEmpty ? "OUTSIDE SECTIONS" : "[\(keySection)]")
                section = keySection
            }
            page.macro("TP")
            page.macro("B", name)
            page.line(key.meaning)
            page.macro("br")
            // The state directory has no fixed default: an empty value would read as one.
            let standard = key.path == "state" ? "" : " Default: \(key.toml(of: defaults))."
            page.line("Value: \(key.expectation)." + standard + (key.isReloadable ? " Reload." : ""))
            page.macro("br")
            page.line("Environment: \(key.environmentName)")
        }
        page.macro("SH", "FILES")
        page.line("/etc/quoted/quoted.toml")
        page.macro("SH", "SEE ALSO")
        page.macro("BR", "quoted", "(1),")
        page.macro("BR", "quoted-check", "(1)")
        return page.text
    }
}

/// Source of a manual page: text is escaped, so that none of it is read as a request.
private struct ManualText {
    private(set) var text = ""

    /// A request or macro with its arguments.
    mutating func macro(_ name: String, _ arguments: String...) {
        text += ".\(name)"
        for argument in arguments {
            let escaped = Self.escaped(argument)
            text += argument.isEmpty || argument.contains(" ") ? " \"\(escaped)\"" : " \(escaped)"
        }
        text += "\n"
    }

    /// A line of running text.
    mutating func line(_ line: String) {
        // A line that begins with a point or an apostrophe would be a request.
        text += (line.first == "." || line.first == "'" ? "\\&" : "") + Self.escaped(line) + "\n"
    }

    mutating func paragraph() { text += ".PP\n" }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "\"": escaped += "\\(dq"
            case "'": escaped += "\\(aq"
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case "`": escaped += "\\(ga"
            case "\n": escaped += " "
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
