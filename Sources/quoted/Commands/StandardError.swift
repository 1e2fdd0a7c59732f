import Foundation
import QuotedService

typealias ServiceExit = ServiceError.Exit

/// Diagnostics: one line each on standard error.
enum StandardError {
    static func write(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
