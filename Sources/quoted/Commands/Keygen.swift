import ArgumentParser
import Authentication
import Foundation
import QuotedService
import ZeroMQ

struct Keygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make CURVE key pairs.",
        discussion: """
            For each NAME it writes NAME.key_secret (mode 0600), which only its owner may have, and NAME.key, which others need, \
            and says what goes where. Nothing is overwritten.

            Exit status: 0 when all were made, 65 when a file is there already or cannot be written.
            """)

    @Argument(help: "The directory to put them in; it is made, with mode 0700, if it is not there.")
    var directory: String

    @Argument(help: "Whose keys: the service's is called service, all others are clients or workers.")
    var names: [String] = ["service", "client"]

    func validate() throws {
        for name in names {
            guard AllowList.isName(name), !name.hasPrefix(".") else {
                throw ValidationError("a name takes at most 64 letters, digits, . _ and -, found \"\(name)\"")
            }
        }
        guard Set(names).count == names.count else { throw ValidationError("each name can be given once") }
    }

    func run() throws {
        do {
            try makeDirectory()
            for name in names { try refuseExisting(name) }
            for name in names {
                let pair = try CurveKeyPair.generate()
                try KeyFile.write(pair, named: name, in: directory)
                print(advice(name, pair))
            }
        } catch {
            StandardError.write("quoted: \(error)")
            throw ExitCode.badInput
        }
    }

    private func makeDirectory() throws {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw KeyFault(path: directory, message: "cannot be made: \(String(cString: strerror(errno)))")
        }
    }

    /// Before anything is written, so that all are made or none.
    private func refuseExisting(_ name: String) throws {
        let paths = KeyFile.paths(name, in: directory)
        var status = stat()
        for path in [paths.public, paths.secret] where lstat(path, &status) == 0 {
            throw KeyFault(path: path, message: "is there already; keys are never overwritten")
        }
    }

    private func advice(_ name: String, _ pair: CurveKeyPair) -> String {
        let (publicPath, secretPath) = KeyFile.paths(name, in: directory)
        let key = CurveKey.text(pair.publicKey) ?? ""
        guard name != "service" else {
            return """
                service
                  on its host, [security] secret-key = "\(secretPath)", mode 0600
                  to its clients and workers, [security] service-key = "\(publicPath)"
                  for programs: \(key)
                """
        }
        return """
            \(name)
              where it runs, [security] client-key = "\(secretPath)", mode 0600
              in the service's list of clients ([security] clients), with what it may use:
                \(name) \(key) ingest stream replay
            """
    }
}
