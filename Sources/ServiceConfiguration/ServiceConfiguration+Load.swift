internal import Configuration
internal import Glibc
internal import Synchronization

extension ServiceConfiguration {
    /// The file that is read when none is named and it exists.
    package static let systemFile = "/etc/quoted/quoted.toml"

    /// Reads the configuration: flags before environment before file before defaults.
    ///
    /// Waits for the disk (one small file): call it at start, or from a thread that nothing waits for.
    ///
    /// - Parameters:
    ///   - file: the file named on the command line. Else `QUOTED_CONFIG` names it, else it is `systemFile` if that
    ///     exists, else there is none.
    ///   - flags: values from the command line, by the keys' names in the file (`pipeline.tries`).
    ///   - environment: the process's environment.
    ///   - systemFile: as above; tests name another.
    /// - Returns: the configuration, nil when there is any fault; and every fault, those of the file first, by line.
    package static func load(
        file: String?, flags: [String: String], environment: [String: String], systemFile: String = Self.systemFile
    ) -> (configuration: ServiceConfiguration?, faults: [ConfigurationFault]) {
        let loaded = inspect(file: file, flags: flags, environment: environment, systemFile: systemFile)
        return (loaded.faults.isEmpty ? loaded.configuration : nil, loaded.faults)
    }

    /// A configuration with its faults, so that what is not faulty can be looked at as well.
    package struct Inspected: Sendable {
        /// With the default wherever a value cannot be used.
        package var configuration: ServiceConfiguration
        /// Those of the file first, by line.
        package var faults: [ConfigurationFault]
        /// Where each key that was given was given.
        package var origins: [String: ConfigurationFault.Origin]
        /// The file that was read, if it holds nothing at all.
        package var emptyFile: String?

        /// Where the first of these keys that was given at all was given.
        package func origin(of keys: [String]) -> ConfigurationFault.Origin {
            keys.lazy.compactMap { origins[$0] }.first ?? .standard
        }

        /// Adds faults of what is around: those of keys that are faulty anyway are left out.
        package mutating func add(_ conflicts: [Conflict]) {
            let faulty = Set(faults.compactMap(\.key))
            let added = conflicts.filter { faulty.isDisjoint(with: $0.keys) }.map { conflict in
                ConfigurationFault(origin: origin(of: conflict.keys), key: conflict.keys.first, message: conflict.message)
            }
            faults = ServiceConfiguration.inReadingOrder(faults + added)
        }
    }

    /// As `load`, but what can be read is returned along with the faults.
    package static func inspect(
        file: String?, flags: [String: String], environment: [String: String], systemFile: String = Self.systemFile
    ) -> Inspected {
        var faults = environmentFaults(environment) + flagFaults(flags)
        let named = [file, environment["QUOTED_CONFIG"]].compactMap { $0 }.first { !$0.isEmpty }
        var document: TOMLDocument?
        do throws(ConfigurationFault) {
            if let named {
                document = try TOMLDocument(reading: named)
            } else if access(systemFile, F_OK) == 0 {
                document = try TOMLDocument(reading: systemFile)
            }
        } catch {
            faults.append(error)
        }
        faults += document?.faults ?? []

        var reading = Reading(document: document, flags: flags, environment: environment)
        var configuration = reading.values()
        let paths = Paths(environment: environment)
        paths.resolve(&configuration, faults: &reading.faults)
        faults += reading.faults

        var origins: [String: ConfigurationFault.Origin] = [:]
        for key in ConfigurationKey.all {
            let origin = reading.origin(of: [key.path])
            if origin != .standard { origins[key.path] = origin }
        }
        var inspected = Inspected(
            configuration: configuration, faults: faults, origins: origins,
            emptyFile: document?.isEmpty == true ? document?.file : nil)
        inspected.add(configuration.conflicts())
        return inspected
    }

    private static func flagFaults(_ flags: [String: String]) -> [ConfigurationFault] {
        flags.keys.sorted().filter { ConfigurationKey.named($0) == nil }.map { name in
            ConfigurationFault(
                origin: .commandLine, key: name,
                message: "unknown key\(suggestion(for: name, among: ConfigurationKey.all.map(\.path)))")
        }
    }

    private static func environmentFaults(_ environment: [String: String]) -> [ConfigurationFault] {
        let known = Set(ConfigurationKey.all.map(\.environmentName)).union(["QUOTED_CONFIG", "QUOTED_SHARED"])
        return environment.keys.sorted()
            .filter {
                $0.hasPrefix(ConfigurationKey.environmentPrefix) && !$0.hasPrefix("QUOTED_TEST_") && !known.contains($0)
            }
            .map { name in
                ConfigurationFault(
                    origin: .environment(name), key: nil,
                    message:
                        "names no key\(suggestion(for: name, among: known)); unset it if it is meant for something else"
                )
            }
    }

    /// File first, by line; then environment, command line and the rest. Equal ones keep their order.
    fileprivate static func inReadingOrder(_ faults: [ConfigurationFault]) -> [ConfigurationFault] {
        func rank(_ place: Int, _ fault: ConfigurationFault) -> (Int, Int, Int) {
            switch fault.origin {
            case .file(_, let line): (0, line ?? 0, place)
            case .environment: (1, 0, place)
            case .commandLine: (2, 0, place)
            case .standard: (3, 0, place)
            }
        }
        return faults.enumerated()
            .sorted { rank($0.offset, $0.element) < rank($1.offset, $1.element) }
            .map(\.element)
    }
}

