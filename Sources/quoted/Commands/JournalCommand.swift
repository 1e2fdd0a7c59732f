import ArgumentParser
import Foundation
import Journal
import NewsFormats
import Pipeline
import ServiceConfiguration

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Look after the logs of a stopped service.",
        subcommands: [CheckLogs.self, RepairLogs.self, ExportLog.self])

    struct CheckLogs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Read every log, report damage, change nothing. Exit 65 when any is not yet set aside by repair or a start.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let service = try StoppedService(options)
            let isClean = try service.each { log, directory in
                let report = try JournalInspection.check(log, directory: directory)
                JournalPage.print(report)
                return report.isClean
            }
            guard isClean else { throw ExitCode.badInput }
        }
    }

    struct RepairLogs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "repair",
            abstract: "Cut off torn ends and put damaged bytes aside, as a start of the service does; say what was done.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let service = try StoppedService(options)
            let isMended = try service.each { log, directory in
                JournalPage.print(try JournalInspection.repair(log, directory: directory))
                return true
            }
            guard isMended else { throw ExitCode.badInput }
        }
    }

    struct ExportLog: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write what can be read to standard output, one JSON object a line.")

        @Argument(
            help: "intake (articles), records, or dead-letters.",
            completion: .list(JournalInspection.Log.allCases.map(\.rawValue)))
        var log: String

        @Option(name: .long, help: "Begin at this sequence number.")
        var from: UInt64 = 0

        @Flag(name: .long, help: "Write every entry as it lies in the log: sequence, time, key, payload in Base64.")
        var raw = false

        @OptionGroup var options: ConfigurationOptions

        func validate() throws {
            guard JournalInspection.Log(rawValue: log) != nil else {
                let names = JournalInspection.Log.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("no log \"\(log)\"; the logs are \(names)")
            }
        }

        func run() throws {
            guard let log = JournalInspection.Log(rawValue: log) else { return }
            let service = try StoppedService(options)
            let report = try StoppedService.reading {
                try JournalInspection.export(log, directory: "\(service.state)/\(log.rawValue)", from: from) { entry in
                    FileHandle.standardOutput.write(Data(line(entry, of: log) + [UInt8(ascii: "\n")]))
                }
            }
            for line in report.recovery.description.split(separator: "\n") { StandardError.write("quoted: \(line)") }
            guard report.isClean else { throw ExitCode.badInput }
        }

        private func line(_ entry: LogEntry, of log: JournalInspection.Log) -> [UInt8] {
            if !raw {
                if log == .records { return entry.payload }
                if log == .intake, let article = try? entry.payload.withUnsafeBytes(ArticleCodec.decode) {
                    return ArticleEncoder.encode(article)
                }
            }
            return Array(entry.jsonLine.utf8)
        }
    }
}

/// The state directory of a service that does not run, held while it is looked at.
struct StoppedService {
    let state: String
    private let locks: [StateDirectoryLock]

    /// - Throws: exit 75 when the service runs.
    init(_ options: ConfigurationOptions) throws {
        let state = try options.load().state
        guard FileManager.default.fileExists(atPath: state) else {
            StandardError.write("quoted: there is no state directory \(state); name it with --state")
            throw ExitCode.badInput
        }
        self.state = state
        do {
            locks = [
                try StateDirectoryLock(directory: "\(state)/intake"), try StateDirectoryLock(directory: "\(state)/records"),
            ]
        } catch {
            StandardError.write("quoted: \(error)")
            throw error.code == .locked ? ExitCode.tryAgain : ExitCode.badInput
        }
    }

    /// Does something with every log that is there; one that cannot be read does not keep it from the others.
    /// - Returns: whether all went well.
    func each(_ body: (JournalInspection.Log, _ directory: String) throws -> Bool) throws -> Bool {
        var isWell = true
        for (log, directory) in JournalInspection.present(state) {
            do {
                if try !body(log, directory) { isWell = false }
            } catch let error as JournalError {
                StandardError.write("quoted: \(error)")
                isWell = false
            }
        }
        return isWell
    }

    /// - Throws: exit 65 with the log's own error.
    static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as JournalError {
            StandardError.write("quoted: \(error)")
            throw ExitCode.badInput
        }
    }
}

/// Reports of logs, for people.
enum JournalPage {
    static func print(_ report: JournalInspection.LogReport) {
        let recovery = report.recovery
        let bytes = recovery.segments.reduce(0) { $0 + $1.bytes }
        let open = report.log == .records ? "" : ", \(report.open) not finished"
        Swift.print(
            "\(report.log.rawValue): \(recovery.entries) entries\(open), \(recovery.segments.count) segments, \(bytes) bytes"
                + (report.isClean ? "" : ", DAMAGED"))
        for line in recovery.description.split(separator: "\n") { Swift.print("  \(line)") }
        if report.unreadableMarks > 0 {
            Swift.print("  \(report.unreadableMarks) marks of finished articles are unreadable: those articles run again")
        }
    }
}
