import Archive
import ArgumentParser
import Foundation
import Journal
import SQLite
import ServiceConfiguration

struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Look after the archive, which is made from the record log.",
        subcommands: [Rebuild.self, CheckArchive.self])

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the archive anew from the record log; the old one serves until the new one is whole.",
            discussion: "The service may run meanwhile: it changes over by itself.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try options.load()
            try Permission.check(configuration.state + "/records")
            try Permission.check(configuration.archiveDirectory, mode: W_OK)
            guard FileManager.default.fileExists(atPath: configuration.state + "/records") else {
                StandardError.write(
                    "quoted: no record log in \(configuration.state); name the service's state directory with --state")
                throw ExitCode.unavailable
            }
            let begin = ContinuousClock.now
            let line = ProgressLine(isEnabled: Terminal.isAt(2))
            let report = try await ArchiveCommand.explaining {
                try await ArchiveRebuild.run(
                    records: configuration.state + "/records",
                    archive: ArchiveFiles(directory: configuration.archiveDirectory)
                ) { report in line.update(done: report.articles, share: report.share) }
            }
            line.clear()
            let elapsed = begin.duration(to: .now)
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            print(
                "archived up to record \(report.sequence): \(report.articles) articles, \(report.quotations) quotations in "
                    + String(format: "%.1f s", seconds))
            guard report.unreadable == 0 else {
                StandardError.write("quoted: \(report.unreadable) records could not be read")
                throw ExitCode.badInput
            }
        }
    }

    struct CheckArchive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read the whole archive, report damage and counts. Exit 65 when it is damaged.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let files = ArchiveFiles(directory: try options.load().archiveDirectory)
            try Permission.check(files.directory, mode: R_OK | X_OK)
            try await ArchiveCommand.explaining {
                guard let number = files.current() else { throw ArchiveError.missing(directory: files.directory) }
                let reader = try ArchiveReader(files.path(number), limit: .seconds(3_600))
                let counts = try reader.counts()
                print(
                    "archived up to record \(counts.sequence): \(counts.articles) articles, \(counts.quotations) quotations, "
                        + "\(counts.speakers) speakers")
                let faults = try reader.faults()
                for fault in faults { StandardError.write("quoted: \(fault)") }
                guard faults.isEmpty else {
                    StandardError.write("quoted: the archive is damaged; make it again with: quoted archive rebuild")
                    throw ExitCode.badInput
                }
            }
        }
    }

    /// - Throws: the exit status, with the error on standard error.
    static func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as JournalError {
            StandardError.write("quoted: \(error)")
            throw error.code == .locked ? ExitCode.tryAgain : ExitCode.badInput
        } catch let error as SQLiteError {
            StandardError.write("quoted: \(error)")
            throw error.kind == .damaged ? ExitCode.badInput : ExitCode.unavailable
        } catch let error as ArchiveError {
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        }
    }
}
