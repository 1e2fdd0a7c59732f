extension ServiceConfiguration {
    /// A rule that values break, each allowed by itself.
    package struct Conflict: Sendable, Equatable {
        /// The keys that it is about; the fault is reported at the first.
        package var keys: [String]
        package var message: String
    }

    /// Every endpoint by its name, in the order of the file.
    static let endpointNames: [(name: String, place: any WritableKeyPath<Endpoints, String> & Sendable)] = [
        ("ingest", \.ingest), ("push", \.push), ("stream", \.stream), ("replay", \.replay),
        ("dispatch", \.dispatch), ("control", \.control), ("names", \.names), ("names-changes", \.namesChanges),
        ("http", \.http),
    ]

    /// What is wrong with values that are each allowed by themselves. Empty for a configuration that can run.
    package func conflicts() -> [Conflict] {
        var conflicts = endpointConflicts() + securityConflicts()
        func require(_ isMet: Bool, _ keys: [String], _ message: @autoclosure () -> String) {
            if !isMet { conflicts.append(Conflict(keys: keys, message: message())) }
        }
        let article = intake.maximumArticleBytes
        require(
            intake.waitingBytes >= article, ["intake.waiting-bytes", "intake.maximum-article-bytes"],
            "found \(quotedText(intake.waitingBytes.written)), less than intake.maximum-article-bytes (\(article)): the "
                + "largest article could never be accepted; raise it to at least \(article)")
        require(
            pipeline.inFlightBytes >= article, ["pipeline.in-flight-bytes", "intake.maximum-article-bytes"],
            "found \(quotedText(pipeline.inFlightBytes.written)), less than intake.maximum-article-bytes (\(article)): the "
                + "largest article could never be analysed; raise it to at least \(article)")
        require(
            pipeline.deadAfter >= pipeline.heartbeat * 2, ["pipeline.dead-after", "pipeline.heartbeat"],
            "found \(quotedText(pipeline.deadAfter.written)), less than twice pipeline.heartbeat "
                + "(\(pipeline.heartbeat.written)): live workers would count as dead; raise it to at least "
                + "\((pipeline.heartbeat * 2).written)")
        return conflicts
    }

    private func endpointConflicts() -> [Conflict] {
        var conflicts: [Conflict] = []
        var bound: [(name: String, address: EndpointAddress)] = []
        for name in endpoints.insecure where !Self.endpointNames.contains(where: { $0.name == name }) {
            conflicts.append(
                Conflict(
                    keys: ["endpoints.insecure"],
                    message: "found \(quotedText(name)), which is no endpoint's name"
                        + suggestion(for: name, among: Self.endpointNames.map(\.name))
                        + "; endpoints are " + Self.endpointNames.map(\.name).joined(separator: ", ")))
        }
        for (name, place) in Self.endpointNames {
            let text = endpoints[keyPath: place]
            if name == "http", text.isEmpty { continue }
            let key = "endpoints.\(name)"
            let address: EndpointAddress
            do {
                address = try name == "http" ? EndpointAddress(hostAndPort: text) : EndpointAddress(endpoint: text)
            } catch {
                conflicts.append(Conflict(keys: [key], message: "found \(quotedText(text)): \(error)"))
                continue
            }
            if !address.isLocal, !isGuarded(name) {
                let remedy =
                    name == "http"
                    ? "without a token; use 127.0.0.1, name a file with one in security.http-token, or allow it to everybody"
                    : "without encryption; use 127.0.0.1, name keys in security.secret-key and security.clients, or allow it"
                conflicts.append(
                    Conflict(
                        keys: [key, "endpoints.insecure"],
                        message: "found \(quotedText(text)), which other machines can reach \(remedy) by adding "
                            + "\"\(name)\" to endpoints.insecure"))
            }
            if let other = bound.first(where: { $0.address.clashes(with: address) }) {
                conflicts.append(
                    Conflict(
                        keys: [key, "endpoints.\(other.name)"],
                        message:
                            "found \(quotedText(text)), which clashes with endpoints.\(other.name); give each its own "
                            + "port or path"))
            }
            bound.append((name, address))
        }
        return conflicts
    }
}
