/// What subscribers of an XPUB socket want, from its subscription messages: 1 or 0, then the topic's prefix.
///
/// The socket reports a prefix when the first subscriber asks for it and when the last one leaves.
package struct SubscriptionTable {
    private var prefixes: Set<[UInt8]> = []

    package init() {}

    package var count: Int { prefixes.count }

    package mutating func note(_ message: [UInt8]) {
        guard let first = message.first, message.count <= 1_024 else { return }
        let prefix = Array(message.dropFirst())
        if first == 1, prefixes.count < 100_000 { prefixes.insert(prefix) }
        if first == 0 { prefixes.remove(prefix) }
    }

    /// Whether somebody may want messages whose topic begins so.
    package func wants(_ topic: String) -> Bool {
        let topic = Array(topic.utf8)
        return prefixes.contains { $0.starts(with: topic) || topic.starts(with: $0) }
    }
}
