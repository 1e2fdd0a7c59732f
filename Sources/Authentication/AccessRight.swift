/// What a client's key may be used for; the words of the allow-list.
package enum AccessRight: String, Sendable, Hashable, CaseIterable {
    /// Submit articles, with receipts and without: the ingest and push sockets.
    case ingest
    /// Subscribe to records.
    case stream
    /// Ask for records of the past.
    case replay
    /// Give the operator's commands.
    case control
    /// Work as this stage in a process of its own.
    case sentences, entities, attribution, sink
}

/// A group of sockets that let the same clients in: the ZAP domain.
package enum AccessDomain: String, Sendable, Hashable, CaseIterable {
    case ingest, stream, replay, control, dispatch, names

    /// A client with one of these may connect.
    package var rights: Set<AccessRight> {
        switch self {
        case .ingest: [.ingest]
        case .stream: [.stream]
        case .replay: [.replay]
        case .control: [.control]
        case .dispatch: [.sentences, .entities, .attribution, .sink]
        // Workers that attribute quotations use the learnt names.
        case .names: [.attribution]
        }
    }
}
