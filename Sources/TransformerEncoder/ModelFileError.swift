/// Why a model file cannot be used. Its description names the file, what is wrong with it and what to do.
package enum ModelFileError: Error, Equatable, Sendable {
    /// The system refuses to open, measure or map the file; `code` is its errno.
    case unreadable(path: String, code: Int32)
    /// Shorter than the header of any model.
    case noHeader(path: String, bytes: Int)
    case foreign(path: String)
    case version(path: String, found: UInt32)
    case cutOff(path: String, bytes: Int, expected: UInt64)
    case tooLong(path: String, bytes: Int, expected: UInt64)
    case checksum(path: String, stored: UInt32, computed: UInt32)
    case manifest(path: String, ManifestFault)
    case tensor(path: String, name: String, TensorFault)
    /// The file is sound, but its weights could not be prepared.
    case engine(path: String, EngineFault)
}

/// What is wrong with a model's manifest.
package enum ManifestFault: Error, Equatable, Sendable {
    /// The header places the manifest outside the file.
    case outside(offset: UInt64, length: UInt64)
    case notJSON
    /// A field is missing or of another type; `field` is its path.
    case field(String)
    case value(field: String, found: Int, allowed: ClosedRange<Int>)
    /// The matrix kernels need heads of 32 dimensions.
    case headSize(hidden: Int, heads: Int)
    case notAMultiple(field: String, found: Int, of: Int)
    case repeated(name: String)
    case vocabularyOutside(offset: Int, length: Int)
    case vocabularyCount(pieces: Int, embeddings: Int)
}

/// What is wrong with one tensor of a model.
package enum TensorFault: Error, Equatable, Sendable {
    case missing
    case type(found: String, expected: String)
    /// In the expected shape, nil stands for any number.
    case shape(found: [Int], expected: [Int?])
    case length(found: Int, expected: Int)
    case outside(offset: Int, length: Int)
    case misaligned(offset: Int)
}

extension ModelFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let code):
            "\(path): cannot be read (\(systemMessage(code))). Check the path and its permissions."
        case .noHeader(let path, let bytes):
            "\(path): \(grouped(bytes)) bytes are too few for a quoted model. Fetch the file again."
        case .foreign(let path):
            "\(path): not a quoted model. Give the path of a file that the training's export wrote."
        case .version(let path, let found):
            "\(path): format \(found), this program reads \(ModelHeader.version). "
                + "Use a model and a program of the same release."
        case .cutOff(let path, let bytes, let expected):
            "\(path): cut off: \(grouped(bytes)) of \(grouped(expected)) bytes. Fetch the file again."
        case .tooLong(let path, let bytes, let expected):
            "\(path): \(grouped(bytes)) bytes instead of \(grouped(expected)). Fetch the file again."
        case .checksum(let path, let stored, let computed):
            "\(path): damaged: checksum \(hexadecimal(computed)) instead of \(hexadecimal(stored)). "
                + "Fetch the file again."
        case .manifest(let path, let fault):
            "\(path): bad manifest: \(fault). Export the model again."
        case .tensor(let path, let name, let fault):
            "\(path): tensor \(name): \(fault). Export the model again."
        case .engine(let path, let fault):
            "\(path): the model could not be prepared: \(fault)."
        }
    }
}

extension ManifestFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outside(let offset, let length): "\(length) bytes at \(offset) lie outside the file"
        case .notJSON: "not JSON"
        case .field(let field): "\(field) is missing or of the wrong type"
        case .value(let field, let found, let allowed):
            "\(field) is \(found), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        case .headSize(let hidden, let heads): "hidden \(hidden) in \(heads) heads, but a head must have 32 dimensions"
        case .notAMultiple(let field, let found, let of): "\(field) is \(found), not a multiple of \(of)"
        case .repeated(let name): "\(name) occurs twice"
        case .vocabularyOutside(let offset, let length): "vocabulary: \(length) bytes at \(offset) lie outside the file"
        case .vocabularyCount(let pieces, let embeddings):
            "\(pieces) pieces in the vocabulary, but \(embeddings) embeddings"
        }
    }
}

extension TensorFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "missing"
        case .type(let found, let expected): "type \(found) instead of \(expected)"
        case .shape(let found, let expected):
            "shape \(found) instead of [\(expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]"
        case .length(let found, let expected): "\(found) bytes instead of \(expected)"
        case .outside(let offset, let length): "\(length) bytes at \(offset) lie outside the file"
        case .misaligned(let offset): "offset \(offset) is not a multiple of 64"
        }
    }
}

private func grouped(_ number: some BinaryInteger) -> String {
    var digits = String(number)
    var end = digits.count - 3
    while end > 0 {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
        end -= 3
    }
    return digits
}

private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}
