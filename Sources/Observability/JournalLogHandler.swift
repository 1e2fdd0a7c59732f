package import Logging
internal import Glibc
internal import Synchronization

/// Writes log messages to standard error, one line each: for people, for the journal, or as JSON.
///
/// Callers never log an article's text. Metadata keys are written sorted; control characters are escaped, so that a
/// message cannot begin a second line or steer a terminal.
package struct JournalLogHandler: LogHandler {
    /// How a line is written.
    package enum Format: Sendable, Equatable {
        /// `2025-06-04T21:10:00.123Z info quoted.ingest: message key=value`; without the time when the journal listens.
        case text
        /// `{"time":…,"level":…,"logger":…,"message":…,"metadata":{…}}`.
        case json
    }

    /// What all handlers of a process share, and what changes while it runs.
    package final class Output: Sendable {
        private struct State {
            var level: Logger.Level
            var format: Format
            var dropped = 0
        }

        private let descriptor: Int32
        private let isJournal: Bool
        private let state: Mutex<State>

        /// - Parameters:
        ///   - level: the least level that is written.
        ///   - format: how a line is written.
        ///   - descriptor: where to, by default standard error. It stays the caller's to close.
        ///   - environment: the process's environment: `JOURNAL_STREAM` tells whether the journal reads the descriptor.
        package init(
            level: Logger.Level, format: Format, descriptor: Int32 = STDERR_FILENO, environment: [String: String]
        ) {
            self.descriptor = descriptor
            self.isJournal = Self.isJournal(descriptor, environment["JOURNAL_STREAM"])
            self.state = Mutex(State(level: level, format: format))
        }

        /// The least level that is written by handlers that have none of their own.
        package var level: Logger.Level {
            get { state.withLock { $0.level } }
            set { state.withLock { $0.level = newValue } }
        }

        /// How lines are written.
        package var format: Format {
            get { state.withLock { $0.format } }
            set { state.withLock { $0.format = newValue } }
        }

        /// Lines lost because nobody read the other end.
        package var droppedLines: Int { state.withLock { $0.dropped } }

        /// `JOURNAL_STREAM` holds the device and inode of what systemd connected to the journal; redirected output is
        /// something else (systemd.exec(5)).
        private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
            guard let stream else { return false }
            var status = stat()
            return fstat(descriptor, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
        }

        func write(_ event: LogEvent, label: String, metadata: [(key: String, value: Logger.MetadataValue)]) {
            let line =
                switch format {
                case .text: LogLine.text(event, label: label, metadata: metadata, forJournal: isJournal)
                case .json: LogLine.json(event, label: label, metadata: metadata)
                }
            var bytes = Array(line.utf8)
            bytes.append(UInt8(ascii: "\n"))
            // One write a line, under the lock, so that lines of two threads do not mix.
            state.withLock { state in
                if !write(bytes) { state.dropped += 1 }
            }
        }

        /// False when the other end took no bytes within 100 ms: diagnostics never stop the service.
        private func write(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                    let count = Glibc.write(descriptor, base, rest.count)
                    if count > 0 {
                        rest = rest.dropFirst(count)
                    } else if count < 0, errno == EAGAIN {
                        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        if poll(&request, 1, 100) <= 0 { return false }
                    } else if count == 0 || errno != EINTR {
                        return false
                    }
                }
                return true
            }
        }
    }

    private let label: String
    private let output: Output
    private var ownLevel: Logger.Level?
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    /// - Parameters:
    ///   - label: the logger's, by which the line says who speaks.
    ///   - output: shared by all.
    package init(label: String, output: Output) {
        self.label = label
        self.output = output
    }

    /// The handler's own level once it is set, else the output's of the moment.
    package var logLevel: Logger.Level {
        get { ownLevel ?? output.level }
        set { ownLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error, all["error"] == nil { all["error"] = .string(String(describing: error)) }
        output.write(event, label: label, metadata: all.sorted { $0.key < $1.key })
    }
}
