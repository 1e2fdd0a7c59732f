internal import Stages

internal import SQLite
internal import Synchronization

/// Answers several questions at once, each on a thread of its own; changes over when the archive was rebuilt.
package final class ArchiveReaders: Sendable {
    private let seats: [Seat]
    /// Questions asked of each seat and not answered.
    private let waiting: Mutex<[Int]>
    private let mostWaiting: Int

    /// - Parameters:
    ///   - directory: the archive's.
    ///   - count: questions answered at once.
    ///   - mostWaiting: questions that may wait for each of them; more are turned away.
    ///   - limit: time for one answer, waiting included.
    package init(directory: String, count: Int = 2, mostWaiting: Int = 16, limit: Duration = .seconds(1)) {
        let files = ArchiveFiles(directory: directory)
        seats = (1...max(1, count)).map { Seat(files: files, number: $0, limit: limit) }
        waiting = Mutex([Int](repeating: 0, count: seats.count))
        self.mostWaiting = mostWaiting
    }

    /// Ends the threads. Nothing may be asked afterwards.
    package func close() async {
        for seat in seats { await seat.close() }
    }

    /// Asks the seat with the shortest queue.
    /// - Throws: `ArchiveError`: `.busy`, `.missing`, `.tooSlow`; `SQLiteError`.
    package func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (ArchiveReader, ContinuousClock.Instant) throws -> Answer
    ) async throws -> Answer {
        let seat = waiting.withLock { waiting -> Int? in
            guard let least = waiting.indices.min(by: { waiting[$0] < waiting[$1] }), waiting[least] <= mostWaiting
            else { return nil }
            waiting[least] += 1
            return least
        }
        guard let seat else { throw ArchiveError.busy }
        defer { waiting.withLock { $0[seat] -= 1 } }
        return try await seats[seat].ask(question, since: .now)
    }
}

/// One reader on its thread.
private actor Seat {
    private let files: ArchiveFiles
    private let limit: Duration
    private let thread: DedicatedThread
    private var opened: (number: Int, reader: ArchiveReader)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(files: ArchiveFiles, number: Int, limit: Duration) {
        self.files = files
        self.limit = limit
        thread = DedicatedThread(name: "archive-query\(number)")
    }

    func close() {
        opened = nil
        thread.stop()
    }

    func ask<Answer: Sendable>(
        _ question: @Sendable (ArchiveReader, ContinuousClock.Instant) throws -> Answer, since begin: ContinuousClock.Instant
    ) throws -> Answer {
        do {
            return try question(try reader(), begin)
        } catch let error as SQLiteError where error.kind != .interrupted {
            // Opened anew for the next question: the file may have been replaced.
            opened = nil
            throw error
        }
    }

    private func reader() throws -> ArchiveReader {
        guard let number = files.current() else { throw ArchiveError.missing(directory: files.directory) }
        if let opened, opened.number == number { return opened.reader }
        opened = nil
        let reader = try ArchiveReader(files.path(number), limit: limit)
        opened = (number, reader)
        return reader
    }
}
