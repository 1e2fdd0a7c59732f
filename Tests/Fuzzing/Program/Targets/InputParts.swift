/// Takes an input apart into what a decoder reads and how it is to be read.
struct InputParts {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isEmpty: Bool { rest.isEmpty }

    /// 0 at the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A piece after its length in two bytes, the lower first; shorter at the end.
    mutating func piece() -> [UInt8] {
        let length = Int(byte()) | Int(byte()) << 8
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    mutating func all() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