/// One reading of all keys through the merged sources, remembering which source each value came from.
private struct Reading {
    private let reader: ConfigReader
    private let document: TOMLDocument?
    private let origins = OriginReporter()
    var faults: [ConfigurationFault] = []

    init(document: TOMLDocument?, flags: [String: String], environment: [String: String]) {
        self.document = document
        let flagValues = flags.map {
            (AbsoluteConfigKey($0.split(separator: ".").map(String.init)), ConfigValue(.string($1), isSecret: false))
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(flagValues, uniquingKeysWith: { first, _ in first })),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "quoted"),
        ]
        if let document { providers.append(document) }
        reader = ConfigReader(providers: providers, accessReporter: origins)
    }

    /// Defaults, overlaid with every value that is given and can be read; the others become faults.
    mutating func values() -> ServiceConfiguration {
        var configuration = ServiceConfiguration()
        for key in ConfigurationKey.all {
            guard let text = reader.string(forKey: ConfigKey(key.path)) else { continue }
            if !key.assign(text, to: &configuration) {
                faults.append(
                    ConfigurationFault(
                        origin: origin(of: [key.path]), key: key.path,
                        message: "found \(quotedText(text)), expected \(key.expectation)"))
            }
        }
        return configuration
    }

    /// Where the first of `keys` that was given at all was given.
    func origin(of keys: [String]) -> ConfigurationFault.Origin {
        for key in keys {
            guard let source = origins.source(of: key) else { continue }
            switch source {
            case .commandLine: return .commandLine
            case .environment: return ConfigurationKey.named(key).map { .environment($0.environmentName) } ?? .standard
            case .file: return document?.origin(of: key) ?? .standard
            }
        }
        return .standard
    }
}

/// Remembers which provider answered for each key. The reader tells it alone to its access reporter.
private final class OriginReporter: AccessReporter {
    enum Source: Int, Sendable {
        case commandLine, environment, file
    }

    private let sources = Mutex<[String: Source]>([:])

    func report(_ event: AccessEvent) {
        // Providers answer in the order in which they were given; those after the first answer are not asked.
        let answered = event.providerResults.firstIndex { (try? $0.result.get().value) != nil }
        guard let source = answered.flatMap(Source.init(rawValue:)) else { return }
        sources.withLock { $0[event.metadata.key.components.joined(separator: ".")] = source }
    }

    func source(of key: String) -> Source? {
        sources.withLock { $0[key] }
    }
}

/// The directories that the environment names, and what stands for them in values.
private struct Paths {
    let environment: [String: String]

    /// Puts in the state directory, and substitutes `{state}` and `{runtime}` in the endpoints.
    func resolve(_ configuration: inout ServiceConfiguration, faults: inout [ConfigurationFault]) {
        guard let state = state(configured: configuration.state) else {
            faults.append(
                ConfigurationFault(
                    origin: .standard, key: "state",
                    message:
                        "no directory is known: STATE_DIRECTORY, XDG_STATE_HOME and HOME are not set; give --state DIRECTORY"
                ))
            return
        }
        configuration.state = state
        let runtime = first(of: "RUNTIME_DIRECTORY") ?? state
        for (_, place) in ServiceConfiguration.endpointNames {
            let text = configuration.endpoints[keyPath: place]
            configuration.endpoints[keyPath: place] = substitute(text, ["{state}": state, "{runtime}": runtime])
        }
        for (_, place) in ServiceConfiguration.securityPaths {
            let text = configuration.security[keyPath: place]
            // Where there is none, the name stays: commands read the service's file too, and need not its secrets.
            let credentials = value(of: "CREDENTIALS_DIRECTORY") ?? "{credentials}"
            configuration.security[keyPath: place] = substitute(
                text, ["{state}": state, "{runtime}": runtime, "{credentials}": credentials])
        }
    }

    private func state(configured: String) -> String? {
        let home = value(of: "HOME")
        if configured == "~" || configured.hasPrefix("~/"), let home { return home + configured.dropFirst() }
        if !configured.isEmpty { return absolute(configured) }
        if let directory = first(of: "STATE_DIRECTORY") { return directory }
        // The XDG base directory specification has relative paths ignored.
        if let directory = value(of: "XDG_STATE_HOME"), directory.hasPrefix("/") { return directory + "/quoted" }
        return home.map { $0 + "/.local/state/quoted" }
    }

    private func value(of name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// systemd joins several directories with colons; the first is the service's own.
    private func first(of name: String) -> String? {
        value(of: name).flatMap { $0.split(separator: ":").first.map(String.init) }
    }

    private func absolute(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path.hasPrefix("/") { return path }
        guard let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }

    private func substitute(_ text: String, _ values: [String: String]) -> String {
        var text = text[...]
        var out = ""
        while let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}") {
            let name = String(text[open...close])
            out += text[..<open] + (values[name] ?? name)
            text = text[text.index(after: close)...]
        }
        return out + text
    }
}
