/// What a worker tells of its process beside its sign of life, in a frame of its own: a dispatcher of an earlier version does not
/// look at it, and a worker of an earlier version does not send it.
package struct WorkerFigures: Sendable, Hashable {
    package var processID: Int
    /// Memory of the worker's process that is in RAM; 0 where it cannot be read.
    package var residentBytes: Int
    /// Why it gets nothing done at present: a full disk, say.
    package var trouble: String?

    package init(processID: Int, residentBytes: Int, trouble: String? = nil) {
        self.processID = processID
        self.residentBytes = residentBytes
        self.trouble = trouble
    }

    package static let version: UInt8 = 1

    package func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(byte: Self.version)
        writer.write(count: processID)
        writer.write(count: residentBytes)
        writer.write(trouble)
        return writer.bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> WorkerFigures {
        var reader = ByteReader(bytes)
        try reader.expectVersion(version)
        let figures = WorkerFigures(
            processID: try reader.readInt("processID"), residentBytes: try reader.readInt("residentBytes"),
            trouble: try reader.readOptionalString("trouble"))
        try reader.expectEnd()
        return figures
    }
}
