import Foundation

/// How far tests with random steps go.
package enum Seeds {
    /// `QUOTED_TEST_SCALE` multiplies the steps.
    package static var scale: Int { number("QUOTED_TEST_SCALE") ?? 1 }

    /// A life of a model test that failed prints its seed; `QUOTED_TEST_LIFE` runs that one alone.
    package static var life: UInt64? { ProcessInfo.processInfo.environment["QUOTED_TEST_LIFE"].flatMap { UInt64($0) } }

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    /// Runs short lives, each from a seed of its own, until they have taken so many steps together.
    /// - Parameter live: takes the steps of one life; returns how many.
    package static func lives(_ test: String, steps: Int, _ live: (SeededGenerator) throws -> Int) throws {
        if let life {
            _ = try live(SeededGenerator(seed: life))
            return
        }
        var generator = SeededGenerator.announced(test)
        var taken = 0
        while taken < steps {
            let seed = generator.next()
            do {
                taken += try live(SeededGenerator(seed: seed))
            } catch {
                throw FailedLife(description: "\(test), after \(taken) steps, QUOTED_TEST_LIFE=\(seed): \(error)")
            }
        }
    }
}

package struct FailedLife: Error, CustomStringConvertible {
    package let description: String
}

/// What a model can't agree with.
package struct ModelFault: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// - Throws: `ModelFault` where it does not hold.
package func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(ModelFault) {
    if !condition { throw ModelFault(message()) }
}
