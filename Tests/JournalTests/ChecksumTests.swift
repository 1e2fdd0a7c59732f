import CChecksum
import TestSupport
import Testing

@Suite struct ChecksumTests {
    @Test func knownValues() {
        // RFC 3720, appendix B.4, and the check value of CRC-32C.
        #expect(crc(Array("123456789".utf8)) == 0xE306_9283)
        #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(crc([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(crc((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(crc([]) == 0)
    }

    @Test func instructionAndTableAgreeInPiecesToo() {
        let seed = SeededGenerator.announced("checksum").seed
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bytes = random.bytes(random.below(200))
            let cut = random.below(bytes.count + 1)
            let whole = crc(bytes)
            #expect(whole == bytes.withUnsafeBytes { cchecksum_crc32c_table(0, $0.baseAddress, $0.count) })
            let first = crc(Array(bytes[..<cut]))
            let rest = Array(bytes[cut...])
            #expect(whole == rest.withUnsafeBytes { cchecksum_crc32c(first, $0.baseAddress, $0.count) })
        }
    }

    private func crc(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { cchecksum_crc32c(0, $0.baseAddress, $0.count) }
    }
}
