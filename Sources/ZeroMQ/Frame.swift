internal import CZeroMQ

/// One part of a message: bytes that never change once they are here.
///
/// `@unchecked Sendable`: the `zmq_msg_t` is written while it is created and closed when its last owner goes; in between
/// it is only read. Sending copies it with `zmq_msg_copy`, which shares the content by an atomic reference count; the one
/// thing that such a copy writes to its source, the mark "shared", is set at creation (`share`), before anybody
/// else sees the frame.
package struct Frame: @unchecked Sendable {
    private let storage: FrameStorage

    /// Bytes from this size on are not copied when a frame adopts an array.
    package static let adoptionThreshold = 32_768

    /// Arrays of at least `adoptionThreshold` bytes are adopted, smaller ones are copied.
    package init(_ bytes: [UInt8]) {
        if bytes.count >= Self.adoptionThreshold, let storage = FrameStorage.adopting(bytes) {
            self.storage = storage
        } else {
            storage = bytes.withUnsafeBytes(FrameStorage.copying)
        }
    }

    /// The string's UTF-8.
    package init(_ string: String) {
        var string = string
        storage = string.withUTF8 { FrameStorage.copying(UnsafeRawBufferPointer($0)) }
    }

    package init(bytes: UnsafeRawBufferPointer) {
        storage = FrameStorage.copying(bytes)
    }

    /// Keeps the array instead of copying it, whatever its size.
    package init(adopting bytes: [UInt8]) {
        storage = FrameStorage.adopting(bytes) ?? bytes.withUnsafeBytes(FrameStorage.copying)
    }

    /// Like `init(adopting:)`; the gauge shows the bytes until the last owner, libzmq included, has released them.
    package init(adopting bytes: [UInt8], countedBy gauge: ByteGauge) {
        storage = FrameStorage.adopting(bytes, gauge) ?? bytes.withUnsafeBytes(FrameStorage.copying)
    }

    package init() {
        storage = FrameStorage.copying(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Takes over what a receive left in `message`, which is empty afterwards.
    init(moving message: UnsafeMutablePointer<zmq_msg_t>) {
        storage = FrameStorage.moving(message)
    }

    /// Bytes.
    package var count: Int { storage.header }

    package var isEmpty: Bool { count == 0 }

    /// The bytes, valid only within the closure.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(start: storage.base, count: count))
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The text, if the bytes are valid UTF-8.
    package var string: String? {
        withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    }

    /// What libzmq knows about where the frame came from: "Peer-Address", "User-Id", "Socket-Type", "Identity".
    /// Nil for frames that were not received, over inproc, and for unknown names.
    package func metadata(_ name: String) -> String? {
        storage.withUnsafeMutablePointerToElements { message in
            zmq_msg_gets(message, name).map { String(cString: $0) }
        }
    }

    /// Makes `message`, which must be initialised, share this frame's content.
    func copy(to message: UnsafeMutablePointer<zmq_msg_t>) -> Int32 {
        storage.withUnsafeMutablePointerToElements { zmq_msg_copy(message, $0) }
    }
}

extension Frame: Hashable {
    package static func == (left: Frame, right: Frame) -> Bool {
        left.storage === right.storage
            || left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
    }

    package func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Frame: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

extension Frame: CustomStringConvertible {
    /// The size only: frames carry articles, and descriptions end in logs.
    package var description: String { "Frame(\(count) bytes)" }
}

/// The `zmq_msg_t` at an address that never changes, as libzmq demands; the header is its size in bytes.
private final class FrameStorage: ManagedBuffer<Int, zmq_msg_t> {
    /// Content of up to this many bytes lies in the `zmq_msg_t` itself and is never shared.
    private static let smallestShared = 30

    deinit {
        withUnsafeMutablePointerToElements { _ = zmq_msg_close($0) }
    }

    var base: UnsafeMutableRawPointer? { withUnsafeMutablePointerToElements { zmq_msg_data($0) } }

    static func copying(_ bytes: UnsafeRawBufferPointer) -> FrameStorage {
        let storage = empty(count: bytes.count)
        storage.withUnsafeMutablePointerToElements { message in
            if zmq_msg_init_size(message, bytes.count) != 0 {
                // No memory for the content: the message stays empty, as the process is about to end anyway.
                zmq_msg_init(message)
                storage.header = 0
            } else if let source = bytes.baseAddress {
                zmq_msg_data(message)?.copyMemory(from: source, byteCount: bytes.count)
            }
        }
        storage.share()
        return storage
    }

    /// The array's buffer lives until libzmq has released the content; it is never written, as `ArrayOwner` holds it in a
    /// constant and any other owner who wants to write gets a copy. Arrays of bytes are contiguous and do not move.
    static func adopting(_ bytes: [UInt8], _ gauge: ByteGauge? = nil) -> FrameStorage? {
        guard !bytes.isEmpty else { return nil }
        let owner = ArrayOwner(bytes, gauge)
        let storage = empty(count: bytes.count)
        let status = storage.withUnsafeMutablePointerToElements { message in
            owner.bytes.withUnsafeBytes { buffer in
                zmq_msg_init_data(
                    message, UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count,
                    { _, hint in
                        guard let hint else { return }
                        Unmanaged<ArrayOwner>.fromOpaque(hint).release()
                    }, Unmanaged.passRetained(owner).toOpaque())
            }
        }
        if status != 0 {
            Unmanaged.passUnretained(owner).release()
            storage.withUnsafeMutablePointerToElements { _ = zmq_msg_init($0) }
            return nil
        }
        storage.share()
        return storage
    }

    static func moving(_ source: UnsafeMutablePointer<zmq_msg_t>) -> FrameStorage {
        let storage = empty(count: zmq_msg_size(source))
        storage.withUnsafeMutablePointerToElements { message in
            zmq_msg_init(message)
            zmq_msg_move(message, source)
        }
        storage.share()
        return storage
    }

    private static func empty(count: Int) -> FrameStorage {
        unsafeDowncast(create(minimumCapacity: 1) { _ in count }, to: FrameStorage.self)
    }

    /// The first `zmq_msg_copy` of a message marks its source as shared, without any lock; here nobody else has it yet.
    private func share() {
        guard header >= Self.smallestShared else { return }
        withUnsafeMutablePointerToElements { message in
            var copy = zmq_msg_t()
            zmq_msg_init(&copy)
            zmq_msg_copy(&copy, message)
            zmq_msg_close(&copy)
        }
    }
}

private final class ArrayOwner: Sendable {
    let bytes: [UInt8]
    private let gauge: ByteGauge?

    init(_ bytes: [UInt8], _ gauge: ByteGauge?) {
        self.bytes = bytes
        self.gauge = gauge
        gauge?.add(bytes.count)
    }

    deinit { gauge?.add(-bytes.count) }
}
