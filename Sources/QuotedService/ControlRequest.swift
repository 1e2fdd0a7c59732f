internal import Foundation

/// What an operator's command asks of the control socket.
package struct ControlRequest: Decodable, Sendable {
    package var command: String
    package var id: String?
    package var sequence: UInt64?
    package var version: Int?
    /// How long its sender waits for the answer.
    package var withinMs: Int?

    /// Nil when the bytes are none.
    package init?(json: [UInt8]) {
        guard let request = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = request
    }
}
