import Foundation

/// Calls `body` with the path of a file that holds `text`, in a directory of its own, and removes both.
func withTemporaryFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("quoted-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appendingPathComponent("quoted.toml")
    try Data(text.utf8).write(to: file)
    return try body(file.path)
}
