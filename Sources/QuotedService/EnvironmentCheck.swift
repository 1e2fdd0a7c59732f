internal import Glibc
internal import LearntNames
package import ServiceConfiguration
internal import Stages

/// Whether this machine lets the configuration work: for `quoted check`.
package enum EnvironmentCheck {
    /// One sentence for each fault, with its remedy.
    package static func faults(of configuration: ServiceConfiguration) -> [String] {
        stageFaults(configuration.service.stages) + directoryFaults("state", configuration.state)
            + (configuration.archive.path.isEmpty ? [] : directoryFaults("archive.path", configuration.archive.path))
            + folderFaults(configuration) + descriptorFaults() + analyzerFaults(configuration.analysis)
            + nameFaults(configuration.names) + ServiceSecurity.faults(configuration)
    }

    private static func nameFaults(_ names: ServiceConfiguration.Names) -> [String] {
        guard names.mode != .off else { return [] }
        do {
            _ = try NameSources(names)
            return []
        } catch {
            return ["names: \(error)"]
        }
    }

    private static func analyzerFaults(_ analysis: ServiceConfiguration.Analysis) -> [String] {
        do {
            _ = try ConfiguredAnalyzer.make(analysis)
            return []
        } catch {
            return ["analysis.model: \(error)"]
        }
    }

    /// A socket file needs its folder; that of the state directory is made at start.
    private static func folderFaults(_ configuration: ServiceConfiguration) -> [String] {
        let endpoints = configuration.endpoints
        let named = [
            ("ingest", endpoints.ingest), ("push", endpoints.push), ("stream", endpoints.stream),
            ("replay", endpoints.replay), ("dispatch", endpoints.dispatch), ("control", endpoints.control),
            ("names", endpoints.names), ("names-changes", endpoints.namesChanges),
        ]
        return named.compactMap { name, endpoint in
            guard endpoint.hasPrefix("ipc:///"), let slash = endpoint.lastIndex(of: "/") else { return nil }
            let folder = String(endpoint[endpoint.index(endpoint.startIndex, offsetBy: 6)..<slash])
            guard folder != configuration.state, !folder.isEmpty, access(folder, W_OK | X_OK) != 0 else { return nil }
            return "endpoints.\(name): the folder \(folder) is missing or cannot be written; make it or choose another"
        }
    }

    private static func stageFaults(_ names: [String]) -> [String] {
        do {
            _ = try ServiceRoles(configured: names, of: .standard)
            return []
        } catch {
            return ["\(error)"]
        }
    }

    /// The nearest existing directory must let this user create what is missing.
    private static func directoryFaults(_ key: String, _ path: String) -> [String] {
        var existing = path
        while !existing.isEmpty, access(existing, F_OK) != 0 {
            guard let slash = existing.lastIndex(of: "/") else { break }
            existing = String(existing[..<slash])
        }
        if existing.isEmpty { existing = "/" }
        var status = stat()
        guard stat(existing, &status) == 0 else { return ["\(key): \(existing) cannot be looked at"] }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return ["\(key): \(existing) is not a directory; choose another"]
        }
        // Some places take no new directory although the mode would let this user: only trying tells.
        var trial = Array((existing + "/.quoted-check-XXXXXX").utf8CString)
        let isUsable = access(existing, W_OK | X_OK) == 0 && (existing == path || mkdtemp(&trial) != nil)
        if isUsable, existing != path { rmdir(trial) }
        guard isUsable else {
            return [
                "\(key): \(existing) cannot be written by this user; choose another\(key == "state" ? " with --state" : "") or change its owner"
            ]
        }
        return []
    }

    private static func descriptorFaults() -> [String] {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < 256 else {
            return []
        }
        return [
            "at most \(limit.rlim_cur) open files are allowed; raise that to 1024 or more (ulimit -n, LimitNOFILE=)"
        ]
    }
}
