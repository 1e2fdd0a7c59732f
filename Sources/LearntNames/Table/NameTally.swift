/// How often and when something was seen. Integers alone, so that every machine decides alike.
package struct NameTally: Sendable, Hashable {
    /// Articles that it was seen in.
    package var articles = 0
    /// The same with age: 1,024 for an article of `lastDay`, half of that for each half-life before.
    package var weight = 0
    /// Days as in `CalendarDay`; 0 while no dated article was seen.
    package var firstDay = 0
    package var lastDay = 0

    static let unit = 1_024

    package init() {}

    mutating func add(day: Int, halfLife: Int) {
        articles += 1
        var added = Self.unit
        if day > 0 {
            if lastDay == 0 {
                (firstDay, lastDay) = (day, day)
            } else if day > lastDay {
                weight = Self.decayed(weight, days: day - lastDay, halfLife: halfLife)
                lastDay = day
            } else {
                added = Self.decayed(added, days: lastDay - day, halfLife: halfLife)
                firstDay = min(firstDay, day)
            }
        }
        weight += added
    }

    mutating func merge(_ other: NameTally, halfLife: Int) {
        let day = max(lastDay, other.lastDay)
        weight = weight(on: day, halfLife: halfLife) + other.weight(on: day, halfLife: halfLife)
        articles += other.articles
        firstDay = [firstDay, other.firstDay].filter { $0 > 0 }.min() ?? 0
        lastDay = day
    }

    /// The weight as seen from a day; dates that are not known make nothing older.
    func weight(on day: Int, halfLife: Int) -> Int {
        guard day > lastDay, lastDay > 0 else { return weight }
        return Self.decayed(weight, days: day - lastDay, halfLife: halfLife)
    }

    /// Whether it was seen within some days of a day, before or after.
    func isCurrent(on day: Int, within days: Int) -> Bool {
        guard day > 0, lastDay > 0 else { return true }
        return day - lastDay <= days && firstDay - day <= days
    }

    /// Half for each half-life, straight lines between.
    static func decayed(_ weight: Int, days: Int, halfLife: Int) -> Int {
        let halfLife = max(1, halfLife)
        let base = weight >> min(days / halfLife, 62)
        return base - base * (days % halfLife) / (2 * halfLife)
    }
}
