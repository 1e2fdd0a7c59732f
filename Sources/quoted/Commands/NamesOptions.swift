import ArgumentParser
import Foundation
import Journal
import LanguageAnalysis
import LearntNames
import NewsModel

/// Names learnt from earlier articles, for commands that need no service.
struct NamesOptions: ParsableArguments {
    @Option(name: .long, help: "Give names learnt before: the folder of them, such as STATE/names.", completion: .directory)
    var names: String?

    @Option(name: .long, help: "This version of them, as a record states it. Default: the newest.")
    var namesVersion: UInt64?

    @Flag(name: .long, help: "Learn as the articles go by, each from those before it; --names says where to.")
    var learn = false

    func validate() throws {
        guard names != nil || namesVersion == nil && !learn else {
            throw ValidationError("--learn and --names-version need --names FOLDER")
        }
        guard !(learn && namesVersion != nil) else {
            throw ValidationError("--learn goes on from the newest version; leave out --names-version")
        }
    }

    /// Opens what the options name, nil when they name nothing.
    /// - Throws: exit 65 or 75, having said why.
    func open() throws -> NamesInUse? {
        guard let names else { return nil }
        do {
            if !learn { return .reading(try NameLog.table(directory: names, version: namesVersion)) }
            let lock = try StateDirectoryLock(directory: names)
            let log = try NameLog(directory: names)
            if log.table.version == 0 { try log.append(NameSources().operations(for: log.table), time: NamesInUse.now) }
            return .learning(log, lock)
        } catch {
            StandardError.write("quoted: \(error)")
            throw (error as? JournalError)?.code == .locked ? ExitCode.tryAgain : ExitCode.badInput
        }
    }
}

/// Learnt names while articles are analysed one after the other.
enum NamesInUse {
    case reading(NameTable)
    case learning(NameLog, StateDirectoryLock)

    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    var table: NameTable {
        switch self {
        case .reading(let table): table
        case .learning(let log, _): log.table
        }
    }

    /// Learns from a record that is written. Nothing but the articles counts, so that the same articles teach the same.
    func learn(from record: AnalysisRecord) throws {
        guard case .learning(let log, _) = self, let operation = NameObserver.operation(for: record, time: nil) else { return }
        try log.append([operation], time: Self.now)
    }
}
