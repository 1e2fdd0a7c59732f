internal import LanguageAnalysis
package import Pipeline

/// Operations and tables as they lie on disk and travel: version byte, then length-prefixed fields.
package enum NameCodec {
    static let version: UInt8 = 1

    package static func encode(_ operation: NameOperation) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 256)
        writer.write(byte: version)
        switch operation {
        case .learn(let article, let record, let day, let names):
            writer.write(byte: 1)
            writer.write(article)
            writer.write(record)
            writer.write(day: day)
            writer.write(names) { $0.write(observation: $1) }
        case .correct(let name, let to):
            writer.write(byte: 2)
            writer.write(name)
            writer.write(to)
        case .merge(let name, let into):
            writer.write(byte: 3)
            writer.write(name)
            writer.write(into)
        case .forget(let name, let forGood):
            writer.write(byte: 4)
            writer.write(name)
            writer.write(byte: forGood ? 1 : 0)
        case .turn(let on):
            writer.write(byte: 5)
            writer.write(byte: on ? 1 : 0)
        case .settings(let settings):
            writer.write(byte: 6)
            writer.write(settings: settings)
        case .places(let places):
            writer.write(byte: 7)
            writer.write(places) { $0.write(place: $1) }
        case .holders(let holders):
            writer.write(byte: 8)
            writer.write(holders) { $0.write(holder: $1) }
        case .restore(let name):
            writer.write(byte: 9)
            writer.write(learnt: name)
        }
        return writer.bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> NameOperation {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let operation = try decodeBody(&reader)
        try reader.expectEnd()
        return operation
    }

    private static func decodeBody(_ reader: inout ByteReader) throws(WireError) -> NameOperation {
        switch try reader.readByte("operation") {
        case 1:
            .learn(
                article: try reader.readInteger("article"), record: try reader.readInteger("record"),
                day: try reader.readDay("day"),
                names: try reader.readArray("names") { (reader) throws(WireError) in try reader.readObservation() })
        case 2: .correct(try reader.readString("name"), to: try reader.readString("to"))
        case 3: .merge(try reader.readString("name"), into: try reader.readString("into"))
        case 4: .forget(try reader.readString("name"), forGood: try reader.readFlag("forGood"))
        case 5: .turn(on: try reader.readFlag("on"))
        case 6: .settings(try reader.readSettings())
        case 7: .places(try reader.readArray("places") { (reader) throws(WireError) in try reader.readPlace() })
        case 8: .holders(try reader.readArray("holders") { (reader) throws(WireError) in try reader.readHolder() })
        case 9: .restore(try reader.readLearnt())
        default: throw .invalid(field: "operation")
        }
    }

    /// The whole table; the same table gives the same bytes.
    package static func encode(_ table: NameTable) -> [UInt8] {
        let parts = table.parts
        var writer = ByteWriter(reservingCapacity: 4_096 + parts.names.count * 160)
        writer.write(byte: version)
        writer.write(parts.version)
        writer.write(parts.lastRecord)
        writer.write(count: parts.latestDay)
        writer.write(byte: parts.isOn ? 1 : 0)
        writer.write(settings: parts.settings)
        writer.write(parts.places) { $0.write(place: $1) }
        writer.write(parts.holders) { $0.write(holder: $1) }
        writer.write(parts.redirects) { writer, redirect in
            writer.write(redirect.0)
            writer.write(redirect.1)
        }
        writer.write(parts.blocked) { $0.write($1) }
        writer.write(parts.nextPlace)
        writer.write(parts.recent) { $0.write($1) }
        writer.write(parts.names) { $0.write(learnt: $1) }
        return writer.bytes
    }

    package static func decodeTable(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> NameTable {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        var parts = NameTable.Parts()
        parts.version = try reader.readCounter("version")
        parts.lastRecord = try reader.readInteger("lastRecord")
        parts.latestDay = try reader.readQuantity("latestDay")
        parts.isOn = try reader.readFlag("isOn")
        parts.settings = try reader.readSettings()
        parts.places = try reader.readArray("places") { (reader) throws(WireError) in try reader.readPlace() }
        parts.holders = try reader.readArray("holders") { (reader) throws(WireError) in try reader.readHolder() }
        parts.redirects = try reader.readArray("redirects") { (reader) throws(WireError) in
            (try reader.readString("redirect"), try reader.readString("redirect"))
        }
        try ascend(parts.redirects.map(\.0), "redirects")
        parts.blocked = try reader.readArray("blocked") { (reader) throws(WireError) in try reader.readString("blocked") }
        try ascend(parts.blocked, "blocked")
        parts.nextPlace = try reader.readCounter("nextPlace")
        parts.recent = try reader.readArray("recent") { (reader) throws(WireError) in try reader.readInteger("recent") }
        guard parts.recent.count <= NameTable.recentArticles, UInt64(parts.recent.count) <= parts.nextPlace,
            Set(parts.recent).count == parts.recent.count
        else { throw .invalid(field: "recent") }
        parts.names = try reader.readArray("names") { (reader) throws(WireError) in try reader.readLearnt() }
        try ascend(parts.names.map(\.key), "names")
        try reader.expectEnd()
        return NameTable(parts)
    }

    /// Each once, in order: what was written from a table is so.
    private static func ascend(_ keys: [String], _ field: String) throws(WireError) {
        for (one, next) in zip(keys, keys.dropFirst()) where one >= next { throw .invalid(field: field) }
    }
}

