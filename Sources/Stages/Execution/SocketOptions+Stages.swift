package import ZeroMQ

extension SocketOptions {
    /// Largest frame between stages: the largest article that can be configured, or its largest layer.
    static let stageMessageBytes: Int64 = 1 << 30

    /// A stage's connection to the dispatcher: credit bounds what is under way, so the high-water marks are only a
    /// safety net; nothing queues for a peer that is not there.
    package static var worker: SocketOptions {
        var options = SocketOptions()
        options.sendHighWaterMark = 10_000
        options.receiveHighWaterMark = 10_000
        options.immediate = true
        // The goodbye should arrive: without it the article that ran is blamed for a death.
        options.linger = .milliseconds(500)
        options.maximumMessageBytes = stageMessageBytes
        return options
    }
}
