import Foundation
import Logging
import Observability
import Testing

@Suite struct JournalLogHandlerTests {
    private func logger(_ output: JournalLogHandler.Output) -> Logger {
        Logger(label: "quoted.test") { JournalLogHandler(label: $0, output: output) }
    }

    @Test func writesOneLineWithSortedMetadata() throws {
        let capture = try StandardErrorPipe()
        let output = JournalLogHandler.Output(level: .info, format: .text, descriptor: capture.writer, environment: [:])
        var log = logger(output)
        log[metadataKey: "worker"] = "w1"
        log.info(
            "article\ndone\u{1B}[31m",
            metadata: ["article": "a b", "bytes": "\(12)", "list": ["x", "y z"], "map": ["k": "v"], "empty": ""])
        let line = capture.text()
        let message =
            #" info quoted.test: article\ndone\u001B[31m article="a b" bytes=12 empty="" list=[x,"y z"] map={k=v} worker=w1"#
            + "\n"
        #expect(line.hasSuffix(message), "\(line)")
        let time = try #require(line.split(separator: " ").first)
        let parsed = try Date(
            String(time), strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
        #expect(abs(parsed.timeIntervalSinceNow) < 60)
        #expect(time.count == "2025-06-04T21:10:00.123Z".count)
    }

    @Test func givesTheJournalPriorities() throws {
        let capture = try StandardErrorPipe()
        let output = JournalLogHandler.Output(
            level: .trace, format: .text, descriptor: capture.writer,
            environment: ["JOURNAL_STREAM": try capture.stream()])
        let log = logger(output)
        for level in Logger.Level.allCases { log.log(level: level, "m") }
        #expect(
            capture.text().split(separator: "\n") == [
                "<7>trace quoted.test: m", "<7>debug quoted.test: m", "<6>info quoted.test: m",
                "<5>notice quoted.test: m",
                "<4>warning quoted.test: m", "<3>error quoted.test: m", "<2>critical quoted.test: m",
            ])
        // Redirected elsewhere, the journal does not read it.
        let elsewhere = JournalLogHandler.Output(
            level: .info, format: .text, descriptor: capture.writer, environment: ["JOURNAL_STREAM": "8:1"])
        logger(elsewhere).info("m")
        #expect(!capture.text().hasPrefix("<"))
    }

    @Test func writesJSON() throws {
        let capture = try StandardErrorPipe()
        let output = JournalLogHandler.Output(level: .info, format: .json, descriptor: capture.writer, environment: [:])
        let message = "quo\"te \\ \u{0}\u{1F}\u{7F}\u{85}\u{2028}\u{202E} é 🙂"
        logger(output).error("\(message)", metadata: ["b": ["k\"": "v\n", "a": ["1", "2"]], "a": "\(3)"])
        let line = capture.text()
        #expect(line.hasSuffix("}\n") && line.dropLast().utf8.allSatisfy { $0 >= 0x20 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == message)
        #expect(object["level"] as? String == "error")
        #expect(object["logger"] as? String == "quoted.test")
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["a"] as? String == "3")
        #expect((metadata["b"] as? [String: Any])?["k\""] as? String == "v\n")
    }

    @Test func levelAndFormatChangeWhileItRuns() throws {
        let capture = try StandardErrorPipe()
        let output = JournalLogHandler.Output(
            level: .warning, format: .text, descriptor: capture.writer, environment: [:])
        let log = logger(output)
        var loud = log
        loud.logLevel = .debug
        log.info("silent")
        loud.debug("own level")
        #expect(capture.text().split(separator: "\n").count == 1)
        output.level = .debug
        output.format = .json
        log.debug("heard")
        #expect(capture.text().hasPrefix("{"))
        output.level = .error
        log.warning("silent again")
        #expect(capture.text().isEmpty)
    }

    @Test func aReaderThatStopsCostsLinesOnly() throws {
        let capture = try StandardErrorPipe()
        capture.resize(4096)
        let output = JournalLogHandler.Output(level: .info, format: .text, descriptor: capture.writer, environment: [:])
        let log = logger(output)
        let begin = ContinuousClock.now
        for _ in 0..<3 { log.info("\(String(repeating: "x", count: 4000))") }
        #expect(output.droppedLines > 0)
        #expect(ContinuousClock.now - begin < .seconds(10))
        _ = capture.text()
        log.info("again")
        #expect(capture.text().hasSuffix("again\n"))
    }

    @Test func threadsDoNotMixLines() async throws {
        let capture = try StandardErrorPipe()
        capture.resize(1 << 20)
        let output = JournalLogHandler.Output(level: .info, format: .text, descriptor: capture.writer, environment: [:])
        let log = logger(output)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask { for _ in 0..<100 { log.info("\(String(repeating: "\(worker)", count: 300))") } }
            }
        }
        let lines = capture.text().split(separator: "\n")
        #expect(lines.count == 800)
        #expect(lines.allSatisfy { Set($0.suffix(300)).count == 1 && $0.contains(" info quoted.test: ") })
    }
}
