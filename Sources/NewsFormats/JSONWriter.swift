/// Writes JSON into bytes: objects, arrays and values in the order of the calls, no spaces. Commas are its own business;
/// that begins and ends match is the caller's.
package struct JSONWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var capacity: Int
    private var needsComma = false

    /// - Parameter capacity: bytes; it grows when more are written.
    package init(reservingCapacity capacity: Int = 256) {
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// A copy of what was written so far.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    // MARK: Objects and arrays

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member's name; its value is written next.
    package mutating func key(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        reserve(length + 4)
        separate()
        put(UInt8(ascii: "\""))
        name.withUTF8Buffer { name in
            // Short: a loop beats a call.
            for byte in name { put(byte) }
        }
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        key(name)
        element(value)
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        element(value)
    }

    // MARK: Values

    package mutating func element(_ value: Int) {
        reserve(24)
        separate()
        if value < 0 { put(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits = 1
        var limit: UInt = 10
        while digits < 20, rest >= limit {
            digits += 1
            let (product, overflow) = limit.multipliedReportingOverflow(by: 10)
            if overflow { break }
            limit = product
        }
        for place in stride(from: digits - 1, through: 0, by: -1) {
            start[count + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
        needsComma = true
    }

    package mutating func element(_ value: Bool) { word(value ? "true" : "false") }
    package mutating func elementNull() { word("null") }

    /// A number between 0 and 1 with at most four decimals, the shortest way.
    package mutating func element(fraction value: Double) {
        var scaled = value.isNaN ? 0 : Int((min(max(value, 0), 1) * 10_000).rounded())
        guard scaled > 0, scaled < 10_000 else { return element(scaled == 0 ? 0 : 1) }
        reserve(8)
        separate()
        put(UInt8(ascii: "0"))
        put(UInt8(ascii: "."))
        while scaled > 0 {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: scaled / 1_000))
            scaled = scaled % 1_000 * 10
        }
        needsComma = true
    }

    package mutating func element(_ value: String) {
        var value = value
        value.withUTF8 { element(utf8: $0) }
    }

    /// Text that is known to be valid UTF-8.
    package mutating func element(utf8: UnsafeBufferPointer<UInt8>) {
        beginString()
        append(stringPart: utf8)
        endString()
    }

    /// A string is written part by part until `endString`.
    package mutating func beginString() {
        reserve(2)
        separate()
        put(UInt8(ascii: "\""))
    }

    package mutating func endString() {
        reserve(1)
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// - Parameter utf8: valid UTF-8, whole scalars.
    package mutating func append(stringPart utf8: UnsafeBufferPointer<UInt8>) {
        guard let text = utf8.baseAddress else { return }
        reserve(utf8.count)
        var plain = 0
        while plain < utf8.count {
            let end = PlainRun.end(utf8, from: plain)
            reserve(utf8.count - plain + 6)
            (start + count).update(from: text + plain, count: end - plain)
            count += end - plain
            guard end < utf8.count else { return }
            escape(utf8[end])
            plain = end + 1
        }
    }

    /// A space within a string.
    package mutating func appendSpace() {
        reserve(1)
        put(UInt8(ascii: " "))
    }

    /// JSON that was written before.
    package mutating func element(json: [UInt8]) {
        reserve(json.count + 1)
        separate()
        for byte in json { put(byte) }
        needsComma = true
    }

    // MARK: Bytes

    private mutating func word(_ word: StaticString) {
        reserve(6)
        separate()
        word.withUTF8Buffer { for byte in $0 { put(byte) } }
        needsComma = true
    }

    /// At most six bytes, for which there is room.
    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: put(byte)
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0x09: put(UInt8(ascii: "t"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(hexadecimalDigit(byte >> 4))
            put(hexadecimalDigit(byte & 15))
        }
    }

    private mutating func separate() {
        if needsComma { put(UInt8(ascii: ",")) }
    }

    private mutating func open(_ byte: UInt8) {
        reserve(2)
        separate()
        put(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        reserve(1)
        put(byte)
        needsComma = true
    }

    /// Writes a byte for which `reserve` has made room.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        assert(count < capacity)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func reserve(_ additional: Int) {
        if capacity - count < additional { grow(by: additional) }
    }

    private mutating func grow(by additional: Int) {
        capacity = max(capacity * 2, count + additional)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }
}
