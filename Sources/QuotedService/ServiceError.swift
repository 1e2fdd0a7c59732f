internal import Journal
internal import Observability
internal import ZeroMQ

/// Why the service cannot run, with the exit status that says so (sysexits).
package struct ServiceError: Error, Sendable, CustomStringConvertible {
    package enum Exit: Int32, Sendable {
        case usage = 64
        case badInput = 65
        case unavailable = 69
        case internalFault = 70
        case tryAgain = 75
        case configuration = 78

        /// What an error of the stages' parts means: an address or a directory that another process holds may be free
        /// later, and so may a disk.
        package init(of error: any Error) {
            switch error {
            case let error as ServiceError: self = error.exit
            case let error as ZeroMQError where error.code == .addressInUse: self = .tryAgain
            case let error as JournalError where error.code == .locked || error.isPassing: self = .tryAgain
            case HTTPEndpointError.addressInUse: self = .tryAgain
            default: self = .internalFault
            }
        }
    }

    package let description: String
    package let exit: Exit

    package init(_ description: String, exit: Exit) {
        self.description = description
        self.exit = exit
    }
}
