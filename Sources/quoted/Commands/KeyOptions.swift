import ArgumentParser
import Authentication
import QuotedService
import ServiceConfiguration

/// The flags of commands that connect to a service: with which keys.
struct KeyOptions: ParsableArguments {
    @Option(name: .long, help: "File with the service's public key, where it is reached with encryption.")
    var serviceKey: String?

    @Option(name: .long, help: "File with the secret key to connect with; quoted keygen makes one.")
    var clientKey: String?

    /// Settings that were given as flags.
    var flags: [String: String] {
        var flags: [String: String] = [:]
        if let serviceKey { flags["security.service-key"] = serviceKey }
        if let clientKey { flags["security.client-key"] = clientKey }
        return flags
    }

    /// How to connect to the endpoint of this name; nil without encryption.
    /// - Throws: exit 78, with the fault on standard error.
    func identity(for endpoint: String, _ configuration: ServiceConfiguration) throws -> ClientIdentity? {
        do {
            return try ServiceSecurity.identity(for: endpoint, configuration)
        } catch let error as ServiceError {
            StandardError.write("quoted: \(error)")
            throw ExitCode(error.exit.rawValue)
        }
    }
}
