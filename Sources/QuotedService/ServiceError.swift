/// Why the service cannot run, with the exit status that says so (sysexits).
package struct ServiceError: Error, Sendable, CustomStringConvertible {
    package enum Exit: Int32, Sendable {
        case usage = 64
        case badInput = 65
        case unavailable = 69
        case internalFault = 70
        case tryAgain = 75
        case configuration = 78
    }

    package let description: String
    package let exit: Exit

    package init(_ description: String, exit: Exit) {
        self.description = description
        self.exit = exit
    }
}
