internal import CZlib

/// Why bytes are no gzip.
package struct GzipFault: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
}

/// Unpacks gzip (RFC 1952) step by step, several members after one another too. Not Sendable: used by one reader.
package final class GzipInflater {
    /// zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Between two members, where the input may end.
    private var isBetweenMembers = false
    private var hasMember = false
    package private(set) var isAtEnd = false

    /// Whether bytes begin as gzip does.
    package static func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    package init() throws(GzipFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard zlib_inflate_init_gzip(stream) == Z_OK else {
            stream.deallocate()
            throw GzipFault(description: "zlib finds no memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Unpacks some of the input.
    /// - Parameters:
    ///   - input: what was read; empty at its end.
    ///   - output: where to put what was unpacked.
    /// - Returns: bytes taken of the input, and bytes put. Nothing of both means: more input is needed, or it is the end.
    /// - Throws: `GzipFault` for what is no gzip, is damaged or cut off.
    package func inflate(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(GzipFault) -> (taken: Int, put: Int) {
        if isAtEnd { return (input.count, 0) }
        if input.isEmpty { return try finish(output) }
        if isBetweenMembers {
            // Some programs fill up the last block with zeros.
            let padding = input.prefix { $0 == 0 }.count
            if padding > 0 { return (padding, 0) }
            guard inflateReset(stream) == Z_OK else { throw GzipFault(description: "zlib cannot go on") }
            isBetweenMembers = false
        }
        return try run(input, output)
    }

    private func finish(_ output: UnsafeMutableBufferPointer<UInt8>) throws(GzipFault) -> (taken: Int, put: Int) {
        guard !isBetweenMembers else {
            isAtEnd = true
            return (0, 0)
        }
        // What zlib still holds.
        let step = try run(UnsafeBufferPointer(start: nil, count: 0), output)
        guard step.put > 0 || isBetweenMembers else { throw GzipFault(description: "gzip: it is cut off") }
        return step
    }

    private func run(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(GzipFault) -> (taken: Int, put: Int) {
        let available = min(input.count, Int(UInt32.max))
        let room = min(output.count, Int(UInt32.max))
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(room)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let step = (taken: available - Int(stream.pointee.avail_in), put: room - Int(stream.pointee.avail_out))
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            isBetweenMembers = true
            hasMember = true
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
            throw GzipFault(
                description: "gzip: " + (hasMember ? "something else follows it" : "it is damaged") + " (\(detail))")
        }
        return step
    }
}
