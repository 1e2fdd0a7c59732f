import NewsFormats
import TestSupport
import Testing

@Suite struct WebArchiveTests {
    private func record(_ header: String, _ block: String) -> [UInt8] {
        Array("WARC/1.0\r\n\(header)\r\nContent-Length: \(block.utf8.count)\r\n\r\n\(block)\r\n\r\n".utf8)
    }

    private func response(_ header: String, _ body: String) -> [UInt8] {
        record(
            "WARC-Type: response\r\nWARC-Target-URI: <https://news.example/ferry>\r\nContent-Type: application/http; msgtype=response",
            "HTTP/1.1 \(header)\r\n\r\n\(body)")
    }

    private func content(_ bytes: [UInt8]) throws -> WebArchiveRecord.Content {
        let record = try #require(try WebArchiveRecord(bytes[...]))
        return record.content(of: bytes[record.headerBytes..<(record.headerBytes + record.blockBytes)])
    }

    @Test func aPageIsFound() throws {
        let bytes = response("200 OK\r\nContent-Type: text/html; charset=\"windows-1252\"\r\nX: a\r\n b", "<p>Ferry")
        let record = try #require(try WebArchiveRecord(bytes[...]))
        #expect(record.target == "https://news.example/ferry" && record.type == "response")
        guard case .document(let body, let charset) = try content(bytes) else { throw CancellationError() }
        #expect(String(decoding: body, as: UTF8.self) == "<p>Ferry" && charset == "windows-1252")
    }

    @Test func chunksAreJoined() throws {
        let bytes = response(
            "200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked", "4\r\n<p>F\r\n5;x=y\r\nerry \r\n0\r\n\r\n")
        guard case .document(let body, _) = try content(bytes) else { throw CancellationError() }
        #expect(String(decoding: body, as: UTF8.self) == "<p>Ferry ")
    }

    @Test(arguments: [
        ("404 Not Found\r\nContent-Type: text/html", "status 404"), ("200 OK\r\nContent-Type: image/png", "image/png"),
        ("200 OK\r\nContent-Type: text/plain", "text/plain"), ("200 OK\r\nX: y", "no Content-Type"),
        ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br", "Content-Encoding br"),
    ])
    func whatIsNoPageIsPassedOver(_ header: String, _ reason: String) throws {
        guard case .none(let found) = try content(response(header, "<p>x")) else { throw CancellationError() }
        #expect(found == reason)
    }

    @Test func otherRecordsArePassedOver() throws {
        guard case .none("warcinfo") = try content(record("WARC-Type: warcinfo", "software: x")) else { throw CancellationError() }
        let plain = record("WARC-Type: conversion\r\nContent-Type: text/plain", "Ferry\n\nIt runs.")
        guard case .document = try content(plain) else { throw CancellationError() }
    }

    @Test func halfAHeaderWantsMore() throws {
        let bytes = response("200 OK\r\nContent-Type: text/html", "<p>x")
        let whole = try #require(try WebArchiveRecord(bytes[...]))
        for count in 5..<whole.headerBytes { #expect(try WebArchiveRecord(bytes[..<count]) == nil) }
        #expect(throws: WebArchiveRecord.Fault.self) { try WebArchiveRecord(Array("GET / HTTP/1.1\r\n\r\n".utf8)[...]) }
        #expect(throws: WebArchiveRecord.Fault.self) { try WebArchiveRecord(Array("WARC/1.0\r\nA: b\r\n\r\n".utf8)[...]) }
        #expect(throws: WebArchiveRecord.Fault.self) {
            try WebArchiveRecord((Array("WARC/1.0\r\n".utf8) + [UInt8](repeating: 0x61, count: 70_000))[...])
        }
    }

    /// Whatever bytes come: a record within them, more wanted, or a fault.
    @Test func anyBytesGiveARecordOrAFault() throws {
        var generator = SeededGenerator.announced()
        let seed = response("200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked", "4\r\n<p>F\r\n0\r\n\r\n")
        for _ in 0..<4_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: bytes = Array(bytes.prefix(index))
                }
            }
            guard let record = try? WebArchiveRecord(bytes[...]) else { continue }
            #expect(record.headerBytes <= bytes.count && record.blockBytes >= 0)
            let end = min(bytes.count, record.headerBytes + min(record.blockBytes, bytes.count))
            _ = record.content(of: bytes[record.headerBytes..<end])
        }
    }
}
