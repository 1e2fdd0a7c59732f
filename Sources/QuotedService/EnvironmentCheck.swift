internal import Glibc
internal import Journal
internal import LearntNames
internal import Observability
internal import ServiceClient
package import ServiceConfiguration
internal import Stages

/// Whether this machine lets the configuration work: for `quoted check`.
package struct EnvironmentCheck {
    package typealias Fault = ServiceConfiguration.Conflict

    let configuration: ServiceConfiguration
    /// Whether a key was given at all.
    let isGiven: (String) -> Bool
    let roles: ServiceRoles?
    /// The service that uses the state directory now.
    let holder: LockHolder?
    /// Whether that service has this configuration's endpoints: then it is what listens there.
    let isRunning: Bool
    /// Sockets that somebody else made.
    let listeners: HandedListeners

    /// Looks at directories, sockets, limits, the model and the names' files. It binds addresses for a moment.
    /// - Parameter handed: sockets that the service is given at its start.
    /// - Returns: the configuration's faults with those of the machine, and what else is worth knowing.
    package static func complete(
        _ inspected: ServiceConfiguration.Inspected, handed: [HandedSocket] = []
    ) -> (inspected: ServiceConfiguration.Inspected, notices: [String]) {
        var inspected = inspected
        let check = EnvironmentCheck(inspected, handed)
        inspected.add(check.faults)
        if let file = inspected.emptyFile {
            inspected.faults.insert(
                ConfigurationFault(
                    origin: .file(file, line: 1), key: nil,
                    message: "the file is empty, as after a failed write; put it back, or remove it to run on the defaults"),
                at: 0)
        }
        guard check.isRunning, let holder = check.holder else { return (inspected, []) }
        return (inspected, ["process \(holder.processID) runs this service; what listens at its endpoints was taken for it"])
    }

    private init(_ inspected: ServiceConfiguration.Inspected, _ handed: [HandedSocket]) {
        configuration = inspected.configuration
        isGiven = { inspected.origins[$0] != nil }
        roles = try? ServiceRoles(configured: configuration.service.stages, of: .standard)
        listeners = HandedListeners(handed, for: configuration, roles: nil)
        let state = configuration.state
        holder = state.isEmpty ? nil : LockHolder(directory: "\(state)/intake") ?? LockHolder(directory: "\(state)/records")
        isRunning = holder != nil && SocketCheck.isTaken(configuration.endpoints.control)
    }

    private var faults: [Fault] {
        stageFaults + stateFaults + archiveFaults + socketFaults + limitFaults + memoryFaults + analyzerFaults + nameFaults
            + securityFaults + listeners.faults.map { Fault(keys: [], message: $0) }
    }

    // MARK: Stages

    private var stageFaults: [Fault] {
        do {
            _ = try ServiceRoles(configured: configuration.service.stages, of: .standard)
        } catch {
            let text = "\(error)"
            let message = text.hasPrefix("service.stages: ") ? String(text.dropFirst("service.stages: ".count)) : text
            return [Fault(keys: ["service.stages"], message: message)]
        }
        let dispatch = configuration.endpoints.dispatch
        guard let roles, !roles.takesArticles, !isGiven("endpoints.dispatch"), !SocketCheck.isTaken(dispatch) else { return [] }
        return [
            Fault(
                keys: ["endpoints.dispatch", "service.stages"],
                message: "is not given, service.stages leaves ingest to another process, and nobody listens at \(dispatch); give "
                    + "the address of the process that runs ingest, or start that one first")
        ]
    }

    // MARK: Directories

    private var stateFaults: [Fault] {
        let state = configuration.state
        guard !state.isEmpty else { return [] }
        var faults = DirectoryCheck(key: "state", path: state).faults
        if let holder, !isRunning {
            faults.append(
                Fault(
                    keys: ["state"],
                    message: "process \(holder.processID), a service with other endpoints, uses \(state); stop it first, or "
                        + "choose another directory with --state"))
        }
        return faults
    }

    private var archiveFaults: [Fault] {
        let archive = configuration.archive
        guard archive.isEnabled, !archive.path.isEmpty else { return [] }
        return DirectoryCheck(key: "archive.path", path: archive.path).faults
    }

    // MARK: Sockets

    private var socketFaults: [Fault] {
        let endpoints = configuration.endpoints
        var bound: [(String, String)] = []
        if roles?.takesArticles ?? true {
            bound += [
                ("ingest", endpoints.ingest), ("push", endpoints.push), ("dispatch", endpoints.dispatch),
                ("control", endpoints.control),
            ]
        }
        if roles?.writesRecords ?? true {
            bound += [("stream", endpoints.stream), ("replay", endpoints.replay)]
            if configuration.names.mode != .off {
                bound += [("names", endpoints.names), ("names-changes", endpoints.namesChanges)]
            }
        }
        if !endpoints.http.isEmpty { bound.append(("http", endpoints.http)) }
        return bound.filter { !listeners.covers($0.1) }.compactMap { name, text in
            SocketCheck(name: name, text: text, state: configuration.state, isRunning: isRunning).fault
        }
    }

    // MARK: Limits

    /// Sockets and files of every part, before anybody connects.
    private static let baseFiles = 192
    /// A record of a long news article.
    private static let recordBytes = 16 << 10
    /// Model, code and buffers.
    private static let baseMemory = 128 << 20

    private var limitFaults: [Fault] {
        let page = configuration.page.isEnabled ? configuration.page.clients : 0
        let workers = [configuration.stages.sentences, configuration.stages.entities, configuration.stages.attribution]
            .reduce(0) { $0 + $1.workers }
        let needed = max(256, Self.baseFiles + page + 2 * workers)
        guard let limit = ProcessLimits.openFiles, limit < needed else { return [] }
        return [
            Fault(
                keys: needed > 256 ? ["page.clients"] : [],
                message: "at most \(limit) open files are allowed, \(needed) are needed for what is configured; raise the limit "
                    + "to \(max(1_024, 2 * needed)) (ulimit -n, LimitNOFILE=)")
        ]
    }

    private var memoryFaults: [Fault] {
        guard let limit = ProcessLimits.memoryBytes else { return [] }
        var faults: [Fault] = []
        let pipeline = configuration.pipeline.inFlightBytes.bytes
        let page = configuration.page.isEnabled ? configuration.page.recentBytes.bytes : 0
        if pipeline.addingReportingOverflow(page + Self.baseMemory).partialValue > limit {
            faults.append(
                Fault(
                    keys: pipeline >= page
                        ? ["pipeline.in-flight-bytes", "page.recent-bytes"] : ["page.recent-bytes", "pipeline.in-flight-bytes"],
                    message: "pipeline.in-flight-bytes (\(configuration.pipeline.inFlightBytes)), page.recent-bytes "
                        + "(\(configuration.page.recentBytes)) and the program itself (\(ByteText.text(Self.baseMemory))) do not "
                        + "fit into the \(ByteText.text(limit)) of memory here; lower them"))
        }
        let held = min(configuration.stream.highWaterMark * Self.recordBytes, configuration.stream.queueBytes.bytes)
        if held > limit {
            faults.append(
                Fault(
                    keys: ["stream.queue-bytes", "stream.high-water-mark"],
                    message: "for one subscriber that does not read, records of \(ByteText.text(held)) would be held, more than "
                        + "the \(ByteText.text(limit)) of memory here; lower one of them, subscribers replay what they miss"))
        }
        return faults
    }

    // MARK: Keys

    /// Each says its key first.
    private var securityFaults: [Fault] {
        ServiceSecurity.faults(configuration).map { text in
            guard let colon = text.firstRange(of: ": "), text.hasPrefix("security.") else { return Fault(keys: [], message: text) }
            return Fault(keys: [String(text[..<colon.lowerBound])], message: String(text[colon.upperBound...]))
        }
    }

    // MARK: Model and names

    private var analyzerFaults: [Fault] {
        do {
            _ = try ConfiguredAnalyzer.make(configuration.analysis)
            return []
        } catch {
            return [Fault(keys: ["analysis.model"], message: "\(error)")]
        }
    }

    private var nameFaults: [Fault] {
        let names = configuration.names
        guard names.mode != .off else { return [] }
        var faults: [Fault] = []
        var (seedAlone, holdersAlone) = (names, names)
        seedAlone.officeHolders = ""
        holdersAlone.seed = ""
        for (key, settings) in [("names.seed", seedAlone), ("names.office-holders", holdersAlone)] {
            do { _ = try NameSources(settings) } catch {
                faults.append(Fault(keys: [key], message: "\(error); mend the file, or name another"))
            }
        }
        guard roles?.writesRecords ?? true, !configuration.state.isEmpty else { return faults }
        return faults + storeFaults
    }

    private var storeFaults: [Fault] {
        let (names, directory) = (configuration.names, "\(configuration.state)/names")
        if names.version > 0 {
            do {
                _ = try NameLog.table(directory: directory, version: UInt64(names.version))
            } catch {
                return [
                    Fault(
                        keys: ["names.version"],
                        message: "found \(names.version): \(error); name a version that is kept (quoted names check), or 0")
                ]
            }
        }
        guard names.mode == .use, access(directory, F_OK) != 0 else { return [] }
        return [
            Fault(
                keys: ["names.mode"],
                message: "found \"use\", but no names were learnt in \(directory), and this mode learns none; choose \"learn\", "
                    + "or bring the folder of a service that learnt")
        ]
    }
}
