/// One thing that is wrong with the configuration: where, what was found, what was expected, and the remedy.
package struct ConfigurationFault: Error, Sendable, Equatable {
    /// Where a value was given.
    package enum Origin: Sendable, Equatable {
        /// In a file, at a line counted from 1 where it is known.
        case file(String, line: Int?)
        /// In an environment variable of this name.
        case environment(String)
        /// On the command line.
        case commandLine
        /// Nowhere: it is the default, or follows from the environment.
        case standard
    }

    /// Where the faulty value was given.
    package var origin: Origin
    /// The key, by its name in the file; nil when the fault is none of one key's.
    package var key: String?
    /// What was found, what was expected and what to do, in one line.
    package var message: String

    package init(origin: Origin, key: String?, message: String) {
        self.origin = origin
        self.key = key
        self.message = message
    }

    /// The file, where the fault is in one.
    package var file: String? {
        if case .file(let name, _) = origin { name } else { nil }
    }

    /// The line in the file, counted from 1, where it is known.
    package var line: Int? {
        if case .file(_, let line) = origin { line } else { nil }
    }
}

extension ConfigurationFault: CustomStringConvertible {
    /// One line, as compilers write it: `quoted.toml:12: pipeline.tries: found "many", expected a whole number …`.
    package var description: String {
        var parts: [String] = []
        switch origin {
        case .file(let name, let line?): parts.append("\(name):\(line)")
        case .file(let name, nil): parts.append(name)
        case .environment(let name): parts.append("environment variable \(name)")
        case .commandLine: parts.append("command line")
        case .standard: break
        }
        if let key { parts.append(key) }
        parts.append(message)
        return parts.joined(separator: ": ")
    }
}

/// The number of insertions, deletions, replacements and exchanges of neighbours that lead from `one` to `other`
/// (Damerau 1964, restricted to one edit per place).
///
/// - Complexity: the product of both lengths.
func editDistance(_ one: String, _ other: String) -> Int {
    let left = Array(one.utf8)
    let right = Array(other.utf8)
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row] + Array(repeating: 0, count: right.count)
        for column in 1...right.count {
            let same = left[row - 1] == right[column - 1]
            var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                best = min(best, beforeLast[column - 2] + 1)
            }
            current[column] = best
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}

/// "; did you mean X?" for the candidate nearest to `name`, or nothing when none is near.
///
/// A candidate that ends in `name`, or shares its last component, counts as near too: `[inteke] tries` and a key in the
/// wrong section are common slips.
package func suggestion(for name: String, among candidates: some Sequence<String>) -> String {
    // Longer names than any key's are not compared: the cost is the product of both lengths.
    guard name.utf8.count <= 100 else { return "" }
    let lastComponent = name.split(separator: ".").last.map(String.init) ?? name
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.sorted() {
        var distance = editDistance(name, candidate)
        if distance > max(2, name.utf8.count / 4) {
            let candidateLast = candidate.split(separator: ".").last.map(String.init) ?? candidate
            let lastDistance = editDistance(lastComponent, candidateLast)
            guard lastDistance <= max(1, lastComponent.utf8.count / 4) else { continue }
            distance = 100 + lastDistance + distance
        }
        if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best.map { "; did you mean \($0.candidate)?" } ?? ""
}
