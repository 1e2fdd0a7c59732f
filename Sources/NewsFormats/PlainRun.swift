/// Runs of bytes that stand in a JSON string as they are.
enum PlainRun {
    /// The first offset from `start` on at which a quotation mark, a backslash or a control character stands; or the end.
    /// Sixteen bytes at a time: most of an article is one run.
    static func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        var offset = start
        while offset + 16 <= bytes.count {
            let block = UnsafeRawPointer(base + offset).loadUnaligned(as: SIMD16<UInt8>.self)
            let special = (block .< 0x20) .| (block .== 0x22) .| (block .== 0x5C)
            if any(special) { break }
            offset += 16
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            offset += 1
        }
        return offset
    }
}
