import Foundation

func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// Files that lie outside of the package.
enum SharedFiles {
    /// The folder with corpora: QUOTED_SHARED, or `shared` beside the package.
    static let root: URL? = {
        let beside = packageRoot.deletingLastPathComponent().appending(path: "shared")
        let candidates = [environment("QUOTED_SHARED").map { URL(filePath: $0) }, beside].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0.appending(path: "corpora").path) }
    }()

    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of a file, nil (said aloud) where it is not there.
    static func lines(_ path: String, test: String = #function) -> [[UInt8]]? {
        guard let root, let data = try? Data(contentsOf: root.appending(path: path)) else {
            print("SKIPPED \(test): no \(path); set QUOTED_SHARED")
            return nil
        }
        return data.split(separator: 0x0A).map { [UInt8]($0) }
    }
}
