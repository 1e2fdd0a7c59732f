internal import Synchronization

/// How many bytes of certain frames are held at present, by anybody: those that wait in libzmq's queues as well. Any thread may
/// ask.
package final class ByteGauge: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package var bytes: Int { count.load(ordering: .relaxed) }

    func add(_ bytes: Int) { count.wrappingAdd(bytes, ordering: .relaxed) }
}
