internal import Glibc

/// The model file that comes with the program.
package enum ShippedModel {
    private static let file = "quoted-en.model"

    /// Its path, or nil where it was not installed: beside the program (a build, its tests, an installed service), else in
    /// `share/quoted` of the program's prefix.
    package static let path: String? = {
        guard let folder = programFolder() else { return nil }
        return ["quoted_EnglishModel.resources", "../share/quoted", "../../share/quoted"]
            .map { "\(folder)/\($0)/\(file)" }
            .first { access($0, R_OK) == 0 }
    }()

    private static func programFolder() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        let program = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return program.lastIndex(of: "/").map { String(program[..<$0]) }
    }
}
