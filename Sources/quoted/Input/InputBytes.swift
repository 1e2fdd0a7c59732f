import Foundation
import Glibc
import NewsFormats

/// Why a file cannot be read.
struct InputFault: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "\(path == "-" ? "standard input" : path): \(reason)" }
}

/// The bytes of a file or of standard input, unpacked when they are gzip. Not Sendable: read by one thread.
final class InputBytes {
    /// Longest line, or file that is one document, unpacked; the service's own limit for an article is lower.
    private static let maximumBytes = 256 << 20
    private static let unpackedChunk = 1 << 20

    let path: String
    private let descriptor: Int32
    /// What was read and not removed.
    private(set) var buffer: [UInt8] = []
    /// Nothing more comes.
    private(set) var isAtEnd = false
    /// As they stand in the file.
    private(set) var bytesRead = 0
    /// Nil until the first bytes were seen.
    private(set) var isPacked: Bool?
    private var inflater: GzipInflater?
    private var packed: [UInt8] = []
    private var isFileAtEnd = false

    /// - Throws: `InputFault`.
    init(_ path: String) throws(InputFault) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let remedy = errno == ENOENT ? "; name a file that is there, or - for standard input" : ""
            throw InputFault(path: path, reason: String(cString: strerror(errno)) + remedy)
        }
    }

    deinit {
        if descriptor > STDIN_FILENO { Glibc.close(descriptor) }
    }

    /// Removes bytes from the front.
    func remove(_ count: Int) { buffer.removeSubrange(..<count) }

    /// Takes more bytes into the buffer. Waiting for a terminal or a pipe ends when the task is cancelled.
    /// - Throws: `InputFault`, `CancellationError`.
    func readMore() throws {
        guard buffer.count < Self.maximumBytes else {
            let state = isPacked == true ? ", unpacked" : ""
            throw InputFault(path: path, reason: "one document or line of more than \(Self.maximumBytes >> 20) MiB\(state)")
        }
        // Two bytes tell gzip.
        while isPacked == nil {
            isFileAtEnd = try readFile(into: &packed) == 0
            guard isFileAtEnd || packed.count >= 2 else { continue }
            isPacked = GzipInflater.isGzip(packed)
            if isPacked == false {
                swap(&buffer, &packed)
                isAtEnd = isFileAtEnd
                return
            }
        }
        if isPacked == true { try unpack() } else { isAtEnd = try readFile(into: &buffer) == 0 }
    }

    private func unpack() throws {
        do {
            let inflater = try self.inflater ?? GzipInflater()
            self.inflater = inflater
            while !isAtEnd {
                if packed.isEmpty, !isFileAtEnd { isFileAtEnd = try readFile(into: &packed) == 0 }
                let old = buffer.count
                buffer.append(contentsOf: repeatElement(0, count: Self.unpackedChunk))
                let step = try packed.withUnsafeBufferPointer { packed in
                    try buffer.withUnsafeMutableBufferPointer { buffer in
                        try inflater.inflate(packed, into: UnsafeMutableBufferPointer(rebasing: buffer[old...]))
                    }
                }
                buffer.removeSubrange((old + step.put)...)
                packed.removeSubrange(..<step.taken)
                isAtEnd = inflater.isAtEnd
                if step.put > 0 { return }
            }
        } catch let fault as GzipFault {
            throw InputFault(path: path, reason: fault.description)
        }
    }

    /// - Returns: how many bytes were added; none at the end.
    private func readFile(into bytes: inout [UInt8]) throws -> Int {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&wait, 1, 200) == 0 { try Task.checkCancellation() }
        let old = bytes.count
        let chunk = min(max(64 << 10, old), 8 << 20)
        bytes.append(contentsOf: repeatElement(0, count: chunk))
        var count: Int
        repeat {
            count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + old }, chunk) }
        } while count < 0 && errno == EINTR
        let error = errno
        bytes.removeSubrange((old + max(0, count))...)
        guard count >= 0 else { throw InputFault(path: path, reason: String(cString: strerror(error))) }
        bytesRead += count
        return count
    }
}
