import LearntNames
import TestSupport
import Testing

struct NameReplicaTests {
    private static func learn(_ number: Int) -> NameOperation {
        .learn(
            article: UInt64(number), record: UInt64(number), day: nil,
            names: [NameObservation(kind: .person, name: "Ana Lima\(number % 7)")])
    }

    @Test func changesBeforeTheTableWaitForIt() {
        var replica = NameReplica()
        replica.beginAsking()
        var server = NameTable()
        for version in 1...3 { server.apply(Self.learn(version), version: UInt64(version)) }
        let snapshot = server
        server.apply(Self.learn(4), version: 4)
        #expect(replica.receive([Self.learn(3), Self.learn(4)], from: 2, instance: 9) == .nothing)
        #expect(replica.table == nil)
        #expect(replica.receive(snapshot: snapshot, instance: 9) == .publish)
        #expect(replica.table?.version == 4)
        #expect(replica.table.map(NameCodec.encode) == NameCodec.encode(server))
    }

    @Test func aGapAnotherServerAndASilentLossLeadToANewTable() {
        var replica = NameReplica()
        replica.beginAsking()
        _ = replica.receive(snapshot: NameTable(), instance: 9)
        #expect(replica.receive([Self.learn(1)], from: 0, instance: 9) == .publish)
        #expect(replica.receive([Self.learn(1)], from: 0, instance: 9) == .nothing)
        #expect(replica.receive(alive: 1, instance: 9) == .nothing)
        #expect(replica.receive([Self.learn(3)], from: 2, instance: 9) == .ask)
        #expect(replica.receive(alive: 3, instance: 9) == .nothing)
        var other = NameReplica()
        _ = other.receive(snapshot: NameTable(), instance: 9)
        #expect(other.receive(alive: 5, instance: 9) == .ask)
        var third = NameReplica()
        _ = third.receive(snapshot: NameTable(), instance: 9)
        #expect(third.receive(alive: 0, instance: 10) == .ask)
    }

    /// Whatever is lost, doubled or late on the way: after the last sign of life and the answer to it the copy is whole.
    @Test func anyLossIsMadeGood() {
        var generator = SeededGenerator.announced()
        for _ in 0..<200 {
            var server = NameTable()
            var replica = NameReplica()
            replica.beginAsking()
            var snapshots: [NameTable] = []
            var asked = true
            func note(_ action: NameReplica.Action) { if action == .ask { asked = true } }
            for _ in 0..<60 {
                let from = server.version
                let operations = (0..<1 + generator.below(3)).map { _ in NameFixtures.operation(&generator) }
                for (offset, operation) in operations.enumerated() { server.apply(operation, version: from + UInt64(offset) + 1) }
                if !generator.chance(20) { note(replica.receive(operations, from: from, instance: 1)) }
                if generator.chance(10) { note(replica.receive(operations, from: from, instance: 1)) }
                if asked, generator.chance(50) {
                    snapshots.append(server)
                    asked = false
                }
                // The answer comes later than changes that are newer than it.
                if !snapshots.isEmpty, generator.chance(50) {
                    note(replica.receive(snapshot: snapshots.removeFirst(), instance: 1))
                }
            }
            for snapshot in snapshots { note(replica.receive(snapshot: snapshot, instance: 1)) }
            note(replica.receive(alive: server.version, instance: 1))
            if asked { _ = replica.receive(snapshot: server, instance: 1) }
            #expect(replica.table?.version == server.version)
            #expect(replica.table.map(NameCodec.encode) == NameCodec.encode(server))
        }
    }
}
