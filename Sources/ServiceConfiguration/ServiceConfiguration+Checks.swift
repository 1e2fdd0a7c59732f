extension ServiceConfiguration {
    /// A rule that values break, each allowed by itself.
    package struct Conflict: Sendable, Equatable {
        /// The keys that it is about; the fault is reported at the first.
        package var keys: [String]
        package var message: String

        package init(keys: [String], message: String) {
            self.keys = keys
            self.message = message
        }
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
        require(
            records.retention >= stream.heartbeat * 2, ["records.retention", "stream.heartbeat"],
            "found \(quotedText(records.retention.written)), less than twice stream.heartbeat (\(stream.heartbeat.written)), by "
                + "which subscribers learn that they missed something: nothing would be left to replay; raise it")
        require(
            records.retentionBytes >= replay.batchBytes, ["records.retention-bytes", "replay.batch-bytes"],
            "found \(quotedText(records.retentionBytes.written)), less than one answer of replay (replay.batch-bytes, "
                + "\(replay.batchBytes)); raise it")
        require(
            names.mode != .off || names.version == 0, ["names.version", "names.mode"],
            "found \(quotedText(String(names.version))), but names.mode is \"off\": no names would be given; set names.mode to "
                + "\"use\", or leave the version out")
        return conflicts + stageConflicts() + archiveConflicts() + hostConflicts()
    }

    private func stageConflicts() -> [Conflict] {
        var conflicts: [Conflict] = []
        if let twice = service.stages.enumerated().first(where: { service.stages[..<$0.offset].contains($0.element) }) {
            conflicts.append(
                Conflict(
                    keys: ["service.stages"],
                    message: "names \(quotedText(twice.element)) twice; name it once, and set its workers in "
                        + "[stages.\(twice.element)]"))
        }
        // Without ingest, the dispatcher is in another process: an address to connect to.
        if !service.stages.isEmpty, !service.stages.contains("ingest"),
            case .tcp(let host, let port)? = try? EndpointAddress(endpoint: endpoints.dispatch),
            ["*", "0.0.0.0", "::"].contains(host) || port == 0
        {
            conflicts.append(
                Conflict(
                    keys: ["endpoints.dispatch", "service.stages"],
                    message: "found \(quotedText(endpoints.dispatch)), which nobody can connect to, and service.stages leaves "
                        + "ingest to another process; give the host and port of that process"))
        }
        return conflicts
    }

    private func archiveConflicts() -> [Conflict] {
        let path = archive.path
        let own = ["", "/intake", "/records", "/dead-letters", "/names"].map { state + $0 }
        guard archive.isEnabled, !path.isEmpty, own.contains(path.hasSuffix("/") ? String(path.dropLast()) : path) else {
            return []
        }
        return [
            Conflict(
                keys: ["archive.path"],
                message: "found \(quotedText(path)), where the service keeps its logs; choose a directory of its own")
        ]
    }

    private func hostConflicts() -> [Conflict] {
        page.hosts.filter { $0.utf8.contains { "/: \t@".utf8.contains($0) } }.prefix(1).map { host in
            Conflict(
                keys: ["page.hosts"],
                message: "found \(quotedText(host)), expected a host's name alone, without http:// and port: news.example.org")
        }
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
            // That no state directory is known is one fault, not one for each endpoint in it.
            if state.isEmpty, text.contains("{") { continue }
            let key = "endpoints.\(name)"
            let address: EndpointAddress
            do {
                address = try name == "http" ? EndpointAddress(hostAndPort: text) : EndpointAddress(endpoint: text)
            } catch {
                conflicts.append(Conflict(keys: [key], message: "found \(quotedText(text)): \(error)"))
                continue
            }
            if name == "http", text.hasSuffix(":*") {
                conflicts.append(
                    Conflict(keys: [key], message: "found \(quotedText(text)), expected a port as a number, such as 5570"))
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
