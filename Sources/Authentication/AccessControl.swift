internal import Synchronization
package import ZeroMQ

/// The keys of this service and the clients that it lets in, as they stand now. A reload replaces them as a whole, for new
/// connections and for the next message of those that exist.
package final class AccessControl: Sendable {
    private struct State {
        var keys: CurveKeyPair
        var list: AllowList
    }

    /// What a replacement changed.
    package struct Change: Sendable, Equatable {
        /// The service has another key.
        package var isRekeyed = false
        /// Somebody lost this right, or has another key now.
        package var revoked: Set<AccessRight> = []

        package init() {}
    }

    private let state: Mutex<State>
    /// With what the parts of this process connect to each other over the network; made anew at each start and known to
    /// nobody else.
    private let ownKeys: CurveKeyPair
    private let ownClient: AllowList.Client

    /// - Throws: `ZeroMQError` if this libzmq has no CURVE.
    package init(keys: CurveKeyPair, list: AllowList) throws(ZeroMQError) {
        state = Mutex(State(keys: keys, list: list))
        ownKeys = try .generate()
        // Not a name that the allow-list could have.
        ownClient = AllowList.Client(
            name: "(this process)", publicKey: ownKeys.publicKey, rights: [.stream, .replay])
    }

    /// The service's secret key.
    package var secretKey: [UInt8] { state.withLock { $0.keys.secretKey } }

    /// How parts of this process connect to its own sockets.
    package var ownIdentity: ClientIdentity {
        ClientIdentity(serviceKey: state.withLock { $0.keys.publicKey }, keys: ownKeys)
    }

    /// Takes new keys and another list.
    package func replace(keys: CurveKeyPair, list: AllowList) -> Change {
        state.withLock { state in
            var change = Change()
            change.isRekeyed = state.keys != keys
            for client in state.list.clients {
                change.revoked.formUnion(client.rights.subtracting(list.client(withKey: client.publicKey)?.rights ?? []))
            }
            state = State(keys: keys, list: list)
            return change
        }
    }

    /// Who has this key.
    package func client(withKey key: [UInt8]) -> AllowList.Client? {
        if key == ownClient.publicKey { return ownClient }
        return state.withLock { $0.list.client(withKey: key) }
    }
}
