package import Pipeline

/// The header of a message of the names' channel; snapshots and operations follow in frames of their own.
///
/// The channel is the zguide's Clone pattern: a worker asks for the whole table once (DEALER to ROUTER) and hears of every
/// change after that (SUB to PUB). Changes are numbered by the table's versions: where one is missing, it asks again.
package struct NameMessage: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Asks for the table.
        case request
        /// One frame follows, the table of version `to`.
        case snapshot
        /// The operations `from + 1 ... to` follow.
        case changes
        /// Nothing changed: the server is there, at version `to`.
        case alive
    }

    static let version: UInt8 = 1

    package var kind: Kind
    /// Tells one run of the server from the next.
    package var instance: UInt64
    package var from: UInt64
    package var to: UInt64

    package init(_ kind: Kind, instance: UInt64 = 0, from: UInt64 = 0, to: UInt64 = 0) {
        self.kind = kind
        self.instance = instance
        self.from = from
        self.to = to
    }

    package func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(byte: Self.version)
        writer.write(choice: kind)
        writer.write(instance)
        writer.write(from)
        writer.write(to)
        return writer.bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> NameMessage {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let kind: Kind = try reader.readChoice("kind")
        let message = NameMessage(
            kind, instance: try reader.readInteger("instance"), from: try reader.readInteger("from"),
            to: try reader.readInteger("to"))
        try reader.expectEnd()
        guard message.from <= message.to else { throw .invalid(field: "to") }
        return message
    }
}

/// A worker's copy of the table, and what it must do to have the newest: no sockets, no clock.
package struct NameReplica: Sendable {
    package enum Action: Sendable, Equatable {
        case nothing
        /// The table is newer now.
        case publish
        /// Ask for the whole table.
        case ask
    }

    package private(set) var table: NameTable?
    private var instance: UInt64?
    package private(set) var isAsking = false
    /// Changes that came while the table was asked for.
    private var waiting: [(from: UInt64, operations: [NameOperation])] = []
    private var waitingOperations = 0

    /// Changes that wait for a table; more are dropped, and the gap leads to another table.
    static let maximumWaiting = 10_000

    package init() {}

    /// Call at the start, and again while no answer comes.
    package mutating func beginAsking() { isAsking = true }

    package mutating func receive(snapshot: NameTable, instance: UInt64) -> Action {
        isAsking = false
        // An answer that was overtaken by changes is older than what is here.
        let isOlder = self.instance == instance && snapshot.version < table?.version ?? 0
        if !isOlder { table = snapshot }
        self.instance = instance
        let changes = waiting
        waiting = []
        waitingOperations = 0
        for change in changes {
            if receive(change.operations, from: change.from, instance: instance) == .ask { return .ask }
        }
        return .publish
    }

    package mutating func receive(_ operations: [NameOperation], from: UInt64, instance: UInt64) -> Action {
        guard !isAsking, self.instance == instance, var table else {
            if waitingOperations + operations.count <= Self.maximumWaiting {
                waiting.append((from, operations))
                waitingOperations += operations.count
            }
            if isAsking { return .nothing }
            return ask()
        }
        guard from <= table.version else { return ask() }
        let to = from + UInt64(operations.count)
        guard to > table.version else { return .nothing }
        for (offset, operation) in operations.enumerated() where from + UInt64(offset) + 1 > table.version {
            table.apply(operation, version: from + UInt64(offset) + 1)
        }
        self.table = table
        return .publish
    }

    /// A sign of life of the server.
    package mutating func receive(alive version: UInt64, instance: UInt64) -> Action {
        guard !isAsking else { return .nothing }
        guard self.instance == instance, let table, table.version >= version else { return ask() }
        return .nothing
    }

    private mutating func ask() -> Action {
        isAsking = true
        return .ask
    }
}
