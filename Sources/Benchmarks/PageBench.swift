import Foundation
import Glibc

/// What an open live page costs: rounds of articles through two services by turns, one of them with a page open.
struct PageBench {
    let directory: String
    let articles: (_ count: Int, _ run: String) -> [[UInt8]]

    /// - Returns: names and figures.
    func run() async throws -> [(String, String)] {
        let plain = try await Side(state: "\(directory)-plain")
        let watched = try await Side(state: "\(directory)-page")
        defer {
            plain.service.stop()
            watched.service.stop()
        }
        let page = try OpenPage(port: watched.port)
        var shares: [Double] = []
        for round in 0..<9 {
            let batch = articles(round == 0 ? 2_000 : 6_000, "p\(round)")
            let order = round.isMultiple(of: 2) ? [plain, watched] : [watched, plain]
            var rates: [ObjectIdentifier: Double] = [:]
            for side in order { rates[ObjectIdentifier(side)] = try await side.rate(batch) }
            guard round > 0, let base = rates[ObjectIdentifier(plain)], let rate = rates[ObjectIdentifier(watched)] else { continue }
            shares.append(rate / base * 100)
        }
        await plain.client.close()
        await watched.client.close()
        page.close()
        guard page.bytes > 0 else { throw BenchFault(description: "the page showed nothing") }
        let sorted = shares.sorted()
        let figures = sorted.map { String(format: "%.0f", $0) }.joined(separator: " ")
        return [
            ("an open page: throughput, % of that without one", String(format: "%.0f", sorted[sorted.count / 2]) + " (median of 8; \(figures))"),
            ("  bytes that the page was sent", "\(page.bytes)"),
        ]
    }

    private final class Side {
        let service: ServiceUnderTest
        let client: BenchClient
        let port: UInt16

        init(state: String) async throws {
            port = try OpenPage.freePort()
            service = try ServiceUnderTest(
                ["serve"], state: state,
                settings: ["QUOTED_ANALYSIS_ANALYZER": "none", "QUOTED_ENDPOINTS_HTTP": "127.0.0.1:\(port)"])
            client = try await BenchClient.make(ingest: service.ingest, stream: service.stream)
            guard try await client.ready(within: .seconds(30)) else {
                throw BenchFault(description: "the service did not start")
            }
        }

        func rate(_ batch: [[UInt8]]) async throws -> Double {
            let client = client
            let start = ContinuousClock.now
            async let records: Void = client.records(batch.count)
            _ = try await client.push(batch, window: 256)
            try await records
            let elapsed = ContinuousClock.now - start
            return Double(batch.count) / (elapsed / .seconds(1))
        }
    }
}

/// One browser, as far as the service can see. `@unchecked Sendable`: the count is the reading thread's until it has ended.
private final class OpenPage: @unchecked Sendable {
    private let descriptor: Int32
    private let ended = DispatchSemaphore(value: 0)
    private(set) var bytes = 0

    init(port: UInt16) throws {
        descriptor = try Self.connected(port)
        let request = Array("GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        guard write(descriptor, request, request.count) == request.count else {
            throw BenchFault(description: "the page could not be asked for")
        }
        Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += count }
            ended.signal()
        }.start()
    }

    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        ended.wait()
        Glibc.close(descriptor)
    }

    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard status == 0 else { throw BenchFault(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func connected(_ port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw BenchFault(description: "nobody listens for the page") }
        return descriptor
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
