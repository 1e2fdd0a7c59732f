import Foundation

/// The desktop that this process was started on, if it was.
enum Desktop {
    static var isThere: Bool {
        let environment = ProcessInfo.processInfo.environment
        return ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(environment[$0] ?? "").isEmpty }
    }

    /// Opens an address in the user's browser; where there is none, nothing happens.
    static func open(_ address: String) {
        guard isThere else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xdg-open", address]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { StandardError.write("quoted: the page could not be opened: \(error)") }
    }
}
