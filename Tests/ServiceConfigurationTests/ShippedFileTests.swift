import Foundation
import ServiceConfiguration
import Testing

@Suite struct ShippedFileTests {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/quoted.toml")

    /// `QUOTED_TEST_WRITE_CONFIG=1 swift test --filter ShippedFileTests` writes the file anew when the table has changed.
    @Test func isTheTable() throws {
        if ProcessInfo.processInfo.environment["QUOTED_TEST_WRITE_CONFIG"] != nil {
            try Data(ServiceConfiguration.shippedFile().utf8).write(to: Self.file)
        }
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(
            text == ServiceConfiguration.shippedFile(), "run this test with QUOTED_TEST_WRITE_CONFIG=1 to write it anew"
        )
    }

    @Test func givesTheDefaults() throws {
        let environment = ["STATE_DIRECTORY": "/var/lib/quoted"]
        let shipped = ServiceConfiguration.load(file: Self.file.path, flags: [:], environment: environment)
        let plain = ServiceConfiguration.load(file: nil, flags: [:], environment: environment, systemFile: "/nowhere")
        #expect(shipped.faults.isEmpty)
        #expect(shipped.configuration != nil)
        #expect(shipped.configuration == plain.configuration)
    }

    @Test func everyKeyIsThereOnceAndFitsTheScreen() throws {
        let lines = ServiceConfiguration.shippedFile().split(separator: "\n")
        for line in lines { #expect(line.count <= 120, "\(line)") }
        #expect(lines.filter { !$0.hasPrefix("#") && $0.contains(" = ") }.count == ConfigurationKey.all.count - 1)
    }

    @Test func namesAreDistinct() {
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
        #expect(Set(ConfigurationKey.all.map(\.environmentName)).count == ConfigurationKey.all.count)
        #expect(
            ConfigurationKey.named("intake.maximum-article-bytes")?.environmentName
                == "QUOTED_INTAKE_MAXIMUM_ARTICLE_BYTES")
    }

    /// A key that writes to another's place would show here: changed alone, it must change itself alone.
    @Test func everyKeySetsItsOwnPlace() {
        let samples = [
            "7", "77", "7777", "3 s", "70 KiB", "9 MiB", "none", "avx2", "debug", "json", "false", "ipc:///tmp/a", "127.0.0.1:1",
            "use", "777", "48 h",
        ]
        let standard = ServiceConfiguration()
        for key in ConfigurationKey.all {
            var changes: Set<[String]> = []
            for sample in samples {
                var configuration = standard
                guard key.assign(sample, to: &configuration) else { continue }
                let (applicable, needsRestart) = standard.changes(to: configuration)
                changes.insert(applicable + needsRestart)
            }
            #expect(changes.subtracting([[]]) == [[key.path]], "\(key.path)")
        }
    }
}
