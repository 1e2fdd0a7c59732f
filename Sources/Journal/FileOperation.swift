/// A change that a log is about to make to its files; tests answer with a fault.
package enum FileOperation: Sendable, Hashable {
    case create(path: String)
    case write(path: String, bytes: Int)
    case sync(path: String)
    case truncate(path: String)
}

/// What the system is to answer instead of doing what was asked.
package enum FileFault: Sendable, Hashable {
    /// Fail with this `errno`.
    case error(Int32)
    /// Write only so many bytes, then fail with this `errno`.
    case shortWrite(bytes: Int, error: Int32)
}

/// Asked before each change; nil lets it happen.
package typealias FileInterception = @Sendable (FileOperation) -> FileFault?
