import Glibc
import Observability
import Testing

@Suite struct ServiceNotifierTests {
    /// A datagram socket bound to `name`, as systemd's; `@` stands for an abstract name.
    private final class Listener {
        let descriptor: Int32
        let name: String

        init(_ name: String) throws {
            self.name = name
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            if name.hasPrefix("@") { bytes[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(2 + bytes.count + (name.hasPrefix("@") ? 0 : 1))
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
            }
            try #require(result == 0)
            // A message that never comes fails the test instead of holding it.
            var timeout = timeval(tv_sec: 5, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit {
            close(descriptor)
            if name.hasPrefix("/") { unlink(name) }
        }

        func receive() -> [String] {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return count < 0
                ? [] : String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: ["/tmp/quoted-notify-\(getpid())", "@quoted-notify-\(getpid())"])
    func tellsSystemd(name: String) throws {
        let listener = try Listener(name)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
        #expect(notifier.isActive)
        try notifier.ready(status: "taking articles\nREADY=0")
        #expect(listener.receive() == ["READY=1", "STATUS=taking articles READY=0"])
        try notifier.status("12 articles in flight")
        #expect(listener.receive() == ["STATUS=12 articles in flight"])
        try notifier.alive()
        #expect(listener.receive() == ["WATCHDOG=1"])
        try notifier.extendTimeout(by: .seconds(2))
        #expect(listener.receive() == ["EXTEND_TIMEOUT_USEC=2000000"])
        try notifier.stopping()
        #expect(listener.receive() == ["STOPPING=1"])
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        try notifier.reloading()
        let lines = listener.receive()
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int($0) })
        #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(time >= now.tv_sec * 1_000_000 && time < (now.tv_sec + 60) * 1_000_000)
    }

    @Test func withoutSocketNobodyIsTold() throws {
        for environment in [
            [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "vsock:2:1"], ["NOTIFY_SOCKET": "@"],
            ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)],
        ] {
            let notifier = ServiceNotifier(environment: environment)
            #expect(!notifier.isActive)
            try notifier.ready()
        }
    }

    @Test func aSocketWithoutListenerIsAFailure() {
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nowhere/notify"])
        let failure = #expect(throws: ServiceNotifier.Failure.self) { try notifier.ready() }
        #expect(failure?.code == ENOENT)
    }

    @Test func knowsTheWatchdogsInterval() {
        func interval(_ environment: [String: String]) -> Duration? {
            ServiceNotifier(environment: environment, processID: 42).watchdogInterval
        }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "41"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
    }
}
