internal import CLibXML2
internal import Glibc

/// Makes a tree of libxml2's events, and feeds libxml2 with the document. Not Sendable: used by one call.
final class TreeBuilder {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private let limits: MarkupLimits
    private let deadline: Duration
    private var nodes: [MarkupTree.Node]
    /// Indices of the elements that are open, the document first.
    private var open: [Int] = [0]
    /// Elements that are open, but too deep to be shown.
    private var flattened = 0
    private var text: [UInt8] = []
    /// Names of namespaces, so that each is kept once.
    private var namespaces: [UnsafePointer<UInt8>: String] = [:]
    private var entities: [String: NamedCharacter] = [:]
    /// The limit that was passed: nothing more is taken or fed.
    private var refusal: MarkupFault?
    private var firstError: MarkupFault?

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: MarkupLimits) {
        self.bytes = bytes
        self.limits = limits
        deadline = Self.processorTime() + limits.processorTime
            + limits.processorTimePerMebibyte * (Double(bytes.count) / 1_048_576)
        nodes = [MarkupTree.Node(name: "#document", parent: 0, end: 0)]
    }

    /// - Throws: `MarkupFault` when a limit was passed.
    func finish(isWellFormed: Bool = true) throws(MarkupFault) -> MarkupTree {
        if let refusal { throw refusal }
        flushText()
        while let index = open.popLast() { nodes[index].end = nodes.count }
        let fault = isWellFormed ? nil : firstError ?? MarkupFault(problem: "is not well-formed")
        return MarkupTree(nodes: nodes, fault: fault)
    }

    // MARK: Feeding

    /// libxml2 asks for more bytes.
    static let read: xmlInputReadCallback = { context, buffer, length in
        guard let context, let buffer, length > 0 else { return -1 }
        return Unmanaged<TreeBuilder>.fromOpaque(context).takeUnretainedValue().feed(buffer, length)
    }

    private func feed(_ buffer: UnsafeMutablePointer<CChar>, _ length: Int32) -> Int32 {
        if refusal == nil, Self.processorTime() > deadline {
            refusal = MarkupFault(problem: "takes too long to be read: it has far too many attributes or unclosed elements")
        }
        guard refusal == nil else { return 0 }
        let count = min(Int(length), bytes.count - offset)
        for index in 0..<count {
            let byte = bytes[offset + index]
            // For libxml2 a null character ends the document.
            buffer[index] = CChar(bitPattern: byte == 0 ? 0x20 : byte)
        }
        offset += count
        return Int32(count)
    }

    /// Of this thread; that of the clock on the wall could condemn a document for the machine's being busy.
    private static func processorTime() -> Duration {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    // MARK: Events

    func start(_ name: String, namespace: UnsafePointer<UInt8>?, attributes: [(name: String, value: String)]) {
        flushText()
        guard refusal == nil else { return }
        guard nodes.count < limits.nodes else {
            refusal = MarkupFault(problem: "has more than \(limits.nodes) elements")
            return
        }
        let parent = open[open.count - 1]
        nodes.append(
            MarkupTree.Node(
                name: name, namespace: namespace.map(namespaceName) ?? "", attributes: attributes, parent: parent,
                end: nodes.count + 1))
        if open.count > limits.depth { flattened += 1 } else { open.append(nodes.count - 1) }
    }

    func end() {
        flushText()
        guard refusal == nil else { return }
        if flattened > 0 {
            flattened -= 1
        } else if open.count > 1, let index = open.popLast() {
            nodes[index].end = nodes.count
        }
    }

    func append(_ characters: UnsafePointer<UInt8>?, _ count: Int32) {
        guard let characters, count > 0, refusal == nil else { return }
        text.append(contentsOf: UnsafeBufferPointer(start: characters, count: Int(count)))
    }

    func note(_ error: UnsafePointer<xmlError>?) {
        guard firstError == nil, let error = error?.pointee, error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        let message = error.message.map { String(cString: $0) } ?? "is not well-formed"
        let line = message.prefix { !$0.isNewline }
        firstError = MarkupFault(line: error.line > 0 ? Int(error.line) : nil, problem: String(line.prefix(120)))
    }

    /// The characters that HTML has names for, also where an XML document does not declare them.
    func entity(_ name: UnsafePointer<UInt8>?) -> xmlEntityPtr? {
        guard let name, let known = htmlEntityLookup(name)?.pointee, let scalar = Unicode.Scalar(known.value) else { return nil }
        let key = String(cString: name)
        if let made = entities[key] { return made.entity }
        let made = NamedCharacter(known, scalar)
        entities[key] = made
        return made.entity
    }

    private func flushText() {
        guard !text.isEmpty else { return }
        if refusal == nil, nodes.count < limits.nodes {
            nodes.append(
                MarkupTree.Node(
                    name: "", text: String(decoding: text, as: UTF8.self), parent: open[open.count - 1],
                    end: nodes.count + 1))
        }
        text.removeAll(keepingCapacity: true)
    }

    /// libxml2 keeps each name once, so that its address stands for it.
    private func namespaceName(_ address: UnsafePointer<UInt8>) -> String {
        if let known = namespaces[address] { return known }
        let name = String(cString: address)
        namespaces[address] = name
        return name
    }
}

/// What libxml2 wants to hear of a named character: an entity like its own predefined ones, which it does not free.
private final class NamedCharacter {
    let entity: UnsafeMutablePointer<xmlEntity>
    private let content: UnsafeMutablePointer<UInt8>

    init(_ known: htmlEntityDesc, _ scalar: Unicode.Scalar) {
        let utf8 = Array(String(scalar).utf8) + [0]
        content = .allocate(capacity: utf8.count)
        content.initialize(from: utf8, count: utf8.count)
        entity = .allocate(capacity: 1)
        entity.initialize(to: xmlEntity())
        entity.pointee.type = XML_ENTITY_DECL
        entity.pointee.etype = XML_INTERNAL_PREDEFINED_ENTITY
        entity.pointee.name = UnsafeRawPointer(known.name).map { $0.assumingMemoryBound(to: UInt8.self) }
        entity.pointee.content = content
        entity.pointee.length = Int32(utf8.count - 1)
    }

    deinit {
        // A document that declares the name itself leaves its own text here.
        if let original = entity.pointee.orig { libxml2_free(original) }
        entity.deallocate()
        content.deallocate()
    }
}
