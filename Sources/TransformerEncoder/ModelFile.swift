#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// An opened model file: whole, and with a sound manifest. Hands out its tensors.
struct ModelFile {
    let file: MappedFile
    let manifest: ModelManifest
    private let tensors: [String: ModelManifest.Tensor]

    init(path: String) throws(ModelFileError) {
        let file = try MappedFile(path: path)
        let header = try ModelHeader(of: file)
        let manifest: ModelManifest
        do throws(ManifestFault) {
            manifest = try Self.decode(file.bytes[header.manifest])
            try manifest.check()
        } catch {
            throw .manifest(path: path, error)
        }
        self.file = file
        self.manifest = manifest
        tensors = Dictionary(manifest.tensors.map { ($0.name, $0) }) { first, _ in first }
    }

    private static func decode(_ bytes: Slice<UnsafeRawBufferPointer>) throws(ManifestFault) -> ModelManifest {
        do {
            return try JSONDecoder().decode(ModelManifest.self, from: Data(bytes))
        } catch DecodingError.keyNotFound(let key, let context) {
            throw .field(Self.name(of: context.codingPath + [key]))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw .field(Self.name(of: context.codingPath))
        } catch {
            throw .notJSON
        }
    }

    private static func name(of path: [any CodingKey]) -> String {
        path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    /// The pieces' bytes, after a check that there are as many as embeddings.
    func vocabulary(embeddings: Int) throws(ModelFileError) -> Range<Int> {
        let section = manifest.vocabulary
        guard let range = range(offset: section.offset, length: section.length, within: file.bytes.count) else {
            throw .manifest(path: file.path, .vocabularyOutside(offset: section.offset, length: section.length))
        }
        let newline = UInt8(ascii: "\n"), bytes = file.bytes[range]
        var pieces = 0
        for byte in bytes where byte == newline { pieces += 1 }
        // The last piece may end with a newline or with the section.
        if let last = bytes.last, last != newline { pieces += 1 }
        guard pieces == embeddings else {
            throw .manifest(path: file.path, .vocabularyCount(pieces: pieces, embeddings: embeddings))
        }
        return range
    }

    /// A tensor of 32-bit floats and its shape; nil in `shape` stands for any number from 1.
    func floats(
        _ name: String, _ shape: [Int?]
    ) throws(ModelFileError) -> (values: UnsafePointer<Float>, shape: [Int]) {
        let (memory, found) = try memory(name, type: "f32", bytes: 4, shape)
        return (memory.assumingMemoryBound(to: Float.self), found)
    }

    /// A tensor of 8-bit integers and its shape.
    func integers(
        _ name: String, _ shape: [Int?]
    ) throws(ModelFileError) -> (values: UnsafePointer<Int8>, shape: [Int]) {
        let (memory, found) = try memory(name, type: "i8", bytes: 1, shape)
        return (memory.assumingMemoryBound(to: Int8.self), found)
    }

    private func memory(
        _ name: String, type: String, bytes: Int, _ expected: [Int?]
    ) throws(ModelFileError) -> (UnsafeRawPointer, [Int]) {
        do throws(TensorFault) {
            guard let tensor = tensors[name] else { throw .missing }
            guard tensor.dtype == type else { throw .type(found: tensor.dtype, expected: type) }
            let matches =
                tensor.shape.count == expected.count
                && zip(tensor.shape, expected).allSatisfy { $0 >= 1 && ($1 == nil || $0 == $1) }
            guard matches else { throw .shape(found: tensor.shape, expected: expected) }
            var size = bytes
            for dimension in tensor.shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
                guard !overflow else { throw .shape(found: tensor.shape, expected: expected) }
                size = product
            }
            guard tensor.length == size else { throw .length(found: tensor.length, expected: size) }
            guard let range = range(offset: tensor.offset, length: size, within: file.bytes.count),
                let start = file.bytes.baseAddress
            else { throw .outside(offset: tensor.offset, length: tensor.length) }
            guard tensor.offset.isMultiple(of: 64) else { throw .misaligned(offset: tensor.offset) }
            return (start + range.lowerBound, tensor.shape)
        } catch {
            throw .tensor(path: file.path, name: name, error)
        }
    }
}