extension ByteWriter {
    fileprivate mutating func write(day: Int?) {
        write(byte: day == nil ? 0 : 1)
        if let day { write(count: day) }
    }

    fileprivate mutating func write(strings: [String]) { write(strings) { $0.write($1) } }

    fileprivate mutating func write(observation: NameObservation) {
        write(choice: observation.kind)
        write(observation.name)
        write(strings: observation.roles)
        write(strings: observation.forms)
        write(choice: observation.gender)
    }

    fileprivate mutating func write(settings: NameSettings) {
        write(count: settings.minimumEvidence)
        write(count: settings.dominance)
        write(count: settings.recency)
        write(count: settings.halfLife)
        write(count: settings.maximumNames)
    }

    fileprivate mutating func write(place: PlaceName) {
        write(choice: place.kind)
        write(place.country)
        write(place.text)
    }

    fileprivate mutating func write(holder: OfficeHolder) {
        write(holder.name)
        write(holder.role)
        write(day: holder.from)
        write(day: holder.until)
    }

    fileprivate mutating func write(tally: NameTally) {
        write(count: tally.articles)
        write(count: tally.weight)
        write(count: tally.firstDay)
        write(count: tally.lastDay)
    }

    private mutating func write(counted: [LearntName.Counted]) {
        write(counted) { writer, counted in
            writer.write(counted.text)
            writer.write(count: counted.articles)
        }
    }

    fileprivate mutating func write(learnt name: LearntName) {
        write(choice: name.kind)
        write(strings: name.words)
        write(tally: name.tally)
        write(count: name.titled)
        write(counted: name.spellings)
        write(counted: name.forms)
        write(name.roles) { writer, role in
            writer.write(role.text)
            writer.write(role.key)
            writer.write(tally: role.tally)
        }
        write(count: name.male)
        write(count: name.female)
        write(name.correction)
    }
}

extension ByteReader {
    fileprivate mutating func readFlag(_ field: String) throws(WireError) -> Bool {
        switch try readByte(field) {
        case 0: false
        case 1: true
        default: throw .invalid(field: field)
        }
    }

    fileprivate mutating func readDay(_ field: String) throws(WireError) -> Int? {
        try readFlag(field) ? try readQuantity(field) : nil
    }

    /// A number that goes up by one at a time, and never comes near its end.
    fileprivate mutating func readCounter(_ field: String) throws(WireError) -> UInt64 {
        let value = try readInteger(field)
        guard value <= 1 << 62 else { throw .invalid(field: field) }
        return value
    }

    /// A count that sums of many still fit.
    fileprivate mutating func readQuantity(_ field: String) throws(WireError) -> Int {
        let value = try readInt(field)
        guard value <= 1 << 40 else { throw .invalid(field: field) }
        return value
    }

    private mutating func readStrings(_ field: String) throws(WireError) -> [String] {
        try readArray(field) { (reader) throws(WireError) in try reader.readString(field) }
    }

    fileprivate mutating func readObservation() throws(WireError) -> NameObservation {
        NameObservation(
            kind: try readChoice("observation.kind"), name: try readString("observation.name"),
            roles: try readStrings("observation.roles"), forms: try readStrings("observation.forms"),
            gender: try readChoice("observation.gender"))
    }

    fileprivate mutating func readSettings() throws(WireError) -> NameSettings {
        NameSettings(
            minimumEvidence: try readQuantity("settings.minimumEvidence"), dominance: try readQuantity("settings.dominance"),
            recency: min(1 << 20, try readQuantity("settings.recency")),
            halfLife: min(1 << 20, try readQuantity("settings.halfLife")),
            maximumNames: try readQuantity("settings.maximumNames"))
    }

    fileprivate mutating func readPlace() throws(WireError) -> PlaceName {
        PlaceName(
            kind: try readChoice("place.kind"), country: try readString("place.country"), text: try readString("place.text"))
    }

    fileprivate mutating func readHolder() throws(WireError) -> OfficeHolder {
        OfficeHolder(
            name: try readString("holder.name"), role: try readString("holder.role"), from: try readDay("holder.from"),
            until: try readDay("holder.until"))
    }

    private mutating func readTally() throws(WireError) -> NameTally {
        var tally = NameTally()
        tally.articles = try readQuantity("tally.articles")
        tally.weight = try readQuantity("tally.weight")
        tally.firstDay = try readQuantity("tally.firstDay")
        tally.lastDay = try readQuantity("tally.lastDay")
        return tally
    }

    private mutating func readCounted(_ field: String) throws(WireError) -> [LearntName.Counted] {
        try readArray(field) { (reader) throws(WireError) in
            LearntName.Counted(try reader.readString(field), try reader.readQuantity(field))
        }
    }

    fileprivate mutating func readLearnt() throws(WireError) -> LearntName {
        let kind: LearntName.Kind = try readChoice("name.kind")
        var name = LearntName(words: try readStrings("name.words"), kind: kind)
        name.tally = try readTally()
        name.titled = try readQuantity("name.titled")
        name.spellings = try readCounted("name.spellings")
        name.forms = try readCounted("name.forms")
        name.roles = try readArray("name.roles") { (reader) throws(WireError) in
            LearntName.Role(
                text: try reader.readString("role.text"), key: try reader.readString("role.key"),
                tally: try reader.readTally())
        }
        name.male = try readQuantity("name.male")
        name.female = try readQuantity("name.female")
        name.correction = try readOptionalString("name.correction")
        return name
    }
}
