import Foundation
import Glibc
import Journal

/// Logs as a release wrote them, kept in `Fixtures/format-1`: later ones must read them. Written by
/// `QUOTED_WRITE_FIXTURES=1 swift test --filter FormatTests`, once for each format.
enum FormatFixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/format-1").path

    static func payload(_ number: Int) -> [UInt8] { Array("article \(number), with the sign €".utf8) }

    static func write(to state: String) throws {
        let intake = try IntakeLog(directory: "\(state)/intake", options: SegmentLogOptions(segmentBytes: 400))
        for number in 1...7 {
            try intake.append(key: key(number), time: Int64(number) * 1_000, payload: payload(number))
            try intake.commit()
        }
        try intake.complete(2, .published)
        try intake.complete(3, .dead)
        try intake.flushCompletions()
        let records = try RecordLog(directory: "\(state)/records")
        try records.append(key: key(2), article: key(102), time: 5_000, payload: payload(2))
        try records.append(key: key(4), article: key(102), kind: .tombstone, time: 6_000, payload: [])
        try records.commit()
        let letters = try DeadLetterLog(directory: "\(state)/dead-letters")
        for number in 3...4 {
            try letters.append(
                articleID: "a\(number)", stage: "entities", reason: "too long", tries: 3, time: 7_000, payload: payload(number))
        }
        try letters.commit()
        try letters.resolve(2, .purged, time: 8_000)
        try SnapshotFile.write(payload(9), after: 42, directory: "\(state)/snapshots")
    }

    /// Copies a folder and what is in it.
    static func copy(_ source: String, to target: String) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in TestDirectory.names(source) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(source)/\(name)", isDirectory: &isFolder)
            if isFolder.boolValue {
                try copy("\(source)/\(name)", to: "\(target)/\(name)")
            } else {
                Bytes.write(Bytes.read("\(source)/\(name)"), "\(target)/\(name)")
            }
        }
    }

    /// Every file below a folder with its bytes.
    static func contents(_ folder: String) -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in TestDirectory.names(folder) {
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder.boolValue {
                for (file, bytes) in Self.contents(path) { contents["\(name)/\(file)"] = bytes }
            } else {
                contents[name] = Bytes.read(path)
            }
        }
        return contents
    }
}
