#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A file mapped for reading. Its pages are the system's file cache, shared by all processes that map it.
/// A model must be replaced by renaming another file over it: cutting a mapped file short ends the process.
///
/// Unchecked: the memory never changes, and is unmapped only once nothing refers to it.
final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(ModelFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, code: EINVAL) }
        let length = Int(status.st_size)
        guard length >= ModelHeader.size else { throw .noHeader(path: path, bytes: length) }
        guard let memory = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw .unreadable(path: path, code: errno)
        }
        self.path = path
        self.bytes = UnsafeRawBufferPointer(start: memory, count: length)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

func systemMessage(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
