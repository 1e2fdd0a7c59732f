import Foundation

/// What each stage and worker is doing, for a terminal.
struct StatusPage {
    let answer: StatusAnswer
    var rates: StatusRates?
    var isColoured = false

    private typealias Column = (title: String, width: Int)
    private static let red = "\u{1B}[31m"
    private static let bold = "\u{1B}[1m"
    private static let plain = "\u{1B}[0m"

    /// - Parameters:
    ///   - width: columns; what is longer is cut.
    ///   - height: lines; workers beyond are counted only.
    func lines(width: Int = .max, height: Int = .max) -> [String] {
        let troubles = troubleLines
        let head = processLines + [""] + countLines + [""] + stageLines
        let tail = (troubles.isEmpty ? [] : [""]) + troubles
        var lines = head
        let room = height - head.count - tail.count - 2
        let workers = workerLines
        if workers.count > 1, room > 1 {
            lines += [""] + workers.prefix(room)
            if workers.count > room { lines.append("… and \(workers.count - room) workers more") }
        }
        return (lines + tail).prefix(height).map { cut($0, to: width) }
    }

    // MARK: Parts

    private var processLines: [String] {
        guard let process = answer.process else { return [] }
        var parts = ["\(process.name), process \(process.id), up \(Quantities.span(milliseconds: process.time - process.started))"]
        parts.append("\(process.analyzer) analyzer")
        if let memory = process.residentBytes {
            parts.append("memory \(Quantities.bytes(memory))" + of(process.memoryLimitBytes.map(Quantities.bytes)))
        }
        if let files = process.openFiles { parts.append("files \(files)" + of(process.openFilesLimit.map(String.init))) }
        if let free = process.diskFreeBytes {
            parts.append("disk \(Quantities.bytes(free)) free" + of(process.diskSizeBytes.map(Quantities.bytes)))
        }
        return [TerminalText.safe(parts.joined(separator: "; "))]
    }

    private func of(_ limit: String?) -> String { limit.map { " of \($0)" } ?? "" }

    private var countLines: [String] {
        var lines: [String] = []
        if let received = answer.received, let published = answer.published, let dead = answer.dead,
            let inFlight = answer.inFlight
        {
            var line = "received \(received)   published \(published)   dead \(dead)   in flight \(inFlight)"
            line += "   of these on disk \(answer.backlog ?? 0)"
            if let oldest = answer.oldestMilliseconds, inFlight > 0 {
                line += "   oldest \(Quantities.span(milliseconds: oldest))"
            }
            if let rate = rates?.published { line += "   \(Self.rate(rate)) articles/s" }
            lines.append(line)
        }
        if let receipts = answer.ingest {
            lines.append(
                "accepted \(receipts.accepted)   duplicate \(receipts.duplicate)   busy \(receipts.busy)   rejected \(receipts.rejected)")
        }
        var logs: [String] = []
        if let sink = answer.sink { logs.append("last record \(sink.lastSequence)") }
        if let archive = answer.archive { logs.append("archived up to \(archive.sequence ?? 0), \(archive.lag ?? 0) to go") }
        if let names = answer.names { logs.append("names version \(names.version ?? 0), \(names.lag ?? 0) to go") }
        if let letters = answer.intake?.deadLetters { logs.append("dead letters \(letters)") }
        if !logs.isEmpty { lines.append(logs.joined(separator: "   ")) }
        return lines
    }

    private static let stageColumns: [Column] = [
        ("workers", 8), ("lost", 5), ("waiting", 8), ("held", 6), ("rate/s", 8), ("done", 9), ("p50 ms", 9), ("p99 ms", 9),
        ("retried", 8), ("dead", 6), ("oldest", 9),
    ]

    private var stageLines: [String] {
        guard let stages = answer.stages else { return ["the dispatcher does not answer: nothing is known of the stages"] }
        return [heading("stage", 13, Self.stageColumns)]
            + stages.map { stage in
                coloured(row(stage.name, 13, cells(of: stage), Self.stageColumns), if: stage.workers == 0)
            }
    }

