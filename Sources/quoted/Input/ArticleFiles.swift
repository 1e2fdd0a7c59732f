import ServiceClient
import Stages
import Synchronization

/// The articles in files, directories and standard input, one after the other: JSON lines line by line, any other file
/// as one article. Reads on a thread of its own, no more than is asked for.
actor ArticleFiles {
    private let thread = DedicatedThread(name: "input")
    private var paths: [String]
    private var file: ArticleFile?
    private let onFault: @Sendable (String) -> Void
    /// Files that could not be read.
    private(set) var faults = 0
    /// Bytes of all files, nil when standard input is among them.
    nonisolated let totalBytes: Int?
    private let bytesRead = Atomic<Int>(0)

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - paths: files, directories, or "-" for standard input.
    ///   - onFault: told of what cannot be read; the rest goes on.
    init(_ paths: [String], onFault: @escaping @Sendable (String) -> Void) {
        self.onFault = onFault
        var files: [String] = []
        for path in paths {
            if path != "-", let found = ArticleFile.files(inDirectory: path) {
                if found.isEmpty { onFault("\(path): no .json, .jsonl, .ndjson or .txt file in this directory") }
                files += found
            } else {
                files.append(path)
            }
        }
        self.paths = files.reversed()
        totalBytes = files.contains("-") ? nil : files.reduce(0) { $0 + ArticleFile.size($1) }
    }

    func close() { thread.stop() }

    /// How much of the files was read, 0 … 1; nil when nobody knows.
    nonisolated var share: Double? {
        totalBytes.map { $0 == 0 ? 1 : Double(bytesRead.load(ordering: .relaxed)) / Double($0) }
    }

    /// Nil after the last article.
    /// - Throws: `CancellationError`.
    func next() throws -> PushItem? {
        while true {
            try Task.checkCancellation()
            do {
                if file == nil {
                    guard let path = paths.popLast() else { return nil }
                    file = try ArticleFile(path)
                }
                let before = file?.bytesRead ?? 0
                let item = try file?.next()
                bytesRead.add((file?.bytesRead ?? 0) - before, ordering: .relaxed)
                if let item { return item }
                file = nil
            } catch let fault as InputFault {
                faults += 1
                onFault(fault.description)
                file = nil
            }
        }
    }
}
