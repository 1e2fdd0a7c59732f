import Authentication
import Foundation
import Testing
import ZeroMQ

@Suite struct KeyFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/quoted-keys-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    private func write(_ text: String, _ path: String, mode: mode_t) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, mode)
    }

    @Test func pairsAreWrittenAndReadBack() throws {
        try inFolder { folder in
            let before = umask(0)
            defer { umask(before) }
            let pair = try CurveKeyPair.generate()
            try KeyFile.write(pair, named: "service", in: folder)
            let (publicPath, secretPath) = KeyFile.paths("service", in: folder)
            #expect(mode(secretPath) == 0o600)
            #expect(mode(publicPath) == 0o644)
            #expect(try KeyFile.readSecret(secretPath) == pair)
            #expect(try KeyFile.readPublic(publicPath) == pair.publicKey)
            let text = try String(contentsOfFile: publicPath, encoding: .utf8)
            #expect(!text.contains("secret"))
            #expect(throws: KeyFault.self) { try KeyFile.write(.generate(), named: "service", in: folder) }
            #expect(try KeyFile.readSecret(secretPath) == pair)
            unlink(secretPath)
            #expect(throws: KeyFault.self) { try KeyFile.write(.generate(), named: "service", in: folder) }
            #expect(access(secretPath, F_OK) != 0)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o660, 0o644, 0o666, 0o777] as [mode_t])
    func secretsThatOthersCanReachAreRefused(mode: mode_t) throws {
        try inFolder { folder in
            let path = "\(folder)/k"
            try write(String(repeating: "0", count: 40), path, mode: mode)
            let fault = #expect(throws: KeyFault.self) { try KeyFile.readSecret(path) }
            #expect(fault?.message.contains("chmod 600") == true)
            try write(String(repeating: "0", count: 40), path, mode: 0o400)
            _ = try KeyFile.readSecret(path)
        }
    }

    /// systemd gives the service's account access to a credential by an entry that the mode shows as the group's.
    @Test func credentialsMayBeReadableByTheirGroup() throws {
        try inFolder { folder in
            let path = "\(folder)/k"
            try write(String(repeating: "0", count: 40), path, mode: 0o440)
            #expect(throws: KeyFault.self) { try KeyFile.readSecret(path) }
            _ = try KeyFile.readSecret(path, credentials: folder)
            #expect(throws: KeyFault.self) { try KeyFile.readSecret("\(folder)/../\(folder.dropFirst(5))/k", credentials: folder) }
            try write(String(repeating: "0", count: 40), path, mode: 0o444)
            #expect(throws: KeyFault.self) { try KeyFile.readSecret(path, credentials: folder) }
        }
    }

    @Test func listsThatOthersCanChangeAreRefused() throws {
        try inFolder { folder in
            let path = "\(folder)/clients"
            try write("", path, mode: 0o664)
            #expect(throws: KeyFault.self) { try SecretFile.read(path, .readable) }
            try write("x", path, mode: 0o644)
            #expect(try SecretFile.read(path, .readable) == "x")
            #expect(throws: KeyFault.self) { try SecretFile.read(path, .readable, limit: 0) }
            #expect(throws: KeyFault.self) { try SecretFile.read(folder, .readable) }
            #expect(throws: KeyFault.self) { try SecretFile.read("\(folder)/none", .readable) }
            mkfifo("\(folder)/fifo", 0o600)
            #expect(throws: KeyFault.self) { try SecretFile.read("\(folder)/fifo", .readable) }
        }
    }

    @Test func keysAreFoundInCertificatesAndBareText() throws {
        let pair = try CurveKeyPair.generate()
        let text = try #require(CurveKey.text(pair.secretKey))
        #expect(CurveKey.bytes(text) == pair.secretKey)
        #expect(try CurveKeyPair(secretKey: pair.secretKey) == pair)
        #expect(KeyFile.key("secret-key", in: "\(text)\n") == pair.secretKey)
        #expect(KeyFile.key("secret-key", in: "# c\ncurve\n  public-key = \"x\"\n\tsecret-key=\"\(text)\"\n") == pair.secretKey)
        for bad in ["", "secret-key", "secret-key = \"\"", "secret-key = \"\(text.dropLast())\"", String(text.dropFirst()), "é\(text)"] {
            #expect(KeyFile.key("secret-key", in: bad) == nil, "\(bad)")
        }
        #expect(CurveKey.bytes(String(repeating: "~", count: 40)) == nil)
        #expect(CurveKey.bytes(String(repeating: "#", count: 40)) == nil)
        #expect(CurveKey.text([1]) == nil)
    }
}
