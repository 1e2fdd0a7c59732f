package import ZeroMQ

/// The answer to a `ZAPRequest`.
package struct ZAPReply: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        case allowed = "200"
        case tryAgain = "300"
        case refused = "400"
        case fault = "500"
    }

    package var id: Frame
    package var status: Status
    /// For people, never for deciding anything.
    package var text: String
    /// Becomes the "User-Id" of each message of the connection.
    package var user: String

    package init(id: Frame, status: Status, text: String, user: String = "") {
        self.id = id
        self.status = status
        self.text = text
        self.user = user
    }

    /// - Parameter frames: what follows the empty frame. Nil when they are no reply.
    package init?(frames: some RandomAccessCollection<Frame>) {
        let frames = Array(frames)
        guard frames.count == 6, frames[0] == ZAPRequest.version, let status = frames[2].string.flatMap(Status.init(rawValue:)),
            let text = frames[3].string, let user = frames[4].string
        else { return nil }
        self.init(id: frames[1], status: status, text: text, user: user)
    }

    /// The frames that libzmq reads; the last, for further metadata, is empty.
    package var frames: [Frame] {
        [ZAPRequest.version, id, Frame(status.rawValue), Frame(text), Frame(user), Frame()]
    }
}
