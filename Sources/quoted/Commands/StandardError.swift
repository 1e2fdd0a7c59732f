import ArgumentParser
import Foundation
import QuotedService

/// Diagnostics: one line each on standard error.
enum StandardError {
    static func write(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// Exit statuses as sysexits has them.
extension ExitCode {
    static let badInput = ExitCode(ServiceError.Exit.badInput.rawValue)
    static let unavailable = ExitCode(ServiceError.Exit.unavailable.rawValue)
    static let internalFault = ExitCode(ServiceError.Exit.internalFault.rawValue)
    static let tryAgain = ExitCode(ServiceError.Exit.tryAgain.rawValue)
    static let configuration = ExitCode(ServiceError.Exit.configuration.rawValue)
}
