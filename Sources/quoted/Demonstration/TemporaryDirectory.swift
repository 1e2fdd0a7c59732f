import Foundation

/// A directory of this user's alone that is removed with all that is in it.
struct TemporaryDirectory: Sendable {
    let path: String

    /// A path of a Unix socket has at most 107 bytes; the service needs some 20 of them for its own names.
    private static let longest = 64

    /// In $TMPDIR, or in /tmp where that is not set or too long.
    /// - Returns: nil when it cannot be made; errno tells why.
    init?(prefix: String) {
        let wanted = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        let parent = wanted.isEmpty || wanted.utf8.count > Self.longest ? "/tmp" : wanted
        var template = Array("\(parent)/\(prefix)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
