import CChecksum
import Foundation
import Glibc
import Journal
import Testing

struct SegmentScanTimeTests {
    private static func checksum(_ bytes: [UInt8], after crc: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { cchecksum_crc32c(crc, $0.baseAddress, $0.count) }
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// A segment with one damaged entry whose payload is nothing but headers of entries, each of which claims to reach to the
    /// segment's end.
    private static func forged(bytes: Int) -> [UInt8] {
        let header = Array("QOTEDLOG".utf8) + little(UInt32(1)) + little(UInt32(64)) + little(UInt64(1)) + [UInt8](repeating: 0, count: 36)
        var segment = header + little(checksum(header)) + [UInt8](repeating: 1, count: 64)
        segment.reserveCapacity(bytes)
        let rest: [UInt8] = [1, 0, 0x5E, 0xE5] + little(UInt64(1)) + little(Int64(1)) + [UInt8](repeating: 0, count: 32)
        while segment.count + 64 <= bytes {
            let length = little(UInt32(bytes - segment.count - 64))
            segment += length + [0, 0, 0, 0] + little(checksum(rest, after: checksum(length))) + rest
        }
        return segment
    }

    @Test func headersWithinAPayloadCostNoMoreThanAFewReadings() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quoted-scan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.forged(bytes: 2 << 20)).write(to: folder.appendingPathComponent("00000000000000000001.log"))
        var begin = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin)
        let report = try JournalInspection.check(.records, directory: folder.path)
        var end = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        #expect(!report.isClean)
        // Checking each of them to the end takes ten times as long.
        #expect(end.tv_sec - begin.tv_sec <= 1, "\(end.tv_sec - begin.tv_sec) s of processor time")
    }
}
