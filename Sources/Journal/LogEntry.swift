/// One entry of a log.
package struct LogEntry: Sendable, Hashable {
    /// Given by the log: ascending, never repeated.
    package var sequence: UInt64
    /// Milliseconds since 1970.
    package var time: Int64
    /// What the entry holds.
    package var key: EntryKey
    /// What it belongs to: several entries with different keys may share it. `EntryKey.none` when there is nothing.
    package var group: EntryKey
    /// What sort of entry it is; the log itself gives it no meaning.
    package var kind: UInt8
    package var payload: [UInt8]

    package init(
        sequence: UInt64, time: Int64, key: EntryKey, group: EntryKey = .none, kind: UInt8, payload: [UInt8]
    ) {
        self.sequence = sequence
        self.time = time
        self.key = key
        self.group = group
        self.kind = kind
        self.payload = payload
    }
}
