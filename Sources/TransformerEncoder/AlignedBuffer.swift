/// Memory aligned to a cache line, which vector loads like. Zeroed when made; lives as long as the object.
final class AlignedBuffer<Element: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int, zero: Element) {
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        start = memory.bindMemory(to: Element.self, capacity: max(count, 1))
        start.initialize(repeating: zero, count: max(count, 1))
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
