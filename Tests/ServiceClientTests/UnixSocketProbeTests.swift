import Foundation
import ServiceClient
import Testing

@Suite struct UnixSocketProbeTests {
    @Test func whoListensIsSeenAndWhoDoesNot() throws {
        let path = "/tmp/quoted-probe-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(path) }
        #expect(UnixSocketProbe(path: path) == .absent)
        #expect(UnixSocketProbe(path: path + "/below/it") == .absent)
        #expect(UnixSocketProbe(path: String(repeating: "x", count: 200)) == .absent)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 4) == 0)
        #expect(UnixSocketProbe(path: path) == .listening)
        close(descriptor)
        #expect(UnixSocketProbe(path: path) == .refused)
        try "a file".write(toFile: path + ".txt", atomically: false, encoding: .utf8)
        defer { unlink(path + ".txt") }
        #expect(UnixSocketProbe(path: path + ".txt") == .refused)
    }
}
