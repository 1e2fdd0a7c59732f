internal import Glibc
package import ZeroMQ

/// Files of CURVE keys, in the form of CZMQ's certificates, which other libraries read too: `NAME.key` holds the public
/// key, `NAME.key_secret` both.
package enum KeyFile {
    package static let publicSuffix = ".key"
    package static let secretSuffix = ".key_secret"

    /// The pair of a file with a secret key.
    /// - Throws: `KeyFault`: it is not there, others may read it, or it holds no key.
    package static func readSecret(_ path: String, credentials: String? = nil) throws(KeyFault) -> CurveKeyPair {
        let text = try SecretFile.read(path, .secret, credentials: credentials, limit: 64 << 10)
        guard let key = Self.key("secret-key", in: text) else {
            throw KeyFault(
                path: path, message: "holds no secret key: expected a line secret-key = \"…\" with 40 characters of Z85")
        }
        do throws(ZeroMQError) {
            return try CurveKeyPair(secretKey: key)
        } catch {
            throw KeyFault(path: path, message: "\(error)")
        }
    }

    /// The key of a file with a public key.
    /// - Throws: `KeyFault`: it is not there, others may change it, or it holds no key.
    package static func readPublic(_ path: String, credentials: String? = nil) throws(KeyFault) -> [UInt8] {
        let text = try SecretFile.read(path, .readable, credentials: credentials, limit: 64 << 10)
        guard let key = Self.key("public-key", in: text) else {
            throw KeyFault(
                path: path, message: "holds no public key: expected a line public-key = \"…\" with 40 characters of Z85")
        }
        return key
    }

    /// The value of the line with this name, or the text itself where it is one key and nothing else.
    package static func key(_ name: String, in text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimming(" \t") }
            .filter { !$0.hasPrefix("#") && !$0.isEmpty }
        if lines.count == 1, let key = CurveKey.bytes(String(lines[0])) { return key }
        for line in lines {
            // A key may hold = itself.
            guard let equals = line.firstIndex(of: "="), line[..<equals].trimming(" \t") == name else { continue }
            return CurveKey.bytes(String(line[line.index(after: equals)...].trimming(" \t\"'")))
        }
        return nil
    }

    /// Writes a pair as `NAME.key` (mode 0644) and `NAME.key_secret` (0600), and syncs both. Nothing is overwritten.
    /// - Throws: `KeyFault`; a file that was begun is removed.
    package static func write(_ pair: CurveKeyPair, named name: String, in directory: String) throws(KeyFault) {
        let (publicPath, secretPath) = paths(name, in: directory)
        guard let publicKey = CurveKey.text(pair.publicKey), let secretKey = CurveKey.text(pair.secretKey) else {
            throw KeyFault(path: secretPath, message: "the keys have not 32 bytes")
        }
        let secret = text(name, "The secret key of \(name): keep it from everybody else.", [
            ("public-key", publicKey), ("secret-key", secretKey),
        ])
        try create(secretPath, mode: 0o600, secret)
        do throws(KeyFault) {
            try create(publicPath, mode: 0o644, text(name, "The public key of \(name).", [("public-key", publicKey)]))
        } catch {
            unlink(secretPath)
            throw error
        }
    }

    /// Where `write` puts a pair.
    package static func paths(_ name: String, in directory: String) -> (public: String, secret: String) {
        ("\(directory)/\(name)\(publicSuffix)", "\(directory)/\(name)\(secretSuffix)")
    }

    private static func text(_ name: String, _ comment: String, _ keys: [(String, String)]) -> String {
        let lines = keys.map { "    \($0) = \"\($1)\"\n" }.joined()
        return "#   \(comment) Made by quoted keygen.\nmetadata\n    name = \"\(name)\"\ncurve\n\(lines)"
    }

    private static func create(_ path: String, mode: mode_t, _ text: String) throws(KeyFault) {
        // O_EXCL follows no link, and never opens what is there.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "is there already; keys are never overwritten" : String(cString: strerror(errno))
            throw KeyFault(path: path, message: reason)
        }
        defer { close(descriptor) }
        // Whatever the umask leaves.
        var isWritten = fchmod(descriptor, mode) == 0
        var rest = Array(text.utf8)[...]
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count > 0 { rest = rest.dropFirst(count) } else { isWritten = false }
        }
        guard isWritten, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw KeyFault(path: path, message: "cannot be written: \(reason)")
        }
    }
}

extension StringProtocol {
    /// Without these characters at both ends.
    fileprivate func trimming(_ characters: String) -> Substring {
        var rest = Substring(self)
        while let first = rest.first, characters.contains(first) { rest.removeFirst() }
        while let last = rest.last, characters.contains(last) { rest.removeLast() }
        return rest
    }
}
