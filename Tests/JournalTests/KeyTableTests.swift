import Journal
import TestSupport
import Testing

@Suite struct EntryKeyTests {
    @Test func bytesComeBack() {
        let bytes: [UInt8] = [0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x0F]
        #expect(EntryKey(bytes).bytes == bytes)
        #expect(EntryKey(bytes).description == "ff0102030405060708090a0b0c0d0e0f")
        #expect(EntryKey(bytes + [9]) == EntryKey(bytes))
        #expect(EntryKey([1]).bytes == [1] + [UInt8](repeating: 0, count: 15))
        #expect(EntryKey([UInt8]()) == .none)
    }
}
@Suite struct KeyTableTests {
    @Test func itDoesWhatADictionaryDoes() {
        var random = SeededGenerator.announced("key table")
        var table = KeyTable()
        var model: [EntryKey: UInt64] = [:]
        for step in 1...40_000 {
            // Few keys, so that they are met again; some differ in one half only.
            let key = EntryKey(high: UInt64(random.below(300)), low: UInt64(random.below(4)))
            switch random.below(10) {
            case 0..<6:
                #expect(table.update(key, UInt64(step)) == model.updateValue(UInt64(step), forKey: key))
            case 6..<9:
                table.remove(key)
                model[key] = nil
            default:
                guard random.chance(2) else { break }
                let low = UInt64(random.below(step))
                let ranges = [low..<(low + 50), (low + 60)..<(low + 5_000)]
                table.remove(ranges)
                model = model.filter { entry in !ranges.contains { $0.contains(entry.value) } }
            }
            #expect(table.count == model.count)
            #expect(table[key] == model[key])
        }
        for (key, sequence) in model { #expect(table[key] == sequence) }
    }

    @Test func aKeyCostsFarLessThanSixtyFourBytes() {
        var random = SeededGenerator(seed: 1)
        var table = KeyTable()
        var worst = 0.0
        for sequence in 1...300_000 {
            table.update(EntryKey(high: random.next(), low: random.next()), UInt64(sequence))
            if sequence > 1_000 { worst = max(worst, Double(table.memoryBytes) / Double(sequence)) }
        }
        print("key table: at most \(worst) bytes a key, at 300,000 keys \(table.memoryBytes / table.count)")
        #expect(worst < 48)
    }
}
