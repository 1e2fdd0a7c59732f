/// One key of the configuration: its name, type, range, meaning and place in `ServiceConfiguration`.
///
/// The reader, the check for unknown keys, the shipped file and the faults' messages all come from the table
/// `ConfigurationKey.all`; a default is what `ServiceConfiguration()` holds.
package struct ConfigurationKey: Sendable {
    /// The name in the file, sections joined by points: `intake.maximum-article-bytes`.
    package let path: String
    /// What it sets, in one or two sentences.
    package let meaning: String
    /// What is expected, with the range: "a whole number from 1 to 100".
    package let expectation: String
    /// The allowed values, for the file's comment: "1 to 100"; nil where any value of the type is.
    let range: String?
    /// Whether a running service takes a new value on SIGHUP.
    package let isReloadable: Bool
    /// Whether the file may give a list.
    package let isList: Bool

    private let read: @Sendable (String, inout ServiceConfiguration) -> Bool
    private let toml: @Sendable (ServiceConfiguration) -> String
    private let equal: @Sendable (ServiceConfiguration, ServiceConfiguration) -> Bool
    private let copy: @Sendable (ServiceConfiguration, inout ServiceConfiguration) -> Void

    init<Value: ConfigurationValue>(
        _ path: String, _ place: any WritableKeyPath<ServiceConfiguration, Value> & Sendable, reloadable: Bool = false,
        _ meaning: String
    ) {
        self.init(path, place, expectation: Value.expectation, range: nil, reloadable: reloadable, meaning) { _ in true
        }
    }

    init<Value: ConfigurationValue & RawRepresentable & CaseIterable>(
        choice path: String, _ place: any WritableKeyPath<ServiceConfiguration, Value> & Sendable,
        reloadable: Bool = false,
        _ meaning: String
    ) where Value.RawValue == String {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(path, place, expectation: Value.expectation, range: names, reloadable: reloadable, meaning) { _ in
            true
        }
    }

    init<Value: ConfigurationValue & Comparable>(
        _ path: String, _ place: any WritableKeyPath<ServiceConfiguration, Value> & Sendable,
        in range: ClosedRange<Value>,
        reloadable: Bool = false, _ meaning: String
    ) {
        let bounds = "\(range.lowerBound.written) to \(range.upperBound.written)"
        self.init(
            path, place, expectation: "\(Value.expectation), from \(bounds)", range: bounds, reloadable: reloadable,
            meaning,
            range.contains)
    }

    private init<Value: ConfigurationValue>(
        _ path: String, _ place: any WritableKeyPath<ServiceConfiguration, Value> & Sendable, expectation: String,
        range: String?, reloadable: Bool, _ meaning: String, _ isAllowed: @escaping @Sendable (Value) -> Bool
    ) {
        self.path = path
        self.meaning = meaning
        self.expectation = expectation
        self.range = range
        self.isReloadable = reloadable
        self.isList = Value.self == [String].self
        self.read = { text, configuration in
            guard let value = Value.parse(text), isAllowed(value) else { return false }
            configuration[keyPath: place] = value
            return true
        }
        self.toml = { $0[keyPath: place].toml }
        self.equal = { $0[keyPath: place] == $1[keyPath: place] }
        self.copy = { $1[keyPath: place] = $0[keyPath: place] }
    }

    /// The name in the environment: `QUOTED_INTAKE_MAXIMUM_ARTICLE_BYTES`.
    package var environmentName: String {
        var name = Self.environmentPrefix
        for byte in path.utf8 {
            let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            name.unicodeScalars.append(Unicode.Scalar(isLower ? byte - 0x20 : UInt8(ascii: "_")))
        }
        return name
    }

    static let environmentPrefix = "QUOTED_"

    /// The key named `path`, or nil.
    package static func named(_ path: String) -> ConfigurationKey? { byPath[path] }

    private static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    /// Names of the file's sections: `intake`, `stages`, `stages.sink` …
    static let sections: Set<String> = {
        var sections: Set<String> = []
        for key in all {
            var components = key.path.split(separator: ".")
            while components.count > 1 {
                components.removeLast()
                sections.insert(components.joined(separator: "."))
            }
        }
        return sections
    }()

    /// Sets the value that `text` says; false, and nothing changed, when it is none or out of range.
    package func assign(_ text: String, to configuration: inout ServiceConfiguration) -> Bool {
        read(text, &configuration)
    }

    /// The value in `configuration` as the file writes it.
    package func toml(of configuration: ServiceConfiguration) -> String { toml(configuration) }

    func isEqual(_ one: ServiceConfiguration, _ other: ServiceConfiguration) -> Bool { equal(one, other) }

    func copy(from source: ServiceConfiguration, to target: inout ServiceConfiguration) { copy(source, &target) }
}
