import NewsFormats
import ServiceClient
import Stages
import Synchronization

/// The articles in files, directories and standard input, one after the other. Reads on a thread of its own, no more
/// than is asked for.
actor ArticleFiles {
    private let thread = DedicatedThread(name: "input")
    private var paths: [String]
    private var file: ArticleFile?
    private let limits: DocumentLimits
    private let onFault: @Sendable (String) -> Void
    private let onFile: @Sendable (String, Int) -> Void
    /// Articles that were read, by what they were.
    private(set) var formats: [InputFormat: Int] = [:]
    /// Files that could not be read.
    private(set) var faults = 0
    /// Bytes of all files, nil when standard input is among them.
    nonisolated let totalBytes: Int?
    private let fileCount: Int
    private let bytesRead = Atomic<Int>(0)

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - paths: files, directories, or "-" for standard input.
    ///   - limits: what a marked-up document may ask for.
    ///   - onFault: told of what cannot be read; the rest goes on.
    ///   - onFile: told of each file that was read to its end what it was taken for, and how many files there are.
    init(
        _ paths: [String], limits: DocumentLimits = DocumentLimits(), onFault: @escaping @Sendable (String) -> Void,
        onFile: @escaping @Sendable (String, Int) -> Void = { _, _ in }
    ) {
        self.limits = limits
        self.onFault = onFault
        self.onFile = onFile
        var files: [String] = []
        for path in paths {
            if path != "-", let found = ArticleFile.files(inDirectory: path) {
                if found.isEmpty {
                    faults += 1
                    onFault("\(path): no file of news in this directory (\(ArticleFile.endings.joined(separator: " ")))")
                }
                files += found
            } else {
                files.append(path)
            }
        }
        self.paths = files.reversed()
        fileCount = files.count
        totalBytes = files.contains("-") ? nil : files.reduce(0) { $0 + ArticleFile.size($1) }
    }

    func close() { thread.stop() }

    /// How much of the files was read, 0 … 1; nil when nobody knows.
    nonisolated var share: Double? {
        totalBytes.map { $0 == 0 ? 1 : Double(bytesRead.load(ordering: .relaxed)) / Double($0) }
    }

    /// The next article to be handed on; what cannot be read counts as a fault. Nil after the last one.
    /// - Throws: `CancellationError`.
    func nextItem() throws -> PushItem? {
        while let input = try next() {
            switch input {
            case .article(let item, _): return item
            case .unreadable(let name, let reason):
                faults += 1
                onFault(PageText.line("\(name): \(reason)"))
            }
        }
        return nil
    }

    /// Nil after the last article.
    /// - Throws: `CancellationError`.
    func next() throws -> ArticleInput? {
        while true {
            try Task.checkCancellation()
            do {
                if file == nil {
                    guard let path = paths.popLast() else { return nil }
                    file = try ArticleFile(path, limits: limits)
                }
                let before = file?.bytesRead ?? 0
                let item = try file?.next()
                bytesRead.add((file?.bytesRead ?? 0) - before, ordering: .relaxed)
                if let item {
                    if case .article(_, let format) = item { formats[format, default: 0] += 1 }
                    return item
                }
                if let file { onFile(file.summary, fileCount) }
                file = nil
            } catch let fault as InputFault {
                faults += 1
                onFault(fault.description)
                file = nil
            }
        }
    }
}
