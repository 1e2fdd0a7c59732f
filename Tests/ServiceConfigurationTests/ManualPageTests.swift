import ServiceConfiguration
import Testing

@Suite struct ManualPageTests {
    private static let lines = ServiceConfiguration.manualPage(version: "1.2.3").split(separator: "\n").map(String.init)

    private static func escaped(_ text: String) -> String {
        text.replacing("-", with: "\\-").replacing("\"", with: "\\(dq").replacing("'", with: "\\(aq")
            .replacing("~", with: "\\(ti")
    }

    @Test func everyKeyStandsThereWithItsDefaultAndVariable() {
        let defaults = ServiceConfiguration()
        for key in ConfigurationKey.all {
            guard let place = Self.lines.firstIndex(of: "Environment: " + Self.escaped(key.environmentName)) else {
                Issue.record("\(key.path) is not there")
                continue
            }
            let name = key.path.split(separator: ".").last.map(String.init) ?? key.path
            #expect(Self.lines[place - 6] == ".TP", "\(key.path)")
            #expect(Self.lines[place - 5] == ".B " + Self.escaped(name))
            #expect(Self.lines[place - 4] == Self.escaped(key.meaning))
            let isDefaultTold = Self.lines[place - 2].contains("Default: \(Self.escaped(key.toml(of: defaults)))")
            #expect(isDefaultTold != (key.path == "state"), "\(key.path)")
            #expect(Self.lines[place - 2].hasSuffix(" Reload.") == key.isReloadable)
        }
    }

    @Test func everyRequestIsKnown() {
        let requests = Set(Self.lines.filter { $0.hasPrefix(".") }.compactMap { $0.split(separator: " ").first })
        #expect(requests == [".TH", ".SH", ".TP", ".B", ".br", ".PP", ".BR"])
        #expect(Self.lines.allSatisfy { !$0.hasPrefix("'") })
        #expect(Self.lines.first == ".TH quoted.toml 5 \"\" \"quoted 1.2.3\" \"File Formats\"")
    }
}
