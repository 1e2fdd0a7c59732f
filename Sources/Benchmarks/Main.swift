import Foundation

/// Measures the service around the analysis: `make bench`. Every figure is of this machine and this minute; compare
/// only what one run printed.
@main
struct Benchmarks {
    static func main() async {
        do {
            let chosen = Set(CommandLine.arguments.dropFirst())
            let all: [(name: String, run: () async throws -> Void)] = [
                ("disk", disk), ("throughput", { try await throughput(archive: true) }),
                ("throughput", { try await throughput(archive: false) }), ("latency", latency), ("idle", idle), ("backlog", backlog),
                ("rules", { try await analysing("rules", 4_000) }),
                ("trained", { try await analysing("trained", 300) }),
                ("page", page), ("archive", archive),
            ]
            for benchmark in all where chosen.isEmpty || chosen.contains(benchmark.name) { try await benchmark.run() }
        } catch {
            FileHandle.standardError.write(Data("quoted-bench: \(error)\n".utf8))
            exit(70)
        }
    }

    private static func directory() -> String {
        FileManager.default.currentDirectoryPath.utf8.count < 60
            ? ".build/bench-\(getpid())" : "/var/tmp/quoted-bench-\(getpid())"
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Articles of about four thousand bytes with a few quotations each.
    private static func articles(_ count: Int, run: String) -> [[UInt8]] {
        let sentences = [
            "The council met on Tuesday to discuss the new bridge over the river.",
            "\\\"We have waited for this for thirty years,\\\" said Maria Silva, the mayor of Porto Verde.",
            "Engineers said that the work would begin in May and end two years later.",
            "According to the ministry, the bridge will cost 40 million euros.",
            "She added that nobody would have to leave their house.",
        ]
        let body = Array(repeating: sentences.joined(separator: " "), count: 10).joined(separator: "\\n\\n")
        return (0..<count).map { Array(#"{"id": "\#(run)-\#($0)", "title": "Bridge", "text": "\#(body)"}"#.utf8) }
    }

    private static func withService(
        _ arguments: [String] = ["serve"], analyzer: String = "none", settings: [String: String] = [:],
        _ body: (ServiceUnderTest, BenchClient) async throws -> Void
    ) async throws {
        let state = absolute(directory())
        let service = try ServiceUnderTest(
            arguments, state: state, settings: ["QUOTED_ANALYSIS_ANALYZER": analyzer].merging(settings) { $1 })
        defer { service.stop() }
        let client = try await BenchClient.make(ingest: service.ingest, stream: service.stream)
        do {
            try await body(service, client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private static func awaitReady(_ client: BenchClient) async throws {
        guard try await client.ready(within: .seconds(30)) else { throw BenchFault(description: "the service did not start") }
    }

    private static func quantile(_ values: [Duration], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return seconds(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) * 1e3
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func line(_ name: String, _ value: String) {
        print(name.padding(toLength: 58, withPad: " ", startingAt: 0) + value)
    }

    private static func decimal(_ value: Double, _ places: Int = 2) -> String { String(format: "%.\(places)f", value) }

    // MARK: What is measured

    /// What the disk itself takes to sync 4 kB: two of these are in every article's way.
    private static func syncTimes(_ count: Int) throws -> [Duration] {
        let path = absolute(directory()) + ".sync"
        let descriptor = open(path, O_CREAT | O_RDWR | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw BenchFault(description: "cannot write \(path)") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let block = [UInt8](repeating: 0x61, count: 4_096)
        return (0..<count).map { _ in
            let start = ContinuousClock.now
            _ = write(descriptor, block, block.count)
            fdatasync(descriptor)
            return ContinuousClock.now - start
        }
    }

    private static func disk() async throws {
        let times = try syncTimes(300)
        line("disk: append 4 kB and fdatasync, p50 / p99 ms", "\(decimal(quantile(times, 0.5))) / \(decimal(quantile(times, 0.99)))")
    }

    private static func throughput(archive: Bool) async throws {
        try await withService(settings: ["QUOTED_ARCHIVE_ENABLED": "\(archive)"]) { service, client in
            try await awaitReady(client)
            var rates: [Double] = []
            for round in 0..<5 {
                let batch = articles(round == 0 ? 2_000 : 10_000, run: "t\(round)")
                let start = ContinuousClock.now
                async let records: Void = client.records(batch.count)
                _ = try await client.push(batch, window: 256)
                try await records
                if round > 0 { rates.append(Double(batch.count) / seconds(ContinuousClock.now - start)) }
            }
            let sorted = rates.sorted()
            line("throughput, no analysis\(archive ? ", 4 kB, window 256" : ", no archive, 4 kB"): articles/s", "\(decimal(sorted[sorted.count / 2], 0)) (median of 4; \(sorted.map { decimal($0, 0) }.joined(separator: " ")))")
            line("  peak resident memory, MiB", "\(service.mebibytes("VmHWM"))")
        }
    }

    private static func latency() async throws {
        try await withService { _, client in
            try await awaitReady(client)
            var receipts: [Duration] = []
            var records: [Duration] = []
            var syncs: [Duration] = []
            for (number, article) in articles(420, run: "l").enumerated() {
                let times = try await client.roundTrip(article)
                let sync = try syncTimes(2).reduce(.zero, +)
                guard number >= 20 else { continue }
                receipts.append(times.receipt)
                records.append(times.record)
                syncs.append(sync)
                try await client.pause(.milliseconds(5))
            }
            line("low load: push to receipt, p50 / p99 ms", "\(decimal(quantile(receipts, 0.5))) / \(decimal(quantile(receipts, 0.99)))")
            line("low load: push to record, p50 / p99 ms", "\(decimal(quantile(records, 0.5))) / \(decimal(quantile(records, 0.99)))")
            line("  two syncs of this disk beside it, p50 / p99 ms", "\(decimal(quantile(syncs, 0.5))) / \(decimal(quantile(syncs, 0.99)))")
            line("  added by the service, p50 ms", decimal(quantile(records, 0.5) - quantile(syncs, 0.5)))
        }
    }

    private static func idle() async throws {
        try await withService(analyzer: "trained") { service, client in
            try await awaitReady(client)
            try await client.pause(.seconds(3))
            let before = service.cpuSeconds
            try await client.pause(.seconds(20))
            line("idle: processor time, % of one core", decimal((service.cpuSeconds - before) / 20 * 100))
            line("  resident memory, MiB", "\(service.mebibytes("VmRSS"))")
        }
    }

    private static func backlog() async throws {
        try await withService(["stage", "ingest"]) { service, client in
            let start = ContinuousClock.now
            _ = try await client.push(articles(100_000, run: "b"), window: 256)
            line("100,000 articles waiting: resident memory, MiB", "\(service.mebibytes("VmRSS")) (peak \(service.mebibytes("VmHWM")))")
            line("  accepted, articles/s", decimal(100_000 / seconds(ContinuousClock.now - start), 0))
        }
    }

    private static func page() async throws {
        let bench = PageBench(directory: absolute(directory())) { articles($0, run: $1) }
        for (name, figure) in try await bench.run() { line(name, figure) }
    }

    private static func archive() async throws {
        for (name, figure) in try await ArchiveBench().run(in: absolute(directory()) + "-archive") { line(name, figure) }
    }

    private static func analysing(_ analyzer: String, _ count: Int) async throws {
        try await withService(analyzer: analyzer) { service, client in
            try await awaitReady(client)
            let batch = articles(count, run: String(analyzer.prefix(1)))
            let start = ContinuousClock.now
            async let records: Void = client.records(batch.count)
            _ = try await client.push(batch, window: 256)
            try await records
            let rate = Double(batch.count) / seconds(ContinuousClock.now - start)
            line("throughput, analyzer \"\(analyzer)\": articles/s", decimal(rate, 0))
            line("  peak resident memory, MiB", "\(service.mebibytes("VmHWM"))")
        }
    }
}
