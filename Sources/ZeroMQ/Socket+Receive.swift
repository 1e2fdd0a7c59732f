internal import CZeroMQ
internal import Glibc

extension Socket {
    /// The next message if there is one; never waits.
    /// - Throws: `ZeroMQError`: `closed`, `terminated`, `wrongState`.
    package func tryReceive() throws(ZeroMQError) -> Message? {
        let handle = try adopt("receive")
        guard try receiveFrame(handle) else { return nil }
        let hasMore = zmq_msg_more(arrival) != 0
        var message = Message(frames: [Frame(moving: arrival)])
        if hasMore { try receiveRest(handle, &message) }
        return message
    }

    /// Waits for a message.
    /// - Throws: `CancellationError` when the task is cancelled; `ZeroMQError`.
    package func receive(isolation: isolated (any Actor)? = #isolation) async throws -> Message {
        try await enter()
        while true {
            if let message = try tryReceive() {
                loop.budget -= 1
                return message
            }
            _ = try await waitForMessage(until: .forever)
        }
    }

    /// Waits for a message, then takes what else is there.
    /// - Returns: 1 to `count` messages in the order of their arrival; none if `count` is less than 1.
    /// - Throws: `CancellationError` when the task is cancelled; `ZeroMQError`. Messages are not lost by either.
    package func receive(
        upTo count: Int, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [Message] {
        try await receive(upTo: count, until: .forever)
    }

    /// Like `receive(upTo:)`, but waits no longer than `limit`.
    /// - Returns: no messages if none came in time.
    package func receive(
        upTo count: Int, within limit: Duration, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [Message] {
        try await receive(upTo: count, until: .now + limit)
    }

    private func receive(
        upTo count: Int, until deadline: MonotonicTime, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [Message] {
        guard count > 0 else { return [] }
        try await enter()
        while true {
            let messages = try takeMessages(upTo: count)
            if !messages.isEmpty { return messages }
            if deadline != .forever, deadline <= .now { return [] }
            if try await waitForMessage(until: deadline) == .timedOut { return try takeMessages(upTo: count) }
        }
    }

    private func takeMessages(upTo count: Int) throws -> [Message] {
        var messages: [Message] = []
        do {
            while messages.count < count, let message = try tryReceive() { messages.append(message) }
        } catch {
            // What was read must reach the caller; the error comes again with the next call.
            guard !messages.isEmpty else { throw error }
        }
        loop.budget -= messages.count
        return messages
    }

    /// Every waiting call begins here: a busy socket must neither outlive its task's cancellation nor starve the others.
    func enter(isolation: isolated (any Actor)? = #isolation) async throws {
        try Task.checkCancellation()
        await loop.giveWay()
    }

    private func waitForMessage(
        until deadline: MonotonicTime, isolation: isolated (any Actor)? = #isolation
    ) async throws -> Waiter.Outcome {
        _ = try open("receive")
        guard !loop.hasReceiver(self) else { throw ZeroMQError(.concurrentUse, operation: "receive") }
        return try await loop.suspend(Waiter(.receive(self), deadline: deadline))
    }

    // MARK: Frames

    /// Receives into `arrival`; false if nothing is there.
    private func receiveFrame(_ handle: UnsafeMutableRawPointer) throws(ZeroMQError) -> Bool {
        while zmq_msg_recv(arrival, handle, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            case let number: throw ZeroMQError(number: number, operation: "receive")
            }
        }
        return true
    }

    /// The frames after the first are there already: libzmq delivers messages whole.
    private func receiveRest(_ handle: UnsafeMutableRawPointer, _ message: inout Message) throws(ZeroMQError) {
        var isTruncated = false
        repeat {
            guard try receiveFrame(handle) else { break }
            if message.frames.count < options.maximumFrames {
                let hasMore = zmq_msg_more(arrival) != 0
                message.frames.append(Frame(moving: arrival))
                if !hasMore { break }
            } else {
                // Read off and dropped: the next receive into `arrival` releases it.
                isTruncated = true
                if zmq_msg_more(arrival) == 0 { break }
            }
        } while true
        if isTruncated {
            zmq_msg_close(arrival)
            zmq_msg_init(arrival)
            message = Message(frames: message.frames, isTruncated: true)
        }
    }
}