    private func cells(of stage: StatusAnswer.Stage) -> [String] {
        let rate = rates?.stage(stage.name).map(Self.rate)
        let oldest = stage.waiting + stage.running > 0 ? stage.oldestMilliseconds : nil
        return [
            String(stage.workers), text(stage.lost), String(stage.waiting), String(stage.running), rate ?? "-",
            String(stage.done), Self.milliseconds(stage.p50Microseconds), Self.milliseconds(stage.p99Microseconds),
            String(stage.retried), String(stage.dead), span(oldest),
        ]
    }

    private static let workerColumns: [Column] = [
        ("holds", 9), ("rate/s", 8), ("done", 9), ("failed", 7), ("p50 ms", 9), ("p99 ms", 9), ("memory", 9), ("heard", 9),
        ("longest", 9),
    ]

    private var workerLines: [String] {
        guard let workers = answer.workers, !workers.isEmpty else { return [] }
        let width = min(40, max(13, workers.map { $0.name.count + 1 }.max() ?? 0))
        return [heading("worker", width, Self.workerColumns)]
            + workers.map { row(TerminalText.safe($0.name), width, cells(of: $0), Self.workerColumns) }
    }

    private func cells(of worker: StatusAnswer.Worker) -> [String] {
        let rate = rates?.worker(worker.name).map(Self.rate)
        let p50 = worker.p50Microseconds.map(Self.milliseconds)
        let p99 = worker.p99Microseconds.map(Self.milliseconds)
        let memory = worker.residentBytes.map(Quantities.bytes)
        return [
            "\(worker.holding)/\(worker.credit)", rate ?? "-", text(worker.done), text(worker.failed), p50 ?? "-", p99 ?? "-",
            memory ?? "-", span(worker.silentMilliseconds), span(worker.heldMilliseconds),
        ]
    }

    private var troubleLines: [String] {
        (answer.troubles ?? []).flatMap { trouble in
            [
                coloured("trouble: \(TerminalText.safe(trouble.what))", if: true),
                "         \(TerminalText.safe(trouble.remedy))",
            ]
        }
    }

    // MARK: Cells

    private func text(_ number: Int?) -> String { number.map { String($0) } ?? "-" }

    private func span(_ milliseconds: Int?) -> String { milliseconds.map { Quantities.span(milliseconds: $0) } ?? "-" }

    private static func milliseconds(_ microseconds: Int) -> String { String(format: "%.1f", Double(microseconds) / 1_000) }

    private static func rate(_ rate: Double) -> String { String(format: rate < 100 ? "%.1f" : "%.0f", rate) }

    private func heading(_ name: String, _ width: Int, _ columns: [Column]) -> String {
        let line = row(name, width, columns.map(\.title), columns)
        return isColoured ? Self.bold + line + Self.plain : line
    }

    private func row(_ name: String, _ width: Int, _ cells: [String], _ columns: [Column]) -> String {
        let first = String(name.prefix(width - 1)).padding(toLength: width, withPad: " ", startingAt: 0)
        return first
            + zip(cells, columns).map { cell, column in
                String(repeating: " ", count: max(1, column.width - cell.count)) + cell
            }.joined()
    }

    private func coloured(_ line: String, if isAlarming: Bool) -> String {
        isColoured && isAlarming ? Self.red + line + Self.plain : line
    }

    /// Colours take no column.
    private func cut(_ line: String, to width: Int) -> String {
        guard width < .max else { return line }
        let isPainted = line.hasPrefix("\u{1B}")
        let text = isPainted ? String(line.dropFirst(line.hasPrefix(Self.bold) ? 4 : 5).dropLast(4)) : line
        guard text.count > width else { return line }
        let short = text.prefix(max(0, width - 1)) + "…"
        return isPainted ? (line.hasPrefix(Self.bold) ? Self.bold : Self.red) + short + Self.plain : String(short)
    }
}
