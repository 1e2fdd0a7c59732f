/// Runs of bytes that stand in a JSON string as they are.
enum PlainRun {
    /// The first offset from `start` on at which a quotation mark, a backslash or a control character stands; or the end.
    ///
    /// Eight bytes at a time: most of an article is one run. (`SIMD16` was measured to be ten times as slow.)
    static func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        var offset = start
        while offset + 8 <= bytes.count {
            let word = UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
            // "Determine if a word has a byte less than n / equal to n" (Anderson, Bit Twiddling Hacks).
            let control = (word &- ones &* 0x20) & ~word
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let special = control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            if special & highBits != 0 { break }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            offset += 1
        }
        return offset
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}
