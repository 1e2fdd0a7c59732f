import Foundation
import Journal
import Logging
import NewsFormats
import Stages
import Synchronization
import TestSupport
import Testing
import ZeroMQ

/// A disk that refuses with an error number while it is set.
private final class RefusingDisk: Sendable {
    private let number = Mutex<Int32?>(nil)

    func refuse(_ number: Int32?) { self.number.withLock { $0 = number } }

    func answer(_ operation: FileOperation) -> FileFault? {
        number.withLock { $0.map { FileFault.error($0) } }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct IntakeDiskTests {
    private let directory = NSTemporaryDirectory() + "intake-\(UInt64.random(in: 0 ... .max))"
    private let disk = RefusingDisk()

    private func store() throws -> IntakeStore {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let options = SegmentLogOptions(intercept: { [disk] in disk.answer($0) })
        return IntakeStore(
            log: try IntakeLog(directory: directory + "/intake", options: options),
            deadLetters: try DeadLetterLog(directory: directory + "/dead-letters", options: DeadLetterLog.Options(log: options)),
            limits: IntakeStore.Limits(), logger: logger)
    }

    private func push(_ texts: String..., to store: IntakeStore) async throws -> [Receipt] {
        try await store.accept(texts.map { Submission(article: Frame($0), isTruncated: false, wantsReceipt: true) }).receipts
    }

    @Test(arguments: [
        (ENOSPC, "the disk is full"), (EDQUOT, "the disk is full"), (EROFS, "the disk can only be read"),
        (EMFILE, "too many files and connections are open"),
    ])
    func clientsAreToldToComeBackAndWhy(number: Int32, reason: String) async throws {
        let store = try store()
        #expect(try await push("First.", to: store).map(\.status) == [.accepted])
        disk.refuse(number)
        let receipts = try await push("First.", "Second.", "Third.", to: store)
        #expect(receipts.map(\.status) == [.duplicate, .busy, .busy])
        #expect(receipts.dropFirst().allSatisfy { $0.reason == reason && $0.retryAfter != nil })
        #expect(await store.trouble() != nil)
        // An unreadable message without receipt waits as well, since it is to be kept as a dead letter.
        let unreadable = Submission(article: Frame("{"), isTruncated: false, wantsReceipt: false)
        #expect(try await store.accept([unreadable]).receipts.map(\.status) == [.busy])
        disk.refuse(nil)
        #expect(try await push("Second.", "Third.", to: store).map(\.status) == [.accepted, .accepted])
        #expect(await store.trouble() == nil)
        await store.close()
        try FileManager.default.removeItem(atPath: directory)
    }

    /// Who is told that the service is not ready sends no article that would show that there is room again.
    @Test func theTroubleEndsWithoutAnArticle() async throws {
        let store = try store()
        disk.refuse(ENOSPC)
        #expect(try await push("First.", to: store).map(\.status) == [.busy])
        #expect(await store.trouble() != nil)
        disk.refuse(nil)
        #expect(await store.trouble() == nil)
        await store.close()
        try FileManager.default.removeItem(atPath: directory)
    }

    /// An error of another kind, such as a bad sector, is not waited for: nobody is answered, the process starts again from the log.
    @Test func otherErrorsEndTheProcess() async throws {
        let store = try store()
        disk.refuse(EIO)
        await #expect(throws: JournalError.self) { try await push("First.", to: store) }
        await store.close()
        try FileManager.default.removeItem(atPath: directory)
    }
}
