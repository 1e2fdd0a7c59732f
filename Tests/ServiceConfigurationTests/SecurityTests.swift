import ServiceConfiguration
import Testing

@Suite struct SecurityTests {
    private func load(_ flags: [String: String], _ environment: [String: String] = [:]) -> (
        configuration: ServiceConfiguration?, faults: [ConfigurationFault]
    ) {
        ServiceConfiguration.load(
            file: nil, flags: flags, environment: ["HOME": "/home/me"].merging(environment) { $1 }, systemFile: "/nowhere")
    }

    private let keys = ["security.secret-key": "/k/service.key_secret", "security.clients": "/k/clients"]

    @Test func keysOpenEndpointsToOtherMachines() throws {
        let open = ["endpoints.ingest": "tcp://0.0.0.0:5571", "endpoints.dispatch": "tcp://192.0.2.1:5575"]
        #expect(load(open).faults.map(\.key) == ["endpoints.ingest", "endpoints.dispatch"])
        #expect(load(open).faults.allSatisfy { $0.message.contains("security.secret-key") })
        let configuration = try #require(load(open.merging(keys) { $1 }).configuration)
        for name in ["ingest", "push", "stream", "replay", "dispatch"] { #expect(configuration.isEncrypted(name), "\(name)") }
        for name in ["control", "names", "names-changes", "http", "nothing"] {
            #expect(!configuration.isEncrypted(name), "\(name)")
        }
        #expect(configuration.isReachableFromElsewhere("ingest") && configuration.isReachableFromElsewhere("dispatch"))
        for name in ["push", "control", "http", "nothing"] { #expect(!configuration.isReachableFromElsewhere(name), "\(name)") }
        // Named as insecure, an endpoint stays without.
        let insecure = try #require(load(keys.merging(["endpoints.insecure": "push"]) { $1 }).configuration)
        #expect(!insecure.isEncrypted("push"))
        #expect(insecure.isEncrypted("ingest"))
        // A client's keys are enough to reach a service elsewhere.
        let client = ["security.service-key": "/k/service.key", "security.client-key": "/k/me.key_secret"]
        #expect(load(open.merging(client) { $1 }).configuration?.isEncrypted("ingest") == true)
    }

    @Test(arguments: [
        ("security.secret-key", "security.clients"), ("security.clients", "security.secret-key"),
        ("security.service-key", "security.client-key"), ("security.client-key", "security.service-key"),
    ])
    func oneKeyWithoutTheOtherIsAFault(key: String, other: String) {
        let (configuration, faults) = load([key: "/k/x"])
        #expect(configuration == nil)
        #expect(faults.map(\.key) == [key])
        #expect(faults.first?.message.contains(other) == true)
    }

    @Test func httpBeyondLoopbackNeedsAToken() {
        let open = ["endpoints.http": "0.0.0.0:5570"]
        #expect(load(open).faults.first?.message.contains("security.http-token") == true)
        #expect(load(open.merging(keys) { $1 }).faults.map(\.key) == ["endpoints.http"])
        #expect(load(open.merging(["security.http-token": "/k/token"]) { $1 }).faults.isEmpty)
        #expect(load(["endpoints.http": "127.0.0.1:5570"]).faults.isEmpty)
    }

    @Test func pathsNameTheCredentialsDirectory() {
        let flags = ["security.secret-key": "{credentials}/secret", "security.clients": "{state}/clients", "state": "/s"]
        let there = load(flags, ["CREDENTIALS_DIRECTORY": "/run/credentials/quoted.service"]).configuration
        #expect(there?.security.secretKey == "/run/credentials/quoted.service/secret")
        #expect(there?.security.clients == "/s/clients")
        // Commands read the same file, without systemd: what they do not need is no fault.
        #expect(load(flags).configuration?.security.secretKey == "{credentials}/secret")
    }
}
