package import HashTreeCollections
internal import LanguageAnalysis

/// Everything learnt up to a version: a value that only `apply` changes, the same on every machine for the same
/// operations. A copy costs nothing and stays as it is, so it can be handed to those who analyse while learning goes on.
package struct NameTable: Sendable {
    /// The number of the last operation applied; 0 before the first.
    package private(set) var version: UInt64 = 0
    /// The last record that was learnt from.
    package private(set) var lastRecord: UInt64 = 0
    /// The latest day that an article was of.
    package private(set) var latestDay = CalendarDay.unknown
    package private(set) var isOn = true
    package private(set) var settings = NameSettings()
    package private(set) var places = PlaceNames()
    package private(set) var holders: [OfficeHolder] = []
    /// By key.
    package private(set) var names: TreeDictionary<String, LearntName> = [:]
    /// Names that were merged into others: key to key.
    package private(set) var redirects: TreeDictionary<String, String> = [:]
    /// Keys that are not learnt any more.
    package private(set) var blocked: TreeDictionary<String, Bool> = [:]
    /// The articles learnt from last, by their place, and the places by article.
    private(set) var recent: TreeDictionary<UInt64, UInt64> = [:]
    private var recentPlaces: TreeDictionary<UInt64, UInt64> = [:]
    private(set) var nextPlace: UInt64 = 0

    /// Keys by surname and by the short forms that stand for a name alone; derived.
    private var byForm: TreeDictionary<String, [String]> = [:]
    /// Keys by office; derived.
    private var byRole: TreeDictionary<String, [String]> = [:]

    /// Articles whose later versions are known as such.
    static let recentArticles = 8_192
    /// Names of one surname, or one office, that are looked at.
    static let bucket = 64

    package init() {}

    /// Names known.
    package var count: Int { names.count }

    // MARK: Applying

    /// Applies the operation with the next number. An operation about a name that is not there changes the number alone.
    package mutating func apply(_ operation: NameOperation, version: UInt64) {
        self.version = version
        switch operation {
        case .learn(let article, let record, let day, let observations):
            lastRecord = max(lastRecord, record)
            guard remember(article) else { return }
            if let day { latestDay = max(latestDay, day) }
            for observation in observations { learn(observation, day: day ?? latestDay) }
            if names.count > settings.maximumNames { forgetWeakest() }
        case .correct(let name, let to): correct(name, to)
        case .merge(let name, let into): merge(name, into)
        case .forget(let name, let forGood): forget(name, forGood: forGood)
        case .turn(let on): isOn = on
        case .settings(let settings): self.settings = settings
        case .places(let places):
            self.places = PlaceNames(places)
            renewRoles()
        case .holders(let holders): self.holders = holders
        case .restore(let name): put(name)
        }
    }

    /// Counts an operation that cannot be read.
    mutating func skip(to version: UInt64) { self.version = version }

    private mutating func remember(_ article: UInt64) -> Bool {
        guard recentPlaces[article] == nil else { return false }
        recentPlaces[article] = nextPlace
        recent[nextPlace] = article
        nextPlace += 1
        if nextPlace > UInt64(Self.recentArticles),
            let old = recent.removeValue(forKey: nextPlace - 1 - UInt64(Self.recentArticles))
        {
            recentPlaces[old] = nil
        }
        return true
    }

    private mutating func learn(_ observation: NameObservation, day: Int) {
        let words = LearntName.words(of: observation.name, kind: observation.kind)
        guard !words.isEmpty else { return }
        let key = place(of: words, kind: observation.kind)
        guard blocked[key] == nil, blocked[LearntName.key(words)] == nil else { return }
        let before = names[key]
        var name = before ?? LearntName(words: words, kind: observation.kind)
        guard name.kind == observation.kind else { return }
        name.see(observation, day: day, halfLife: settings.halfLife, places: places)
        names[key] = name
        index(name, before: before)
    }

    /// The key under which a name is kept: its own, or that of the one it is another spelling of.
    private func place(of words: [String], kind: LearntName.Kind) -> String {
        let key = LearntName.key(words)
        if let target = redirects[key], names[target] != nil { return target }
        if names[key] != nil || kind != .person { return key }
        let same = bearers(of: NameWords.surname(words) ?? "").filter {
            $0.kind == .person && NameWords.agree($0.words, words)
        }
        return same.count == 1 ? same[0].key : key
    }

    private mutating func correct(_ name: String, _ to: String) {
        guard let found = find(name) else { return }
        let other = find(to)
        if let other, other.key != found.key { merge(name, to) }
        let key = other?.key ?? found.key
        guard let before = names[key] else { return }
        var corrected = before
        corrected.correction = to
        names[key] = corrected
        let wanted = LearntName.key(LearntName.words(of: to, kind: corrected.kind))
        if wanted != key, !wanted.isEmpty, names[wanted] == nil { redirects[wanted] = key }
        index(corrected, before: before)
    }

    private mutating func merge(_ name: String, _ into: String) {
        guard let from = find(name), let before = find(into), from.key != before.key else { return }
        remove(from)
        var target = before
        target.merge(from, halfLife: settings.halfLife)
        names[target.key] = target
        // What led to the first leads to the second now.
        for (key, value) in redirects where value == from.key { redirects[key] = target.key }
        redirects[from.key] = target.key
        index(target, before: before)
    }

    private mutating func forget(_ name: String, forGood: Bool) {
        guard let found = find(name) else {
            let words = LearntName.words(of: name, kind: .person)
            if forGood, !words.isEmpty { blocked[LearntName.key(words)] = true }
            return
        }
        remove(found)
        for (key, value) in redirects where value == found.key { redirects[key] = nil }
        if forGood { blocked[found.key] = true } else { blocked[found.key] = nil }
    }

    private mutating func put(_ name: LearntName) {
        guard !name.words.isEmpty else { return }
        if let old = names[name.key] { remove(old) }
        var name = name
        for index in name.roles.indices { name.roles[index].key = LearntName.key(ofRole: name.roles[index].text, places) }
        names[name.key] = name
        latestDay = max(latestDay, name.tally.lastDay)
        index(name, before: nil)
        if names.count > settings.maximumNames { forgetWeakest() }
    }

    /// A sixteenth of the names goes at once, so that it does not happen with every article.
    private mutating func forgetWeakest() {
        let spare = names.count - settings.maximumNames + settings.maximumNames / 16
        let order = names.values.filter { $0.correction == nil }.map {
            (weight: $0.tally.weight(on: latestDay, halfLife: settings.halfLife), last: $0.tally.lastDay, key: $0.key)
        }.sorted { ($0.weight, $0.last, $0.key) < ($1.weight, $1.last, $1.key) }
        for weakest in order.prefix(spare) {
            if let name = names[weakest.key] { remove(name) }
        }
    }

    // MARK: Indexes

    private mutating func remove(_ name: LearntName) {
        names[name.key] = nil
        for form in Self.indexed(name) { Self.take(name.key, from: form, in: &byForm) }
        for role in name.roles where !role.key.isEmpty { Self.take(name.key, from: role.key, in: &byRole) }
    }

    /// Puts a name where it is looked for, and takes it from where it was.
    private mutating func index(_ name: LearntName, before: LearntName?) {
        let (old, new) = (before.map(Self.indexed) ?? [], Self.indexed(name))
        for form in old where !new.contains(form) { Self.take(name.key, from: form, in: &byForm) }
        for form in new where !old.contains(form) { Self.add(name.key, to: form, in: &byForm) }
        let (past, present) = (before?.roles.map(\.key) ?? [], name.roles.map(\.key))
        for role in past where !role.isEmpty && !present.contains(role) { Self.take(name.key, from: role, in: &byRole) }
        for role in present where !role.isEmpty && !past.contains(role) { Self.add(name.key, to: role, in: &byRole) }
    }

    /// What may stand for a name alone: the surname, of persons whose surname comes first their first word.
    private static func indexed(_ name: LearntName) -> [String] {
        guard name.kind == .person else { return name.forms.map(\.text) }
        var forms = [name.words, name.correction.map { LearntName.words(of: $0, kind: .person) } ?? []]
            .compactMap { NameWords.surname($0) }
        if let first = name.words.first { forms.append(first) }
        return forms
    }

    private static func add(_ key: String, to place: String, in index: inout TreeDictionary<String, [String]>) {
        var keys = index[place] ?? []
        guard !keys.contains(key) else { return }
        // Sorted, so that it does not matter in which order names came, nor whether they came from a snapshot.
        keys.insert(key, at: keys.firstIndex { $0 > key } ?? keys.endIndex)
        index[place] = keys
    }

    private static func take(_ key: String, from place: String, in index: inout TreeDictionary<String, [String]>) {
        guard var keys = index[place] else { return }
        keys.removeAll { $0 == key }
        index[place] = keys.isEmpty ? nil : keys
    }

    private mutating func renewRoles() {
        byRole = [:]
        for (key, old) in names {
            var name = old
            for index in name.roles.indices { name.roles[index].key = LearntName.key(ofRole: name.roles[index].text, places) }
            names[key] = name
            for role in name.roles where !role.key.isEmpty { Self.add(key, to: role.key, in: &byRole) }
        }
    }

    // MARK: Looking up

    /// Persons with a surname, or whose first word it is.
    func bearers(of form: String) -> [LearntName] { (byForm[form] ?? []).prefix(Self.bucket).compactMap { names[$0] } }

    /// Persons that were seen in an office.
    func holders(ofRole key: String) -> [LearntName] { (byRole[key] ?? []).prefix(Self.bucket).compactMap { names[$0] } }

    /// A name by any of its full spellings.
    package func find(_ name: String) -> LearntName? {
        for kind in LearntName.Kind.allCases {
            let key = LearntName.key(LearntName.words(of: name, kind: kind))
            if let found = names[key] ?? redirects[key].flatMap({ names[$0] }) { return found }
        }
        let words = LearntName.words(of: name, kind: .person)
        let same = bearers(of: NameWords.surname(words) ?? "").filter {
            $0.spellings.contains { $0.text == name } || words.count > 1 && NameWords.agree($0.words, words)
        }
        return same.count == 1 ? same[0] : nil
    }

    /// A table as a snapshot holds it.
    init(_ parts: Parts) {
        version = parts.version
        lastRecord = parts.lastRecord
        latestDay = parts.latestDay
        isOn = parts.isOn
        settings = parts.settings
        places = PlaceNames(parts.places)
        holders = parts.holders
        redirects = TreeDictionary(uniqueKeysWithValues: parts.redirects.map { ($0.0, $0.1) })
        blocked = TreeDictionary(uniqueKeysWithValues: parts.blocked.map { ($0, true) })
        nextPlace = parts.nextPlace
        let first = nextPlace - min(nextPlace, UInt64(parts.recent.count))
        for (offset, article) in parts.recent.enumerated() {
            recent[first + UInt64(offset)] = article
            recentPlaces[article] = first + UInt64(offset)
        }
        for name in parts.names {
            names[name.key] = name
            index(name, before: nil)
        }
    }

    /// What a snapshot holds: everything that is not derived, in a fixed order.
    struct Parts {
        var version: UInt64 = 0
        var lastRecord: UInt64 = 0
        var latestDay = 0
        var isOn = true
        var settings = NameSettings()
        var places: [PlaceName] = []
        var holders: [OfficeHolder] = []
        var redirects: [(String, String)] = []
        var blocked: [String] = []
        var nextPlace: UInt64 = 0
        /// Ascending by place, without gaps.
        var recent: [UInt64] = []
        var names: [LearntName] = []
    }

    var parts: Parts {
        Parts(
            version: version, lastRecord: lastRecord, latestDay: latestDay, isOn: isOn, settings: settings,
            places: places.all, holders: holders, redirects: redirects.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            blocked: blocked.keys.sorted(), nextPlace: nextPlace, recent: recent.sorted { $0.key < $1.key }.map(\.value),
            names: names.values.sorted { $0.key < $1.key })
    }
}

extension LearntName {
    /// The folded words that name one; without titles for a person.
    static func words(of name: String, kind: Kind) -> [String] {
        let words = PersonName.words(name)
        return kind == .person ? NameWords.untitled(words) : words
    }
}
