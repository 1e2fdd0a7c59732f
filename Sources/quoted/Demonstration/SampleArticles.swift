import Glibc

/// The articles of Wikinews that come with the program.
enum SampleArticles {
    private static let file = "wikinews.jsonl"

    /// Their file: in `share/quoted` of the program's prefix, else in `config/samples` of the sources that it was built in.
    /// Nil where neither is there.
    static var path: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        let program = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = program.lastIndex(of: "/") else { return nil }
        let folder = program[..<slash]
        return ["../share/quoted", "../../share/quoted", "../../../config/samples", "../../config/samples"]
            .map { "\(folder)/\($0)/\(file)" }
            .first { access($0, R_OK) == 0 }
    }
}
