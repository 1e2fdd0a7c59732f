import Stages
import Testing

struct SubscriptionTableTests {
    @Test func itKnowsWhatIsWanted() {
        var table = SubscriptionTable()
        #expect(!table.wants("quotation/"))
        table.note([1] + Array("analysis/".utf8))
        #expect(!table.wants("quotation/"))
        table.note([1] + Array("quotation/ana-lima/".utf8))
        #expect(table.wants("quotation/"))
        table.note([0] + Array("quotation/ana-lima/".utf8))
        #expect(!table.wants("quotation/"))
        table.note([1])
        #expect(table.wants("quotation/"))
        #expect(table.count == 2)
    }

    @Test func nonsenseChangesNothing() {
        var table = SubscriptionTable()
        table.note([])
        table.note([7, 7])
        table.note([1] + [UInt8](repeating: 65, count: 5_000))
        #expect(table.count == 0)
    }
}
