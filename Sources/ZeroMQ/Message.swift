/// A message: one or more frames that arrive together or not at all.
package struct Message: Sendable, Hashable {
    package var frames: [Frame]
    /// The peer sent more frames than the socket's `maximumFrames`; those beyond are gone.
    package let isTruncated: Bool

    package init(frames: [Frame], isTruncated: Bool = false) {
        self.frames = frames
        self.isTruncated = isTruncated
    }

    package init(_ frame: Frame) { self.init(frames: [frame]) }

    /// A message of one frame: the string's UTF-8.
    package init(_ string: String) { self.init(frames: [Frame(string)]) }

    /// Of all frames together.
    package var byteCount: Int { frames.reduce(0) { $0 + $1.count } }
}

extension Message: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: Frame...) { self.init(frames: elements) }
}

extension Message: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}
