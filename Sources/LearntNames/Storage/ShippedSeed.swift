internal import Glibc

/// The seed file that comes with the program.
package enum ShippedSeed {
    package static let file = "names.seed.tsv"

    /// Its path, or nil where it was not installed: in `share/quoted` of the program's prefix, else in the `config` folder of
    /// the tree that the program was built in.
    package static let path: String? = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        let program = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = program.lastIndex(of: "/") else { return nil }
        return ["../share/quoted", "../../share/quoted", "../../../config"]
            .map { "\(program[..<slash])/\($0)/\(file)" }
            .first { access($0, R_OK) == 0 }
    }()
}

/// The files that a table is set up with.
package struct NameSources: Sendable {
    package var settings: NameSettings
    package var places: [PlaceName]
    package var holders: [OfficeHolder]

    /// Reads the files; blocks.
    /// - Parameters:
    ///   - seed: path of the seed; empty: the shipped one, none where that is not there.
    ///   - holders: path of the operator's office holders; empty: none.
    /// - Throws: `NameLogFault` naming file and line.
    package init(settings: NameSettings = NameSettings(), seed: String = "", holders: String = "") throws(NameLogFault) {
        self.settings = settings
        let seedPath = seed.isEmpty ? ShippedSeed.path : seed
        places = try seedPath.map { (path) throws(NameLogFault) in
            try SeedFiles.places(Self.text(of: path), name: path)
        } ?? []
        self.holders = holders.isEmpty ? [] : try SeedFiles.holders(Self.text(of: holders), name: holders)
    }

    /// What must be applied to a table so that it is set up like this; nothing when it is.
    package func operations(for table: NameTable) -> [NameOperation] {
        var operations: [NameOperation] = []
        if table.settings != settings { operations.append(.settings(settings)) }
        if table.places.all != places { operations.append(.places(places)) }
        if table.holders != holders { operations.append(.holders(holders)) }
        return operations
    }

    private static let largest = 16 << 20

    private static func text(of path: String) throws(NameLogFault) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw NameLogFault("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= largest {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw NameLogFault("\(path): \(String(cString: strerror(errno)))") }
            guard count > 0 else {
                guard let text = String(validating: bytes, as: UTF8.self) else { throw NameLogFault("\(path): not UTF-8") }
                return text
            }
            bytes += chunk[..<count]
        }
        throw NameLogFault("\(path): larger than \(largest >> 20) MiB")
    }
}
