import ServiceConfiguration
import TestSupport
import Testing

@Suite struct ServiceConfigurationReloadTests {
    @Test func tellsWhatCanBeTaken() {
        var new = ServiceConfiguration()
        #expect(new.changes(to: new).applicable.isEmpty && new.changes(to: new).needsRestart.isEmpty)
        let old = new
        new.logging.level = .debug
        new.pipeline.tries = 9
        new.endpoints.ingest = "tcp://127.0.0.1:6000"
        new.pipeline.heartbeat = .milliseconds(100)
        let changes = old.changes(to: new)
        #expect(changes.applicable == ["pipeline.tries", "logging.level"])
        #expect(changes.needsRestart == ["endpoints.ingest", "pipeline.heartbeat"])
        let applied = old.applying(new)
        #expect(applied.logging.level == .debug && applied.pipeline.tries == 9)
        #expect(applied.endpoints == old.endpoints && applied.pipeline.heartbeat == old.pipeline.heartbeat)
        #expect(applied.changes(to: new).applicable.isEmpty)
    }

    /// Two sound configurations never mix into one that breaks a rule between keys.
    @Test func takingKeysKeepsTheRules() {
        let seed = UInt64.random(in: 0 ... .max)
        print("ServiceConfigurationReloadTests seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let samples = [
            "1", "4", "64", "1 KiB", "1 MiB", "8 MiB", "128 MiB", "4 GiB", "20 ms", "500 ms", "1 s", "30 s", "none",
            "debug", "json",
        ]
        func sound() -> ServiceConfiguration {
            while true {
                var configuration = ServiceConfiguration()
                configuration.endpoints.dispatch = "ipc:///d"
                configuration.endpoints.control = "ipc:///c"
                configuration.endpoints.names = "ipc:///n"
                configuration.endpoints.namesChanges = "ipc:///m"
                for key in ConfigurationKey.all where !key.path.hasPrefix("endpoints") && Bool.random(using: &generator)
                {
                    _ = key.assign(samples[Int.random(in: 0..<samples.count, using: &generator)], to: &configuration)
                }
                if configuration.conflicts().isEmpty { return configuration }
            }
        }
        for _ in 0..<500 {
            let (old, new) = (sound(), sound())
            #expect(old.applying(new).conflicts().isEmpty)
        }
    }
}
