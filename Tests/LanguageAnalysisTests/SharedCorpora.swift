import Foundation

/// The annotated corpora, where this machine has them: in `QUOTED_SHARED`, else in `../shared` beside the package.
enum SharedCorpora {
    static let folder: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let environment = ProcessInfo.processInfo.environment["QUOTED_SHARED"].map { URL(filePath: $0) }
        return [environment, package.deletingLastPathComponent().appending(path: "shared")].compactMap(\.self)
            .first { FileManager.default.fileExists(atPath: $0.appending(path: "corpora").path) }
    }()

    /// The file's bytes, or nil with a line that says what is skipped.
    static func read(_ path: String, for test: String) -> [UInt8]? {
        guard let folder, let data = try? Data(contentsOf: folder.appending(path: path)) else {
            print("SKIPPED \(test): no \(path); set QUOTED_SHARED to the folder that holds corpora/")
            return nil
        }
        return Array(data)
    }

    /// As `read`, unpacked by gzip.
    static func readCompressed(_ path: String, for test: String) throws -> [UInt8]? {
        guard read(path, for: test) != nil, let folder else { return nil }
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", folder.appending(path: path).path]
        let pipe = Pipe()
        gzip.standardOutput = pipe
        try gzip.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return Array(output)
    }
}
