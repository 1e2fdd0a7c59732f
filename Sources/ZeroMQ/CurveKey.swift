internal import CZeroMQ

/// The text form of a CURVE key: 40 characters of Z85 (https://rfc.zeromq.org/spec/32).
package enum CurveKey {
    /// Bytes of a key.
    package static let byteCount = 32
    /// Characters of its text.
    package static let textCount = 40

    /// The text of a key of 32 bytes; nil for other lengths.
    package static func text(_ key: [UInt8]) -> String? {
        guard key.count == byteCount else { return nil }
        var text = [CChar](repeating: 0, count: textCount + 1)
        guard zmq_z85_encode(&text, key, key.count) != nil else { return nil }
        return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The key that a text stands for; nil when it is none.
    package static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count == textCount, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var key = [UInt8](repeating: 0, count: byteCount)
        return zmq_z85_decode(&key, text) == nil ? nil : key
    }
}

extension CurveKeyPair {
    /// The pair of a secret key: the public key follows from it.
    /// - Throws: `ZeroMQError` with `invalid` if it has not 32 bytes, `notSupported` if this libzmq has no CURVE.
    package init(secretKey: [UInt8]) throws(ZeroMQError) {
        guard let secretText = CurveKey.text(secretKey) else {
            throw ZeroMQError(.invalid, operation: "use a CURVE key", detail: "it must have 32 bytes")
        }
        var publicText = [CChar](repeating: 0, count: CurveKey.textCount + 1)
        guard zmq_curve_public(&publicText, secretText) == 0 else { throw .last("derive a CURVE key") }
        let text = String(decoding: publicText.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let publicKey = CurveKey.bytes(text) else { throw .last("decode CURVE keys") }
        self.init(publicKey: publicKey, secretKey: secretKey)
    }
}
