import Foundation
import ServiceConfiguration
import TestSupport
import Testing

@Suite struct ServiceConfigurationLoadTests {
    private func load(
        _ file: String? = nil, flags: [String: String] = [:], environment: [String: String] = [:]
    ) -> (configuration: ServiceConfiguration?, faults: [ConfigurationFault]) {
        let environment = environment.merging(["HOME": "/home/ada"]) { given, _ in given }
        return ServiceConfiguration.load(file: file, flags: flags, environment: environment, systemFile: "/nowhere")
    }

    @Test func flagsBeforeEnvironmentBeforeFileBeforeDefaults() throws {
        try withTemporaryFile(
            "[pipeline]\ntries = 4\ntime-budget = \"4 s\"\nheartbeat = 0.25\n[logging]\nlevel = \"error\"\n"
        ) { file in
            let (configuration, faults) = load(
                file, flags: ["pipeline.tries": "6"],
                environment: ["QUOTED_PIPELINE_TRIES": "5", "QUOTED_PIPELINE_TIME_BUDGET": "5 s"])
            #expect(faults.isEmpty)
            let result = try #require(configuration)
            #expect(result.pipeline.tries == 6)
            #expect(result.pipeline.timeBudget == .seconds(5))
            #expect(result.pipeline.heartbeat == .milliseconds(250))
            #expect(result.logging.level == .error)
            #expect(result.intake.groupCommit == 256)
        }
    }

    @Test func everyFaultAtOnceWithItsLine() throws {
        let text = """
            [intake]
            maximum-article-byte = "8 MiB"
            maximum-frames = 0
            group-commit = [1]

            [pipelin]
            tries = 3

            [pipeline]
            tries = "many"
            heartbeat = "2 s"
            dead-after = "3 s"

            [endpoints]
            ingest = "tcp://0.0.0.0:5571"
            push = "tcp://127.0.0.1:5573"
            insecure = ["replya"]
            [logging.level]
            x = 1
            """
        try withTemporaryFile(text) { file in
            let (configuration, faults) = load(
                file, flags: ["pipeline.trys": "1"],
                environment: ["QUOTED_INTAKE_MAX_FRAMES": "3", "QUOTED_PIPELINE_TIME_BUDGET": "now"])
            #expect(configuration == nil)
            #expect(faults.map { $0.line ?? 0 } == [2, 3, 4, 6, 10, 12, 15, 16, 17, 18, 0, 0, 0])
            let said = faults.map(\.description).joined(separator: "\n")
            for part in [
                "quoted.toml:2: intake.maximum-article-byte: unknown key; did you mean intake.maximum-article-bytes?",
                "quoted.toml:3: intake.maximum-frames: found \"0\", expected a whole number, from 1 to 1024",
                "quoted.toml:4: intake.group-commit: found a list, expected a whole number",
                "quoted.toml:6: pipelin: unknown section; did you mean pipeline?",
                "quoted.toml:10: pipeline.tries: found \"many\"",
                "quoted.toml:12: pipeline.dead-after: found \"3 s\", less than twice pipeline.heartbeat (2 s)",
                "quoted.toml:18: logging.level: found a section",
                "environment variable QUOTED_INTAKE_MAX_FRAMES: names no key; did you mean QUOTED_INTAKE_MAXIMUM_FRAMES?",
                "environment variable QUOTED_PIPELINE_TIME_BUDGET: pipeline.time-budget: found \"now\", expected a duration",
                "command line: pipeline.trys: unknown key; did you mean pipeline.tries?",
                "quoted.toml:17: endpoints.insecure: found \"replya\", which is no endpoint's name; did you mean replay?",
                "quoted.toml:15: endpoints.ingest: found \"tcp://0.0.0.0:5571\", which other machines can reach",
                "quoted.toml:16: endpoints.stream: found \"tcp://127.0.0.1:5573\", which clashes with endpoints.push",
            ] {
                #expect(said.contains(part), "\(part)")
            }
            #expect(faults.count == 13)
        }
    }

    @Test(arguments: [
        ("\n[pipeline]\ntries = = 2\n", 3), ("\r\n\r\nstate = \"x\r\n", 3), ("[intake]\n\n[intake]\n", 3), ("state", 1),
        ("[=\ntries = 3", 1),
    ])
    func tellsTheLineOfASyntaxFault(text: String, line: Int) throws {
        try withTemporaryFile(text) { file in
            let (configuration, faults) = load(file)
            #expect(configuration == nil)
            #expect(faults.count == 1)
            #expect(faults.first?.line == line)
            #expect(faults.first?.file == file)
        }
    }

    @Test(arguments: [
        "\n[pipeline]\r\n# tries = 1\r\n  tries=\"x\"\r\n", "a1 = '''\ntries = 3\n'''\npipeline . \"tries\" = 'x'\n",
        "\n\n\npipeline = { tries = 'x' }\n",
    ])
    func findsTheLineHoweverItIsWritten(text: String) throws {
        try withTemporaryFile(text) { file in
            let fault = try #require(load(file).faults.first { $0.key == "pipeline.tries" })
            #expect(fault.line == 4)
        }
    }

