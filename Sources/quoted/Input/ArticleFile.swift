import Foundation
import Glibc
import NewsFormats
import ServiceClient

/// Why a file cannot be read.
struct InputFault: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "\(path == "-" ? "standard input" : path): \(reason)" }
}

/// One open file with articles. Not Sendable: read by one thread.
final class ArticleFile {
    /// Longest line, or file that is one article; the service's own limit is lower.
    private static let maximumBytes = 256 << 20

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Where in the buffer the next line begins.
    private var start = 0
    /// What of the buffer is known to hold no line feed.
    private var searched = 0
    private var isAtEnd = false
    private var line = 0
    /// Nil until the first line was seen.
    private var isLines: Bool?
    private var isDone = false
    private(set) var bytesRead = 0

    /// - Throws: `InputFault`.
    init(_ path: String) throws(InputFault) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputFault(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor > STDIN_FILENO { Glibc.close(descriptor) }
    }

    /// Nil at the end.
    /// - Throws: `InputFault`, `CancellationError`.
    func next() throws -> PushItem? {
        let isLines = try self.isLines ?? look()
        self.isLines = isLines
        guard isLines else {
            guard !isDone else { return nil }
            isDone = true
            while !isAtEnd { try read() }
            return PushItem(name: path == "-" ? "standard input" : path, article: buffer)
        }
        while let bytes = try nextLine() {
            guard bytes.contains(where: { $0 > 0x20 }) else { continue }
            return PushItem(name: "\(path == "-" ? "standard input" : path):\(line)", article: Array(bytes))
        }
        return nil
    }

    /// Whether the file holds JSON lines: its name says so, or its first line is a whole JSON object.
    private func look() throws -> Bool {
        if path.lowercased().hasSuffix(".jsonl") || path.lowercased().hasSuffix(".ndjson") { return true }
        // Up to the end of the first line with anything in it.
        var content = buffer[...]
        while true {
            content = buffer.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
            if let first = content.first, first != UInt8(ascii: "{") { return false }
            if let end = content.firstIndex(of: 0x0A) {
                content = content[..<end]
                break
            }
            if isAtEnd { break }
            try read()
        }
        guard !content.isEmpty else { return false }
        return Array(content).withUnsafeBufferPointer { bytes in
            guard (try? UTF8Span(validating: bytes.span)) != nil else { return false }
            var reader = JSONReader(bytes)
            do {
                try reader.skipValue()
                try reader.expectEnd()
                return true
            } catch {
                return false
            }
        }
    }

    private func nextLine() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[max(start, searched)...].firstIndex(of: 0x0A) {
                defer {
                    start = end + 1
                    searched = start
                }
                line += 1
                return buffer[start..<end]
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                line += 1
                return buffer[start...]
            }
            try read()
        }
    }

    /// Takes more bytes into the buffer. Waiting for a terminal or a pipe ends when the task is cancelled.
    private func read() throws {
        if start > 0 {
            buffer.removeSubrange(..<start)
            searched = max(0, searched - start)
            start = 0
        }
        guard buffer.count < Self.maximumBytes else {
            throw InputFault(path: path, reason: "one article of more than \(Self.maximumBytes >> 20) MiB")
        }
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&wait, 1, 200) == 0 { try Task.checkCancellation() }
        let old = buffer.count
        let chunk = min(max(64 << 10, old), 8 << 20)
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + old }, chunk) }
        } while count < 0 && errno == EINTR
        let error = errno
        buffer.removeSubrange((old + max(0, count))...)
        guard count >= 0 else { throw InputFault(path: path, reason: String(cString: strerror(error))) }
        bytesRead += count
        isAtEnd = count == 0
    }

    // MARK: Directories

    /// The files of a directory and those below it that may hold articles, by name; nil for what is no directory.
    static func files(inDirectory path: String) -> [String]? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            return nil
        }
        let endings = [".json", ".jsonl", ".ndjson", ".txt"]
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            endings.contains { name.lowercased().hasSuffix($0) } && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted().map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
