import Foundation
import QuotedService
import Testing

@Suite struct RunHistoryTests {
    private func runs(_ text: String, wereEnded: Bool = false) throws -> [RunHistory.Run] {
        let directory = "/tmp/quoted-runs-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try text.write(toFile: "\(directory)/runs-serve", atomically: false, encoding: .utf8)
        let all = RunHistory.all(in: directory)
        #expect(all.map(\.name) == ["serve"])
        return RunHistory(stateDirectory: directory, name: "serve").runs(wereEnded: wereEnded)
    }

    @Test func startsAndEndsGoTogether() throws {
        let text = """
            start 1000 7
            stopped 2000 7
            start 3000 8
            not-started 4000 9 the port is taken
            start 5000 10
            sync-failed 6000 10 disk: sync: Input/output error
            start 7000 11

            """
        let runs = try runs(text)
        #expect(runs.map(\.ending) == [.stopped, .killed, .notStarted, .syncFailed, nil])
        #expect(runs.map(\.start) == [1000, 3000, 4000, 5000, 7000])
        #expect(runs[2].reason == "the port is taken")
        #expect(runs[3].outcome == "sync-failed, disk: sync: Input/output error")
        #expect(runs.starts(since: 4000) == 3)
        #expect(try self.runs(text, wereEnded: true).last?.ending == .killed)
    }

    @Test func whatMakesNoSenseIsPassedOver() throws {
        let runs = try runs("nonsense\nstart x y\nstart 5 6\n\u{0}\nstopped 7 99 of another process\nstart 8")
        #expect(runs.map(\.start) == [5, 7])
        #expect(try self.runs("").isEmpty)
    }
}