    @Test func aFileThatCannotBeReadIsAFault() throws {
        let missing = load("/nowhere/quoted.toml")
        #expect(missing.faults.map(\.file) == ["/nowhere/quoted.toml"])
        #expect(load("/dev/null").faults.first?.message.contains("regular file") == true)
        #expect(load(environment: ["QUOTED_CONFIG": "/nowhere/x.toml"]).faults.count == 1)
        try withTemporaryFile("[pipeline]\ntries = 9\n") { file in
            #expect(load(environment: ["QUOTED_CONFIG": file]).configuration?.pipeline.tries == 9)
            let found = ServiceConfiguration.load(file: nil, flags: [:], environment: ["HOME": "/h"], systemFile: file)
            #expect(found.configuration?.pipeline.tries == 9)
        }
        try withTemporaryFile("a = 1\u{0}") { file in #expect(load(file).faults.count == 1) }
    }

    @Test func findsTheStateDirectory() {
        func state(_ environment: [String: String], flag: String? = nil) -> String? {
            ServiceConfiguration.load(
                file: nil, flags: flag.map { ["state": $0] } ?? [:], environment: environment, systemFile: "/nowhere"
            ).configuration?.state
        }
        let all = ["HOME": "/h", "XDG_STATE_HOME": "/x", "STATE_DIRECTORY": "/s:/t", "QUOTED_STATE": "/q/"]
        #expect(state(all, flag: "/f") == "/f")
        #expect(state(all) == "/q")
        #expect(state(all.filter { $0.key != "QUOTED_STATE" }) == "/s")
        #expect(state(["HOME": "/h", "XDG_STATE_HOME": "/x"]) == "/x/quoted")
        #expect(state(["HOME": "/h", "XDG_STATE_HOME": "relative"]) == "/h/.local/state/quoted")
        #expect(state(["HOME": "/h"], flag: "~/q") == "/h/q")
        #expect(state([:]) == nil)
        #expect(state([:], flag: "here") == FileManager.default.currentDirectoryPath + "/here")
    }

    @Test func substitutesDirectories() throws {
        let (configuration, _) = load(
            flags: ["endpoints.control": "ipc://{runtime}/c.sock", "state": "/s/{state}"],
            environment: ["RUNTIME_DIRECTORY": "/run/quoted"])
        let endpoints = try #require(configuration).endpoints
        #expect(endpoints.dispatch == "ipc:///s/{state}/dispatch.sock")
        #expect(endpoints.control == "ipc:///run/quoted/c.sock")
        #expect(load(flags: ["endpoints.control": "ipc://{home}/c.sock"]).faults.count == 1)
    }

    @Test func aLongStateDirectoryLeavesNoRoomForSockets() {
        let (_, faults) = load(flags: ["state": "/" + String(repeating: "d", count: 100)])
        #expect(
            faults.map(\.key) == ["endpoints.dispatch", "endpoints.control", "endpoints.names", "endpoints.names-changes"])
        #expect(faults.allSatisfy { $0.message.contains("shorter") })
    }

    @Test func beyondLoopbackOnlyWhenAllowed() {
        #expect(load(flags: ["endpoints.http": "0.0.0.0:5570"]).faults.map(\.key) == ["endpoints.http"])
        #expect(load(flags: ["endpoints.http": "0.0.0.0:5570", "endpoints.insecure": "http, ingest"]).faults.isEmpty)
        #expect(load(flags: ["endpoints.http": ""]).faults.isEmpty)
        #expect(load(flags: ["endpoints.ingest": ""]).faults.map(\.key) == ["endpoints.ingest"])
    }

    @Test func limitsBelowTheLargestArticleAreFaults() {
        let (_, faults) = load(flags: ["intake.maximum-article-bytes": "128 MiB", "intake.waiting-bytes": "100 MiB"])
        #expect(faults.map(\.key) == ["intake.waiting-bytes", "pipeline.in-flight-bytes"])
        #expect(faults.allSatisfy { $0.message.contains("128 MiB") })
    }

    @Test func someEnvironmentVariablesAreNotOurs() {
        #expect(load(environment: ["QUOTED_SHARED": "/x", "QUOTED_TEST_SEED": "1", "PATH": "/bin"]).faults.isEmpty)
    }

    /// Whatever stands in the file, reading it ends with values or with faults.
    @Test func damagedFilesNeverTrap() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("ServiceConfigurationLoadTests seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let original = Array(ServiceConfiguration.shippedFile().utf8)
        var faulty = 0
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(
                        contentsOf: Array("[]{}=\"'\n.#1".utf8).shuffled(using: &generator).prefix(3), at: place)
                }
            }
            do {
                if try TOMLDocument(bytes: bytes, file: "damaged.toml").hasFaults { faulty += 1 }
            } catch {
                faulty += 1
                #expect(error.file == "damaged.toml")
            }
        }
        #expect(faulty > 0 && faulty < 300)
    }
}
