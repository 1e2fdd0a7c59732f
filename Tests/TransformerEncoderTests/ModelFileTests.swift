import CChecksum
import Foundation
import Testing
import TransformerEncoder

struct ModelFileTests {
    let original: [UInt8]

    init() throws { original = Array(try Data(contentsOf: URL(filePath: Fixture.modelPath))) }

    /// What opening a file with this content throws.
    func fault(_ content: [UInt8]) throws -> ModelFileError? {
        let url = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
        try Data(content).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        do throws(ModelFileError) {
            _ = try EncoderModel(path: url.path)
            return nil
        } catch {
            #expect(error.description.hasPrefix(url.path))
            return error
        }
    }

    /// The file with another manifest of the same length, and a right checksum.
    func replacing(_ text: String, with other: String) throws -> [UInt8] {
        try #require(text.utf8.count == other.utf8.count)
        var data = Data(original)
        let place = try #require(data.range(of: Data(text.utf8)))
        data.replaceSubrange(place, with: Data(other.utf8))
        return sealed(Array(data))
    }

    func sealed(_ content: [UInt8]) -> [UInt8] {
        var content = content
        let checksum = content[64...].withUnsafeBytes { cchecksum_crc32c(0, $0.baseAddress, $0.count) }
        withUnsafeBytes(of: checksum.littleEndian) { content.replaceSubrange(12..<16, with: $0) }
        return content
    }

    @Test func theOriginalIsSound() throws { #expect(try fault(original) == nil) }

    @Test func missing() {
        #expect(throws: ModelFileError.unreadable(path: "/nowhere/model", code: 2)) {
            _ = try EncoderModel(path: "/nowhere/model")
        }
        #expect(ModelFileError.unreadable(path: "/nowhere/model", code: 2).description.contains("No such file"))
        #expect(throws: ModelFileError.unreadable(path: "/tmp", code: 22)) { _ = try EncoderModel(path: "/tmp") }
    }

    @Test func cutOff() throws {
        for length in [64, 1000, original.count / 2, original.count - 1] {
            let found = try fault(Array(original.prefix(length)))
            guard case .cutOff(_, length, UInt64(original.count))? = found else {
                Issue.record("\(length): \(String(describing: found))")
                continue
            }
        }
        for length in [0, 8, 63] {
            let found = try fault(Array(original.prefix(length)))
            guard case .noHeader(_, length)? = found else {
                Issue.record("\(length): \(String(describing: found))")
                continue
            }
        }
        #expect(try fault(Array(original.prefix(1000)))?.description.contains("cut off: 1,000 of 239,") == true)
    }

    @Test func tooLong() throws {
        guard case .tooLong? = try fault(original + [0]) else { Issue.record("not found"); return }
    }

    @Test func foreign() throws {
        let found = try fault(Array(repeating: 0x50, count: 5000))
        guard case .foreign? = found else { Issue.record("\(String(describing: found))"); return }
        #expect(found?.description.contains("not a quoted model") == true)
    }

    @Test func anotherVersion() throws {
        var content = original
        content[8] = 2
        let found = try fault(content)
        guard case .version(_, 2)? = found else { Issue.record("\(String(describing: found))"); return }
        #expect(found?.description.contains("format 2, this program reads 1") == true)
    }

    @Test func aFlippedBit() throws {
        for position in [64, 70, original.count / 3, original.count - 1] {
            var content = original
            content[position] ^= 0x10
            guard case .checksum? = try fault(content) else { Issue.record("at \(position)"); continue }
        }
    }

    @Test func aManifestOutsideTheFile() throws {
        for (place, byte) in [(31, UInt8(0x7f)), (39, 0x7f), (39, 0xff), (34, 0xff)] {
            var content = original
            content[place] = byte
            guard case .manifest(_, .outside)? = try fault(content) else { Issue.record("\(place)"); continue }
        }
    }

    @Test func badManifests() throws {
        func manifestFault(_ text: String, _ other: String) throws -> ManifestFault? {
            guard case .manifest(_, let found)? = try fault(replacing(text, with: other)) else { return nil }
            return found
        }
        #expect(try manifestFault(#"{"layers""#, #"["layers""#) == .notJSON)
        #expect(try manifestFault(#""heads":"#, #""heats":"#) == .field("heads"))
        #expect(try manifestFault(#""heads":3"#, #""heads":4"#) == .headSize(hidden: 96, heads: 4))
        #expect(
            try manifestFault(#""maxWindow":64"#, #""maxWindow":65"#)
                == .value(field: "maxWindow", found: 65, allowed: 1...64))
        #expect(
            try manifestFault(#""intermediate":192"#, #""intermediate":191"#)
                == .notAMultiple(field: "intermediate", found: 191, of: 32))
        #expect(try manifestFault("piece209", "piece\n09") == .vocabularyCount(pieces: 212, embeddings: 211))
    }

    @Test func badTensors() throws {
        func tensorFault(_ text: String, _ other: String) throws -> TensorFault? {
            guard case .tensor(_, _, let found)? = try fault(replacing(text, with: other)) else { return nil }
            return found
        }
        #expect(try tensorFault("layer.1.up.weight", "layer.7.up.weight") == .missing)
        #expect(
            try tensorFault(#""layer.1.up.bias","dtype":"f32""#, #""layer.1.up.bias","dtype":"f16""#)
                == .type(found: "f16", expected: "f32"))
        #expect(
            try tensorFault(#""shape":[96,192]"#, #""shape":[192,96]"#)
                == .shape(found: [192, 96], expected: [96, 192]))
        #expect(try tensorFault(#""layers":2"#, #""layers":3"#) == .missing)
        guard case .misaligned? = try moving("word", by: 1) else { Issue.record("misaligned not found"); return }
        guard case .outside? = try moving("word", by: 300_000) else { Issue.record("outside not found"); return }
    }

    /// The fault after the tensor's offset in the manifest has been changed. Digits of the model's name make room.
    func moving(_ tensor: String, by distance: Int) throws -> TensorFault? {
        let text = String(decoding: original, as: UTF8.self)
        let pattern = #/"name":"word","dtype":"i8","shape":\[\d+,\d+\],"offset":(\d+)/#
        let match = try #require(text.firstMatch(of: pattern))
        let offset = try #require(Int(match.1))
        let moved = String(match.0).replacingOccurrences(of: "\(offset)", with: "\(offset + distance)")
        let extra = moved.utf8.count - match.0.utf8.count
        var content = Data(try replacing("random-small", with: "random-small"))
        let place = try #require(content.range(of: Data(match.0.utf8)))
        content.replaceSubrange(place, with: Data(moved.utf8))
        let name = try #require(content.range(of: Data("random-small".utf8)))
        content.replaceSubrange(name, with: Data("random-small".dropLast(extra).utf8))
        guard case .tensor(_, _, let found)? = try fault(sealed(Array(content))) else { return nil }
        return found
    }
}
