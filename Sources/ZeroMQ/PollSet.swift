internal import CZeroMQ
internal import Glibc

/// The sockets that somebody waits for, and the event descriptor by which other threads wake the loop. A socket that nobody
/// waits for is not polled: what arrives there stays in its queue and, when that is full, with the peer.
struct PollSet {
    private struct Entry {
        let socket: Socket
        var receiver: Waiter?
        var sender: Waiter?
    }

    /// The event descriptor, then one item per entry, in the same order.
    private var items: [zmq_pollitem_t]
    private var entries: [Entry] = []

    init(wakeup: Int32) {
        items = [zmq_pollitem_t(socket: nil, fd: wakeup, events: Int16(ZMQ_POLLIN), revents: 0)]
    }

    var waiters: [Waiter] { entries.flatMap { [$0.receiver, $0.sender].compactMap(\.self) } }

    /// Waiters for time only, and for closed sockets, are no matter of the poll set.
    mutating func add(_ waiter: Waiter) {
        switch waiter.interest {
        case .time: break
        case .receive(let socket): update(socket) { $0.receiver = waiter }
        case .send(let socket): update(socket) { $0.sender = waiter }
        }
    }

    mutating func remove(_ waiter: Waiter) {
        switch waiter.interest {
        case .time: break
        case .receive(let socket): update(socket) { if $0.receiver === waiter { $0.receiver = nil } }
        case .send(let socket): update(socket) { if $0.sender === waiter { $0.sender = nil } }
        }
    }

    func hasReceiver(_ socket: Socket) -> Bool {
        socket.pollIndex >= 0 && entries[socket.pollIndex].receiver != nil
    }

    func hasSender(_ socket: Socket) -> Bool {
        socket.pollIndex >= 0 && entries[socket.pollIndex].sender != nil
    }

    func waiters(of socket: Socket) -> [Waiter] {
        guard socket.pollIndex >= 0 else { return [] }
        return [entries[socket.pollIndex].receiver, entries[socket.pollIndex].sender].compactMap(\.self)
    }

    private mutating func update(_ socket: Socket, _ change: (inout Entry) -> Void) {
        if socket.pollIndex < 0 {
            var entry = Entry(socket: socket)
            change(&entry)
            guard entry.receiver != nil || entry.sender != nil else { return }
            socket.pollIndex = entries.count
            entries.append(entry)
            items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: events(of: entry), revents: 0))
            return
        }
        let index = socket.pollIndex
        change(&entries[index])
        items[index + 1].events = events(of: entries[index])
        if items[index + 1].events == 0 { drop(index) }
    }

    private func events(of entry: Entry) -> Int16 {
        Int16((entry.receiver == nil ? 0 : ZMQ_POLLIN) | (entry.sender == nil ? 0 : ZMQ_POLLOUT))
    }

    /// The last one takes the freed place.
    private mutating func drop(_ index: Int) {
        entries[index].socket.pollIndex = -1
        let last = entries.removeLast()
        let item = items.removeLast()
        guard index < entries.count else { return }
        entries[index] = last
        items[index + 1] = item
        last.socket.pollIndex = index
    }

    /// Waits for the sockets, the event descriptor and the time; -1 milliseconds: without end.
    /// - Returns: those whose sockets are ready.
    mutating func poll(milliseconds: Int) -> [Waiter] {
        let status = items.withUnsafeMutableBufferPointer { buffer in
            zmq_poll(buffer.baseAddress, Int32(buffer.count), milliseconds)
        }
        if status == 0 { return [] }
        if status < 0 {
            // A terminated context, or a socket that is none any more: the next call of whoever waits will say which.
            return zmq_errno() == EINTR ? [] : waiters
        }
        if items[0].revents != 0 {
            var count: UInt64 = 0
            _ = read(items[0].fd, &count, MemoryLayout<UInt64>.size)
        }
        var ready: [Waiter] = []
        for (index, entry) in entries.enumerated() {
            let events = Int32(items[index + 1].revents)
            if events & ZMQ_POLLIN != 0, let receiver = entry.receiver { ready.append(receiver) }
            if events & ZMQ_POLLOUT != 0, let sender = entry.sender { ready.append(sender) }
        }
        return ready
    }
}
