package import ZeroMQ

/// A question of libzmq whether a connection may be opened (ZeroMQ Authentication Protocol 1.0, https://rfc.zeromq.org/spec/27).
package struct ZAPRequest: Sendable, Equatable {
    /// How the client shows who it is.
    package enum Credentials: Sendable, Equatable {
        /// It does not.
        case null
        case plain(name: [UInt8], password: [UInt8])
        /// Its public key, of 32 bytes; it has proven to have the secret one.
        case curve(publicKey: [UInt8])
        case other(mechanism: [UInt8])
    }

    /// What is no request.
    package enum Fault: Error, Sendable, Equatable {
        case missingFrames(Int)
        case badVersion
        /// The mechanism's credentials are not what it prescribes.
        case badCredentials
    }

    static let version: Frame = "1.0"

    /// Comes back with the reply.
    package var id: Frame
    package var domain: String
    /// Where the client is; empty over ipc.
    package var address: String
    package var credentials: Credentials

    package init(id: Frame, domain: String, address: String, credentials: Credentials) {
        self.id = id
        self.domain = domain
        self.address = address
        self.credentials = credentials
    }

    /// - Parameter frames: what follows the empty frame.
    package init(frames: some RandomAccessCollection<Frame>) throws(Fault) {
        let frames = Array(frames)
        guard frames.count >= 6 else { throw .missingFrames(frames.count) }
        guard frames[0] == Self.version else { throw .badVersion }
        id = frames[1]
        // A domain or address that is no text is none that anybody was promised.
        domain = frames[2].string ?? ""
        address = frames[3].string ?? ""
        let rest = frames.dropFirst(6)
        switch frames[5].string {
        case "NULL":
            guard rest.isEmpty else { throw .badCredentials }
            credentials = .null
        case "PLAIN":
            guard rest.count == 2 else { throw .badCredentials }
            credentials = .plain(name: frames[6].bytes, password: frames[7].bytes)
        case "CURVE":
            guard rest.count == 1, frames[6].count == CurveKey.byteCount else { throw .badCredentials }
            credentials = .curve(publicKey: frames[6].bytes)
        default: credentials = .other(mechanism: frames[5].bytes)
        }
    }

    /// The frames that `init(frames:)` reads.
    package var frames: [Frame] {
        let head = [Self.version, id, Frame(domain), Frame(address), Frame()]
        return switch credentials {
        case .null: head + ["NULL"]
        case .plain(let name, let password): head + ["PLAIN", Frame(name), Frame(password)]
        case .curve(let key): head + ["CURVE", Frame(key)]
        case .other(let mechanism): head + [Frame(mechanism)]
        }
    }
}
