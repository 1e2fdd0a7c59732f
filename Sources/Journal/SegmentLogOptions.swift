package struct SegmentLogOptions: Sendable {
    /// A new segment file is begun by the first append after a commit that left the last one at this length or longer.
    package var segmentBytes: Int
    /// Longest payload.
    package var maximumEntryBytes: Int
    /// Bytes that wait in memory between appends; more are handed to the system before the commit.
    package var bufferBytes: Int
    /// Keeps the files.
    package var files: any FileSystem

    package init(
        segmentBytes: Int = 64 << 20, maximumEntryBytes: Int = 64 << 20, bufferBytes: Int = 4 << 20,
        files: any FileSystem = LocalFileSystem()
    ) {
        self.segmentBytes = segmentBytes
        self.maximumEntryBytes = maximumEntryBytes
        self.bufferBytes = bufferBytes
        self.files = files
    }
}
