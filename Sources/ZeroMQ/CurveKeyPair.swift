internal import CZeroMQ

/// A pair of CURVE keys, 32 bytes each.
package struct CurveKeyPair: Sendable, Hashable {
    package let publicKey: [UInt8]
    package let secretKey: [UInt8]

    /// A new random pair.
    /// - Throws: `ZeroMQError` with `notSupported` if this libzmq was built without CURVE.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        // Z85 text: 40 characters and the closing zero.
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("make CURVE keys") }
        guard let publicKey = decode(publicText), let secretKey = decode(secretText) else {
            throw .last("decode CURVE keys")
        }
        return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
    }

    package init(publicKey: [UInt8], secretKey: [UInt8]) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    private static func decode(_ text: [CChar]) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: 32)
        return zmq_z85_decode(&key, text) == nil ? nil : key
    }
}
