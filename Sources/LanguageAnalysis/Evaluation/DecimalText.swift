#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Numbers with a fixed count of decimals, rounded as the C library does: correctly, from the exact binary value.
enum DecimalText {
    static func fixed(_ value: Double, decimals: Int32) -> String {
        let buffer = withVaList([decimals, value]) { arguments in
            var buffer = [CChar](repeating: 0, count: 400)
            let length = vsnprintf(&buffer, buffer.count, "%.*f", arguments)
            return buffer.prefix(max(0, min(Int(length), buffer.count - 1))).map { UInt8(bitPattern: $0) }
        }
        return String(decoding: buffer, as: UTF8.self)
    }
}
