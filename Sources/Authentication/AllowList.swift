internal import ZeroMQ

/// The clients that may connect: the name, the public key and the rights of each.
///
/// Its text has a line for each client, "name key right …", separated by spaces or tabs; empty lines and those that begin
/// with # say nothing.
package struct AllowList: Sendable, Equatable {
    /// Somebody with a key.
    package struct Client: Sendable, Equatable {
        package var name: String
        package var publicKey: [UInt8]
        package var rights: Set<AccessRight>

        package init(name: String, publicKey: [UInt8], rights: Set<AccessRight>) {
            self.name = name
            self.publicKey = publicKey
            self.rights = rights
        }

        package func mayConnect(to domain: AccessDomain) -> Bool { !rights.isDisjoint(with: domain.rights) }
    }

    /// A line that cannot be read.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// Counted from 1.
        package var line: Int
        package var message: String
        package var description: String { "line \(line): \(message)" }
    }

    /// Largest text that is read, in bytes.
    package static let maximumBytes = 1 << 20
    /// Longest name of a client, in bytes.
    package static let maximumNameBytes = 64

    /// In the order of the text.
    package private(set) var clients: [Client] = []
    private var places: [[UInt8]: Int] = [:]

    package init() {}

    /// - Parameter clients: a later one of the same key replaces an earlier one.
    package init(_ clients: [Client]) {
        for client in clients { add(client) }
    }

    /// Reads the whole text.
    /// - Returns: the list of what could be read, and a fault for each line that could not. With any fault the list must
    ///   not be used.
    package static func parse(_ text: String) -> (list: AllowList, faults: [Fault]) {
        var list = AllowList()
        var faults: [Fault] = []
        var names: [String: Int] = [:]
        // Not by "\n": CR and LF together are one other character.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do throws(Fault) {
                let client = try Self.client(words, line: index + 1)
                if let line = names[client.name] {
                    throw Fault(
                        line: index + 1, message: "the name \(first) stands on line \(line) already; each has one key")
                }
                if let known = list.client(withKey: client.publicKey) {
                    throw Fault(
                        line: index + 1,
                        message: "\(first) has the key of \(known.name); make one for each with quoted keygen")
                }
                names[client.name] = index + 1
                list.add(client)
            } catch {
                faults.append(error)
            }
        }
        return (list, faults)
    }

    private static func client(_ words: [String], line: Int) throws(Fault) -> Client {
        let name = words[0]
        func fault(_ message: String) -> Fault { Fault(line: line, message: message) }
        guard isName(name) else {
            throw fault("found the name \"\(name.prefix(80))\", expected at most 64 letters, digits, . _ and -")
        }
        guard words.count > 2 else {
            throw fault("found \(words.count) words, expected a name, its public key and what it may use")
        }
        guard let key = CurveKey.bytes(words[1]) else {
            throw fault("the key of \(name) is none: expected 40 characters of Z85, as quoted keygen prints")
        }
        var rights: Set<AccessRight> = []
        for word in words.dropFirst(2) {
            guard let right = AccessRight(rawValue: word) else {
                let known = AccessRight.allCases.map(\.rawValue).joined(separator: ", ")
                throw fault("\(name) may use \"\(word.prefix(80))\", which is nothing here; expected \(known)")
            }
            rights.insert(right)
        }
        return Client(name: name, publicKey: key, rights: rights)
    }

    /// Whether a client can be called so.
    package static func isName(_ name: String) -> Bool {
        (1...maximumNameBytes).contains(name.utf8.count) && name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private mutating func add(_ client: Client) {
        if let place = places[client.publicKey] {
            clients[place] = client
        } else {
            places[client.publicKey] = clients.count
            clients.append(client)
        }
    }

    /// Who has this key; nil for a key that is not in the list.
    package func client(withKey key: [UInt8]) -> Client? { places[key].map { clients[$0] } }

    /// The list's text; `parse` reads it back.
    package var text: String {
        clients.map { client in
            let rights = AccessRight.allCases.filter { client.rights.contains($0) }.map(\.rawValue).joined(separator: " ")
            return "\(client.name)\t\(CurveKey.text(client.publicKey) ?? "")\t\(rights)\n"
        }
        .joined()
    }
}
