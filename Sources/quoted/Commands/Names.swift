import ArgumentParser
import Foundation
import Journal
import LearntNames
import NewsFormats
import ServiceConfiguration

struct Names: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Names learnt from earlier articles: see, correct, merge, forget them; switch them off.",
        discussion: "Asks the running service, or works on the folder of a stopped one. Every change has a number and lasts.",
        subcommands: [
            List.self, Show.self, Correct.self, Merge.self, Forget.self, On.self, Off.self, Export.self, Import.self,
            Verify.self,
        ], defaultSubcommand: List.self)

    /// Where the names are.
    struct Place: ParsableArguments {
        @Option(
            name: .long, help: "Work on this folder of names, as 'quoted analyze --learn' makes it, instead of the service's.",
            completion: .directory)
        var names: String?

        @OptionGroup var control: ControlOptions

        /// - Throws: exit 65 when the request cannot be done, 69 when nobody answers, 75 when the folder is in use.
        func ask(_ request: NameRequest) async throws -> NameAnswer {
            let folder = try names ?? control.configuration.load().state + "/names"
            guard FileManager.default.fileExists(atPath: folder) else {
                guard names != nil else { return try await askService(request) }
                StandardError.write("quoted: there is no folder \(folder)")
                throw ExitCode.badInput
            }
            let lock: StateDirectoryLock
            do {
                lock = try StateDirectoryLock(directory: folder)
            } catch {
                // The service holds it, or it is another user's.
                if names == nil { return try await askService(request) }
                StandardError.write("quoted: \(error)")
                throw error.code == .locked ? ExitCode.tryAgain : ExitCode.badInput
            }
            defer { withExtendedLifetime(lock) {} }
            do {
                return try Self.answer(request, NameLog(directory: folder))
            } catch {
                StandardError.write("quoted: \(error)")
                throw ExitCode.badInput
            }
        }

        private func askService(_ request: NameRequest) async throws -> NameAnswer {
            try await control.ask(request.json, NameAnswer.self)
        }

        private static func answer(_ request: NameRequest, _ log: NameLog) throws -> NameAnswer {
            let time = Int64(Date().timeIntervalSince1970 * 1_000)
            try log.append(NameDesk.operations(for: request, in: log.table), time: time)
            var answer = NameDesk.answer(request, from: log.table, oldest: log.oldestVersion)
            if request.command == "names.check" { answer.faults = try NameLog.check(directory: log.directory) }
            return answer
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The names that are known best, or those with some words.")

        @Argument(help: "Words of the name.")
        var words: [String] = []

        @Option(name: .long, help: "Most names, up to 1000.")
        var limit = 50

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.list")
            if !words.isEmpty { request.name = words.joined(separator: " ") }
            request.limit = limit
            let answer = try await place.ask(request)
            for name in answer.names { print(NamePage.line(name)) }
            StandardError.write(
                "quoted: \(answer.count) names, version \(answer.version)\(answer.on ? "" : ", switched off")")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Everything that is known of one name, as JSON.")

        @Argument(help: "The full name.")
        var name: String

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.show")
            request.name = name
            for name in try await place.ask(request).names { print(String(decoding: name.json, as: UTF8.self)) }
        }
    }

    struct Correct: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say how a name is written; it is given so from now on.")

        @Argument(help: "The full name as it was learnt.")
        var name: String

        @Argument(help: "The right one.")
        var to: String

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.correct")
            (request.name, request.to) = (name, to)
            NamePage.report(try await place.ask(request))
        }
    }

    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make two names one; the second stays.")

        @Argument(help: "The full name that goes.")
        var name: String

        @Argument(help: "The full name that stays.")
        var into: String

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.merge")
            (request.name, request.to) = (name, into)
            NamePage.report(try await place.ask(request))
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Drop a name.")

        @Argument(help: "The full name.")
        var name: String

        @Flag(name: .long, help: "It is not learnt again either.")
        var forGood = false

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.forget")
            (request.name, request.forGood) = (name, forGood)
            NamePage.report(try await place.ask(request))
        }
    }

    struct On: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give names again.")
        @OptionGroup var place: Place
        func run() async throws { try await NamePage.turn(on: true, place) }
    }

    struct Off: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give no names until they are switched on again; learning goes on.")
        @OptionGroup var place: Place
        func run() async throws { try await NamePage.turn(on: false, place) }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write all names to standard output, one JSON object a line.")

        @OptionGroup var place: Place

        func run() async throws {
            var request = NameRequest("names.export")
            request.limit = 1_000
            repeat {
                let answer = try await place.ask(request)
                for name in answer.names { try StandardOutput.write(line: name.json) }
                request.after = answer.next
            } while request.after != nil
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the lines of an export; a name that is known already is replaced.")

        @Argument(help: "The file, or - for standard input.", completion: .file())
        var file: String

        @OptionGroup var place: Place

        func run() async throws {
            let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
            guard let handle, let data = try handle.readToEnd() ?? Optional(Data()) else {
                StandardError.write("quoted: \(file) cannot be read")
                throw ExitCode.badInput
            }
            var request = NameRequest("names.import")
            var (lines, bytes, count): ([NameLine], Int, Int) = ([], 0, 0)
            func flush() async throws {
                request.lines = lines
                if !lines.isEmpty { _ = try await place.ask(request) }
                count += lines.count
                (lines, bytes) = ([], 0)
            }
            for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
                guard let name = try? JSONDecoder().decode(NameLine.self, from: line) else {
                    StandardError.write("quoted: \(file):\(number + 1): not a line of an export; \(count) names were read before it")
                    throw ExitCode.badInput
                }
                // A request to the service has at most 64 KiB.
                if bytes + line.count > 48_000 { try await flush() }
                lines.append(name)
                bytes += line.count
            }
            try await flush()
            print("imported \(count)")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Look whether log and snapshots agree; exit 65 where they do not.")

        @OptionGroup var place: Place

        func run() async throws {
            let answer = try await place.ask(NameRequest("names.check"))
            print(
                "\(answer.count) names, version \(answer.version), from version \(answer.oldestVersion ?? 0) on any can be made; "
                    + "learnt up to record \(answer.lastRecord ?? 0)" + (answer.on ? "" : "; switched off"))
            for fault in answer.faults ?? [] { StandardError.write("quoted: \(fault)") }
            guard answer.faults?.isEmpty ?? true else { throw ExitCode.badInput }
        }
    }
}

/// Names, for people.
private enum NamePage {
    static func line(_ name: NameLine) -> String {
        let role = name.roles.max { $0.articles < $1.articles }?.text
        let dates = [name.first, name.last].compactMap { $0 }
        let seen = dates.isEmpty ? "" : "  \(dates[0]) to \(dates[dates.count - 1])"
        return TerminalText.safe("\(name.articles)  \(name.name)\(role.map { ", \($0)" } ?? "")\(seen)")
    }

    static func report(_ answer: NameAnswer) { print("version \(answer.version)") }

    static func turn(on: Bool, _ place: Names.Place) async throws {
        var request = NameRequest("names.turn")
        request.on = on
        report(try await place.ask(request))
    }
}
