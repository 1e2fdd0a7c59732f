import ServiceConfiguration
import TestSupport
import Testing

@Suite struct ConfigurationValueTests {
    @Test(arguments: [
        ("250 ms", Duration.milliseconds(250)), ("250ms", .milliseconds(250)), ("10 s", .seconds(10)),
        ("10", .seconds(10)),
        ("0.5", .milliseconds(500)), ("1.5 min", .seconds(90)), ("24 h", .seconds(86400)),
        ("30 d", .seconds(30 * 86400)),
        ("7 us", .microseconds(7)), ("7 µs", .microseconds(7)), ("3 ns", .nanoseconds(3)), (" 2 S ", .seconds(2)),
    ])
    func readsDurations(text: String, expected: Duration) {
        #expect(Duration.parse(text) == expected)
    }

    @Test(arguments: [
        "", "s", "-1 s", "1 week", "1e3", "1..5", "1.", ".5", "99999999999999999999", "999999999999999999 d",
        "1 s 2 ms", "\u{0}",
    ])
    func refusesOtherDurations(text: String) {
        #expect(Duration.parse(text) == nil)
    }

    @Test(arguments: [
        ("8 MiB", 8 << 20), ("8MiB", 8 << 20), ("64 KiB", 65536), ("2 GiB", 2 << 30), ("1.5 GiB", 3 << 29),
        ("1000", 1000),
        ("1 kB", 1000), ("3 MB", 3_000_000), ("200_000", 200_000), ("17 B", 17), ("1 TiB", 1 << 40), ("0", 0),
    ])
    func readsSizes(text: String, bytes: Int) {
        #expect(ByteCount.parse(text) == ByteCount(bytes: bytes))
    }

    @Test(arguments: ["", "MiB", "-1", "8 Mi", "8 MiB/s", "99999999 TiB", "1,5 MiB", "0x10"])
    func refusesOtherSizes(text: String) {
        #expect(ByteCount.parse(text) == nil)
    }

    @Test func refusesNumbersWithUnitOrFraction() {
        #expect(Int.parse("3") == 3)
        #expect(Int.parse("200_000") == 200_000)
        for text in ["3 s", "3.0", "-3", "three", ""] { #expect(Int.parse(text) == nil, "\(text)") }
    }

    @Test func whatIsWrittenReadsBack() {
        let seed = UInt64.random(in: 0 ... .max)
        print("ConfigurationValueTests seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            // Few significant bits and many, so that every unit is met.
            let number = Int.random(in: 0...(1 << 20), using: &generator) << Int.random(in: 0...30, using: &generator)
            let size = ByteCount(bytes: number)
            #expect(ByteCount.parse(size.written) == size)
            let unit = [1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000][
                Int.random(in: 0..<6, using: &generator)]
            let duration = Duration.nanoseconds(Int64(Int.random(in: 0...100_000, using: &generator) * unit))
            #expect(Duration.parse(duration.written) == duration, "\(duration.written)")
        }
    }

    @Test func writesAsPeopleDo() {
        #expect(Duration.seconds(86400).written == "24 h")
        #expect(Duration.seconds(30 * 86400).written == "30 d")
        #expect(Duration.seconds(90).written == "90 s")
        #expect(Duration.seconds(600).written == "10 min")
        #expect(Duration.milliseconds(1500).written == "1500 ms")
        #expect(ByteCount.mebibytes(8).written == "8 MiB")
        #expect(ByteCount(bytes: 1025).written == "1025 B")
        #expect(["a\"b", "c\n"].toml == #"["a\"b", "c\n"]"#)
    }
}
