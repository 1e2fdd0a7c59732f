/// The archive's own number of a quotation: it grows with the time at which its article was published, so that the order
/// of keys is the order of time, a span of time is a range of keys, and a page goes on where the last one ended.
package enum QuotationKey {
    private static let bits: Int64 = 24
    private static let greatestSecond = 1 << 38

    /// The first key of a second; times beyond year 10,000 or so are brought to the ends.
    package static func first(of second: Int) -> Int64 {
        Int64(min(max(second, -greatestSecond), greatestSecond)) << bits
    }

    package static func last(of second: Int) -> Int64 { first(of: second) | (1 << bits - 1) }

    /// Seconds since 1970.
    package static func second(of key: Int64) -> Int { Int(key >> bits) }
}
