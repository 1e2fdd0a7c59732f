import Foundation
import Observability
import Pipeline
import Testing

@Suite struct PrometheusTextTests {
    private var families: [MetricFamily] {
        var latency = LatencyHistogram()
        for milliseconds in [1, 3, 40, 40_000] { latency.record(.milliseconds(milliseconds)) }
        return [
            .counter(
                "quoted_stage_received_total", "Articles that a stage was given.\nBackslash \\ and \"marks\".",
                [.init(3, labels: ["stage": "sentences"]), .init(0, labels: ["stage": "odd \"one\" \\ \n é"])]),
            .gauge(
                "quoted_queue_bytes", "Bytes that wait.", [.init(1.5), .init(Double.infinity, labels: ["kind": "all"])]),
            .gauge("quoted_nothing", "Left out.", []),
            .histogram(
                "quoted_stage_latency_seconds", "Time in a stage.",
                [.init(latency, labels: ["stage": "sink"]), .init(LatencyHistogram())]),
        ] + ProcessMetrics.families()
    }

    @Test func writesTheFormat() {
        let lines = PrometheusText.render(families).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        #expect(
            lines[0]
                == #"# HELP quoted_stage_received_total Articles that a stage was given.\nBackslash \\ and "marks"."#)
        #expect(lines[1] == "# TYPE quoted_stage_received_total counter")
        #expect(lines[2] == #"quoted_stage_received_total{stage="sentences"} 3"#)
        #expect(lines[3] == #"quoted_stage_received_total{stage="odd \"one\" \\ \n é"} 0"#)
        #expect(lines.contains("quoted_queue_bytes 1.5"))
        #expect(lines.contains(#"quoted_queue_bytes{kind="all"} +Inf"#))
        #expect(!lines.contains { $0.contains("quoted_nothing") })
        #expect(lines.contains(#"quoted_stage_latency_seconds_bucket{stage="sink",le="0.0001"} 0"#))
        #expect(lines.contains(#"quoted_stage_latency_seconds_bucket{stage="sink",le="0.005"} 2"#))
        #expect(lines.contains(#"quoted_stage_latency_seconds_bucket{stage="sink",le="30"} 3"#))
        #expect(lines.contains(#"quoted_stage_latency_seconds_bucket{stage="sink",le="+Inf"} 4"#))
        #expect(lines.contains(#"quoted_stage_latency_seconds_count{stage="sink"} 4"#))
        #expect(lines.contains(#"quoted_stage_latency_seconds_sum{stage="sink"} 40.044"#))
        #expect(lines.last == "")
    }

    @Test func tellsOfTheProcess() throws {
        let names = ProcessMetrics.families().map(\.name)
        #expect(
            names == [
                "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds",
                "quoted_memory_limit_bytes", "process_start_time_seconds",
            ])
        let bytes = try #require(ProcessMetrics.residentBytes())
        #expect(bytes > 1 << 20 && bytes < 1 << 40)
        let limit = try #require(ProcessLimits.memoryBytes)
        #expect(limit > bytes)
        #expect(try #require(ProcessLimits.openFiles) > #require(ProcessMetrics.openFiles()))
        let age = Int(Date().timeIntervalSince1970) - ProcessMetrics.startTime
        #expect(age >= -1 && age < 3_600)
    }

    @Test func promtoolFindsNothing() throws {
        guard
            let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first(
                where: FileManager.default.isExecutableFile)
        else {
            print("SKIPPED: promtool is not installed; the metrics' text is not checked by it")
            return
        }
        func check(_ text: String) throws -> (status: Int32, said: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: promtool)
            process.arguments = ["check", "metrics"]
            let input = Pipe()
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try input.fileHandleForWriting.close()
            let said = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: said, as: UTF8.self))
        }
        let good = try check(PrometheusText.render(families))
        #expect(good.status == 0 && good.said.isEmpty, "\(good.said)")
        // That the check can fail at all:
        let bad = try check(PrometheusText.render([.counter("quoted_bad", "No suffix.", [.init(1)])]))
        #expect(bad.status != 0)
    }
}
