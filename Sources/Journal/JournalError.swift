internal import Glibc

/// Why a log could not do what was asked, and what helps.
package struct JournalError: Error, Hashable {
    package enum Code: Sendable, Hashable {
        /// The disk or a quota is full, or too many files are open. The log is as it was at its last commit, and goes on once there is room.
        case noSpace
        /// Any other refusal of the system, with its `errno`.
        case io(Int32)
        /// A sync failed, so what is on disk is unknown. The log refuses everything from now on; open it again.
        case syncFailed
        /// The entry is longer than allowed.
        case tooLarge
        /// Another process holds the state directory.
        case locked
        /// A newer version of this program wrote the file.
        case newerFormat
        /// The entry is there but its checksum does not fit.
        case corrupt
        /// An argument makes no sense, for instance no such entry.
        case invalid
    }

    package let code: Code
    /// The file or directory concerned.
    package let path: String
    /// What was being done.
    package let detail: String

    package init(_ code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// Whether the system may do tomorrow, or in a second, what it refuses now: nothing was kept, the log is as it was, and the
    /// same call may be made again. After anything else the process had better start again from the log.
    package var isPassing: Bool {
        switch code {
        case .noSpace, .io(EROFS), .io(EMFILE), .io(ENFILE), .io(ENOMEM): true
        default: false
        }
    }

    /// The reason in a few words, for clients, who know nothing of files.
    package var briefly: String {
        switch code {
        case .noSpace: "the disk is full"
        case .io(EROFS): "the disk can only be read"
        case .io(EMFILE), .io(ENFILE): "too many files and connections are open"
        case .io(ENOMEM): "the memory is full"
        default: "the disk refuses"
        }
    }

    /// From `errno`, with what was being done.
    static func system(_ error: Int32, path: String, _ action: String) -> JournalError {
        switch error {
        case ENOSPC, EDQUOT, EFBIG: JournalError(.noSpace, path: path, detail: action)
        // Clients can take all descriptors for a while: no more a reason to give up than a full disk is.
        case EMFILE, ENFILE: JournalError(.noSpace, path: path, detail: "\(action): too many open files")
        default: JournalError(.io(error), path: path, detail: action)
        }
    }

    /// A file that a newer version of this program wrote.
    package static func newer(_ what: String, format: UInt32, known: UInt32, path: String) -> JournalError {
        JournalError(.newerFormat, path: path, detail: "the \(what) has format \(format), this program reads up to \(known)")
    }

    /// Whether the account that runs this may not do it.
    var isDenied: Bool { code == .io(EACCES) || code == .io(EPERM) }
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch code {
        case .noSpace:
            "\(path): no space left (\(detail)); free space, or raise the quota or limit; the log then goes on by itself"
        case .io(EROFS):
            "\(path): \(detail): the disk can only be read; make it writable again, the log then goes on by itself"
        case .io(let error) where error == EMFILE || error == ENFILE:
            "\(path): \(detail): too many open files; raise the limit (LimitNOFILE=, ulimit -n) or let fewer clients connect"
        case .io(let error):
            "\(path): \(detail): \(String(cString: strerror(error)))"
                + (isDenied ? "; give it to the account that runs this program, or run it as the owner" : "")
        case .syncFailed:
            "\(path): \(detail): what is on disk is unknown; check the disk, then start again: the log is repaired when opened"
        case .tooLarge:
            "\(path): \(detail)"
        case .locked:
            "\(path): \(detail); stop that process first, or choose another state directory"
        case .newerFormat:
            "\(path): \(detail); nothing was changed; run the version that wrote it, or a later one"
        case .corrupt:
            "\(path): \(detail); the damaged bytes are kept aside when the log is opened next"
        case .invalid:
            "\(path): \(detail)"
        }
    }
}
