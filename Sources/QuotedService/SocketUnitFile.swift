internal import ServiceConfiguration

/// What a systemd socket unit will hand over, as far as its file tells: systemd.socket(5)'s `ListenStream=`.
///
/// Reads a unit alone, or what `systemctl cat` prints of it with its drop-ins.
package enum SocketUnitFile {
    /// - Parameter name: for messages.
    package static func sockets(in text: String, name: String) -> [HandedSocket] {
        var sockets: [HandedSocket] = []
        var acceptsItself = false
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("[") {
                section = String(line)
                continue
            }
            guard section.hasPrefix("[Socket]"), !line.hasPrefix("#"), !line.hasPrefix(";"),
                let equals = line.firstIndex(of: "=")
            else { continue }
            let key = trimmed(line[..<equals])
            let value = trimmed(line[line.index(after: equals)...])
            switch key {
            // An empty value forgets all that came before, of whatever kind.
            case _ where key.hasPrefix("Listen") && value.isEmpty: sockets.removeAll()
            case "ListenStream":
                sockets.append(HandedSocket(name: name, address: address(value), writtenAddress: value))
            case _ where key.hasPrefix("Listen"):
                sockets.append(HandedSocket(name: name, address: nil, writtenAddress: value, isListening: false))
            case "Accept": acceptsItself = ["yes", "true", "on", "1"].contains(value.lowercased())
            default: break
            }
        }
        if acceptsItself { for index in sockets.indices { sockets[index].isListening = false } }
        return sockets
    }

    private static func trimmed(_ text: Substring) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let front = text.drop(while: blank)
        return String(front.reversed().drop(while: blank).reversed())
    }

    /// A path, a port of all addresses, or an address with a port.
    private static func address(_ value: String) -> EndpointAddress? {
        if value.hasPrefix("/") { return .ipc(path: value) }
        if let port = Int(value), (1...65535).contains(port) { return .tcp(host: "::", port: port) }
        return try? EndpointAddress(hostAndPort: value)
    }
}
