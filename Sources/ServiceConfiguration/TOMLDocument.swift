package import Configuration
internal import Glibc

/// A configuration file: its values by key, the lines they stand on, and what does not belong there.
package struct TOMLDocument: Sendable {
    /// Largest file that is read, in bytes.
    static let maximumBytes = 1 << 20

    /// The file's name as it was given.
    let file: String
    /// Values of known keys, as text.
    private(set) var values: [String: String] = [:]
    /// Unknown keys and sections, values where sections belong and the reverse.
    private(set) var faults: [ConfigurationFault] = []
    /// Whether there is nothing in it, not even a comment.
    let isEmpty: Bool
    /// Whether anything in it cannot be used.
    package var hasFaults: Bool { !faults.isEmpty }
    private var lines: [String: Int] = [:]

    /// Reads `file`. Waits for the disk: at start, or off the threads that others wait for.
    ///
    /// - Throws: `ConfigurationFault` when it cannot be read or is not text.
    package init(reading file: String) throws(ConfigurationFault) {
        func fault(_ message: String) -> ConfigurationFault {
            ConfigurationFault(origin: .file(file, line: nil), key: nil, message: message)
        }
        // Without O_NONBLOCK, opening a FIFO by mistake would wait for a writer for ever.
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw fault("cannot be opened: \(String(cString: strerror(errno))); check the name and its permissions")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("is not a regular file; name a TOML file")
        }
        guard status.st_size <= Self.maximumBytes else {
            throw fault(
                "has \(status.st_size) bytes, at most \(Self.maximumBytes) are read; is it a configuration file?")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= Self.maximumBytes {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault("cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        try self.init(bytes: bytes, file: file)
    }

    /// Reads `bytes`; `file` is the name that faults give.
    ///
    /// - Throws: `ConfigurationFault` when it is not text. What is no TOML is among `faults`, and the rest is read.
    package init(bytes: [UInt8], file: String) throws(ConfigurationFault) {
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw ConfigurationFault(
                origin: .file(file, line: nil), key: nil,
                message: "is not UTF-8 text; save it as UTF-8 without NUL bytes")
        }
        self.file = file
        isEmpty = bytes.isEmpty
        let parser = TOMLParser(bytes)
        faults = parser.faults.map { fault in
            ConfigurationFault(
                origin: .file(file, line: fault.line), key: nil, message: "column \(fault.column): \(fault.message)")
        }
        var reported: Set<String> = []
        for entry in parser.entries { take(entry, reported: &reported) }
    }

    /// Where the value of `key` stands.
    func origin(of key: String) -> ConfigurationFault.Origin {
        .file(file, line: lines[key])
    }

    /// `reported` holds unknown sections and the like: one fault for each is enough.
    private mutating func take(_ entry: TOMLParser.Entry, reported: inout Set<String>) {
        func report(_ path: String, _ message: String) {
            guard reported.insert(path).inserted else { return }
            faults.append(ConfigurationFault(origin: .file(file, line: entry.line), key: path, message: message))
        }
        for name in entry.path where name.utf8.contains(UInt8(ascii: ".")) {
            return report(name, "unknown key \(quotedText(name)); write sections as [section], without quotation marks")
        }
        // The sections around it first: where one is unknown, what it holds is no further fault.
        for length in 1...entry.path.count {
            let path = entry.path[..<length].joined(separator: ".")
            let isSection = length < entry.path.count || entry.value == .table
            if let key = ConfigurationKey.named(path) {
                if isSection { return report(path, "found a section, expected \(key.expectation)") }
                lines[path] = entry.line
                return take(entry.value, for: key, line: entry.line)
            }
            if ConfigurationKey.sections.contains(path) {
                if isSection { continue }
                return report(path, "is a section, found a value; write [\(path)] and its keys below it")
            }
            return report(
                path,
                isSection
                    ? "unknown section\(suggestion(for: path, among: ConfigurationKey.sections))"
                    : "unknown key\(suggestion(for: path, among: ConfigurationKey.all.map(\.path)))")
        }
    }

    private mutating func take(_ value: TOMLParser.Value, for key: ConfigurationKey, line: Int) {
        func report(_ found: String) {
            faults.append(
                ConfigurationFault(
                    origin: .file(file, line: line), key: key.path,
                    message: "found \(found), expected \(key.expectation)"))
        }
        switch value {
        case .string(let text), .scalar(let text):
            values[key.path] = text
        case .array(let elements) where key.isList:
            let names = elements.compactMap { if case .string(let name) = $0 { name } else { nil } }
            guard names.count == elements.count else { return report("a list of other things than text") }
            values[key.path] = names.joined(separator: ",")
        case .array: report("a list")
        case .table: report("a section")
        case .date: report("a date or time")
        }
    }
}

extension TOMLDocument: ConfigProvider, ConfigSnapshot {
    package var providerName: String { "TOML" }

    package func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        let path = key.components.joined(separator: ".")
        // Every value is text here; ConfigurationKey knows how to read it and what to say when it cannot.
        return LookupResult(
            encodedKey: path,
            value: type == .string ? values[path].map { ConfigValue(.string($0), isSecret: false) } : nil)
    }

    package func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        try value(forKey: key, type: type)
    }

    package func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
    }

    package func snapshot() -> any ConfigSnapshot { self }

    package func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
    }
}
