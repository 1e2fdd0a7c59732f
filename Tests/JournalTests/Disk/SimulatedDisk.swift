import Glibc
import Journal
import TestSupport

/// A disk in memory whose power can be cut. What was written and not synced may then be lost, torn, or there without what was
/// written before it; the same goes for names in directories. It fills up, its syncs and writes fail when a test wants it.
///
/// Unchecked, since each test has its own and uses it on one thread.
final class SimulatedDisk: FileSystem, @unchecked Sendable {
    enum Change {
        case write(offset: Int, bytes: [UInt8])
        case truncate(length: Int)
    }

    final class Node {
        let kind: FileKind
        /// What programs see.
        var bytes: [UInt8] = []
        /// What is on the disk for certain.
        var durable: [UInt8] = []
        /// What may or may not have reached it, in the order in which it was written.
        var pending: [Change] = []
        var isDenied = false

        init(_ kind: FileKind) { self.kind = kind }
    }

    /// Names that appeared or vanished together.
    struct Naming {
        var names: [(path: String, node: Node?)]
        var directories: [String]
    }

    var random: SeededGenerator
    private(set) var nodes: [String: Node] = ["": Node(.directory)]
    private var durableNodes: [String: Node] = ["": Node(.directory)]
    private var namings: [Naming] = []
    private var children: [String: Set<String>] = ["": []]

    /// Changes until the power goes; nil: it stays.
    var changesUntilPowerCut: Int?
    private(set) var isOff = false
    /// Bytes that files may still grow by.
    var room = Int.max
    /// The next sync of a file fails, and what was to be synced is given up: later syncs say nothing of it.
    var failsNextSync = false
    /// The next write fails with this.
    var nextWriteError: Int32?
    /// Counts of what happened, to see that a test comes by everything.
    private(set) var syncs = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    // MARK: Power

    private static func off(_ path: String) -> JournalError { JournalError(.io(EIO), path: path, detail: "the power is off") }

    func checkPower(_ path: String) throws(JournalError) {
        if isOff { throw Self.off(path) }
    }

    /// A change begins.
    /// - Returns: whether the power goes in the middle of it.
    private func isCut(_ path: String) throws(JournalError) -> Bool {
        try checkPower(path)
        guard let left = changesUntilPowerCut else { return false }
        changesUntilPowerCut = left - 1
        guard left <= 0 else { return false }
        isOff = true
        return true
    }

    /// The machine starts again, with what the power cut has left.
    func restart() {
        isOff = false
        changesUntilPowerCut = nil
        failsNextSync = false
        nextWriteError = nil
        settleNames()
        // In a fixed order, so that a seed brings the same again.
        for (_, node) in nodes.sorted(by: { $0.key < $1.key }) where node.kind == .file {
            node.bytes = survivor(of: node)
            node.durable = node.bytes
            node.pending = []
        }
    }

    private func settleNames() {
        let mode = random.below(4)
        let prefix = random.below(namings.count + 1)
        for (index, naming) in namings.enumerated() {
            let isKept = switch mode {
            case 0: false
            case 1: true
            case 2: index < prefix
            default: random.chance(50)
            }
            if isKept { apply(naming, to: &durableNodes) }
        }
        namings = []
        // A file whose folder is lost is lost.
        durableNodes = durableNodes.filter { path, _ in
            var folder = path
            while !folder.isEmpty {
                folder = Self.parent(folder)
                if durableNodes[folder] == nil { return false }
            }
            return true
        }
        nodes = durableNodes
        children = [:]
        for (path, node) in nodes {
            if node.kind == .directory { children[path, default: []].formUnion([]) }
            if !path.isEmpty { children[Self.parent(path), default: []].insert(path) }
        }
    }

    private func apply(_ naming: Naming, to nodes: inout [String: Node]) {
        for (path, node) in naming.names { nodes[path] = node }
    }

    /// What is left of a file: nothing of what was not synced, all, the first of it with the last one torn, or any sectors of it.
    private func survivor(of node: Node) -> [UInt8] {
        guard !node.pending.isEmpty else { return node.durable }
        var bytes = node.durable
        switch random.below(5) {
        case 0: return bytes
        case 1:
            for change in node.pending { Self.apply(change, to: &bytes) }
        case 2:
            let kept = random.below(node.pending.count)
            for change in node.pending[..<kept] { Self.apply(change, to: &bytes) }
            if case .write(let offset, let written) = node.pending[kept] {
                Self.apply(.write(offset: offset, bytes: Array(written.prefix(random.below(written.count + 1)))), to: &bytes)
            }
        default:
            applySectors(of: node.pending, to: &bytes)
            // The length may be there before the bytes are.
            if bytes.count < node.bytes.count, random.chance(40) {
                let missing = random.below(node.bytes.count - bytes.count + 1)
                bytes += random.chance(50) ? [UInt8](repeating: 0, count: missing) : random.bytes(missing)
            }
        }
        return bytes
    }

    /// Any of the sectors that were written, each whole.
    private func applySectors(of changes: [Change], to bytes: inout [UInt8]) {
        for change in changes {
            guard case .write(let offset, let written) = change else {
                if random.chance(60) { Self.apply(change, to: &bytes) }
                continue
            }
            var start = offset
            while start < offset + written.count {
                let end = min(offset + written.count, (start / 512 + 1) * 512)
                if random.chance(60) {
                    Self.apply(.write(offset: start, bytes: Array(written[(start - offset)..<(end - offset)])), to: &bytes)
                }
                start = end
            }
        }
    }

    static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let offset, let written):
            guard !written.isEmpty else { return }
            let end = offset + written.count
            if bytes.count < offset { bytes += [UInt8](repeating: 0, count: offset - bytes.count) }
            if bytes.count == offset {
                bytes += written
            } else {
                bytes.replaceSubrange(offset..<min(end, bytes.count), with: written)
            }
        case .truncate(let length):
            if length < bytes.count {
                bytes.removeSubrange(length...)
            } else {
                bytes += [UInt8](repeating: 0, count: length - bytes.count)
            }
        }
    }

    // MARK: Files

    func write(_ written: UnsafeRawBufferPointer, at offset: Int, to node: Node, _ path: String) throws(JournalError) {
        let cut = try isCut(path)
        var count = written.count
        var failure: JournalError?
        if cut {
            count = random.below(count + 1)
            failure = Self.off(path)
        } else if let error = nextWriteError {
            nextWriteError = nil
            count = random.below(count + 1)
            failure = JournalError(.io(error), path: path, detail: "write")
        }
        let growth = max(0, offset + count - node.bytes.count)
        if growth > room {
            count = max(0, count - (growth - room))
            failure = JournalError(.noSpace, path: path, detail: "write")
        }
        let change = Change.write(offset: offset, bytes: Array(written.prefix(count)))
        let before = node.bytes.count
        Self.apply(change, to: &node.bytes)
        if room != .max { room -= node.bytes.count - before }
        if count > 0 { node.pending.append(change) }
        if let failure { throw failure }
    }

    func truncate(_ node: Node, to length: Int, _ path: String) throws(JournalError) {
        let cut = try isCut(path)
        if !cut || random.chance(50) {
            if room != .max { room += node.bytes.count - length }
            let change = Change.truncate(length: length)
            Self.apply(change, to: &node.bytes)
            node.pending.append(change)
        }
        if cut { throw Self.off(path) }
    }

    func sync(_ node: Node, _ path: String) throws(JournalError) {
        syncs += 1
        let cut = try isCut(path)
        if cut || failsNextSync {
            failsNextSync = false
            if !cut || random.chance(50) {
                applySectors(of: node.pending, to: &node.durable)
                // Bytes are given up; the length is the file system's own affair, and comes to the disk some day.
                node.pending.removeAll { if case .write = $0 { true } else { false } }
            }
            throw cut ? Self.off(path) : JournalError(.syncFailed, path: path, detail: "sync")
        }
        for change in node.pending { Self.apply(change, to: &node.durable) }
        node.pending = []
    }

    // MARK: Names

    static func parent(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }

    private func name(_ names: [(path: String, node: Node?)], _ path: String) throws(JournalError) {
        let cut = try isCut(path)
        if !cut || random.chance(50) {
            let naming = Naming(names: names, directories: names.map { Self.parent($0.path) })
            apply(naming, to: &nodes)
            for (path, node) in names {
                if node == nil { children[Self.parent(path)]?.remove(path) } else { children[Self.parent(path)]?.insert(path) }
                if node?.kind == .directory, children[path] == nil { children[path] = [] }
            }
            namings.append(naming)
        }
        if cut { throw Self.off(path) }
    }

    func open(_ path: String, _ mode: FileMode) throws(JournalError) -> any OpenFile {
        try checkPower(path)
        if let node = nodes[path] {
            guard mode != .create else { throw JournalError(.io(EEXIST), path: path, detail: "open") }
            guard node.kind == .file else { throw JournalError(.io(EISDIR), path: path, detail: "open") }
            guard !node.isDenied else { throw JournalError(.io(EACCES), path: path, detail: "open") }
            return SimulatedFile(path, node, self)
        }
        guard mode == .create || mode == .createOrUpdate, nodes[Self.parent(path)]?.kind == .directory else {
            throw JournalError(.io(ENOENT), path: path, detail: "open")
        }
        guard room > 0 else { throw JournalError(.noSpace, path: path, detail: "open") }
        let node = Node(.file)
        try name([(path, node)], path)
        return SimulatedFile(path, node, self)
    }

    func makeDirectory(_ path: String) throws(JournalError) -> Bool {
        try checkPower(path)
        guard nodes[path] == nil else { return false }
        guard nodes[Self.parent(path)]?.kind == .directory else {
            throw JournalError(.io(ENOENT), path: path, detail: "create the directory")
        }
        try name([(path, Node(.directory))], path)
        return true
    }

    func list(_ path: String) throws(JournalError) -> [String] {
        try checkPower(path)
        guard let node = nodes[path], node.kind == .directory, let paths = children[path] else {
            throw JournalError(.io(ENOENT), path: path, detail: "list the directory")
        }
        guard !node.isDenied else { throw JournalError(.io(EACCES), path: path, detail: "list the directory") }
        return paths.map { String($0.dropFirst(path.utf8.count + 1)) }.sorted()
    }

    func syncDirectory(_ path: String) throws(JournalError) {
        syncs += 1
        let cut = try isCut(path)
        let path = path == "/" ? "" : path
        if !cut || random.chance(50) {
            for naming in namings where naming.directories.contains(path) { apply(naming, to: &durableNodes) }
            namings.removeAll { $0.directories.contains(path) }
        }
        if cut { throw Self.off(path) }
    }

    func kind(_ path: String) -> FileKind? { nodes[path == "/" ? "" : path]?.kind }

    func remove(_ path: String) throws(JournalError) {
        try checkPower(path)
        guard let node = nodes[path] else { return }
        if room != .max { room += node.bytes.count }
        try name([(path, nil)], path)
    }

    func rename(_ path: String, to target: String) throws(JournalError) {
        try checkPower(path)
        guard let node = nodes[path] else { throw JournalError(.io(ENOENT), path: path, detail: "rename") }
        try name([(target, node), (path, nil)], path)
    }

    func tryRoom(in directory: String, bytes: Int) throws(JournalError) {
        try checkPower(directory)
        guard bytes <= room else { throw JournalError(.noSpace, path: directory, detail: "try whether there is room") }
    }

    func grantAccess(_ path: String) throws(JournalError) {
        try checkPower(path)
        nodes[path]?.isDenied = false
    }

    // MARK: For tests

    /// Files below a directory, sorted.
    func files(in directory: String) -> [String] {
        (children[directory] ?? []).filter { nodes[$0]?.kind == .file }.map { String($0.dropFirst(directory.utf8.count + 1)) }.sorted()
    }

    /// What programs see of a file; nothing when it is not there.
    func bytes(_ path: String) -> [UInt8] { nodes[path]?.bytes ?? [] }

    /// Puts a file there for certain; nil takes it away.
    func put(_ bytes: [UInt8]?, _ path: String) {
        let node = bytes.map { bytes in
            let node = Node(.file)
            node.bytes = bytes
            node.durable = bytes
            return node
        }
        namings = namings.map { naming in
            Naming(names: naming.names.filter { $0.path != path }, directories: naming.directories)
        }
        nodes[path] = node
        durableNodes[path] = node
        if node == nil { children[Self.parent(path)]?.remove(path) } else { children[Self.parent(path)]?.insert(path) }
    }

    /// The account may not read or write a file, though it owns it.
    func deny(_ path: String) { nodes[path]?.isDenied = true }

    /// All files below a directory.
    func snapshot(_ directory: String) -> [String: [UInt8]] {
        nodes.filter { $0.key.hasPrefix(directory) && $0.value.kind == .file }.mapValues(\.bytes)
    }

    /// Whether any file below a directory has these bytes, and no others.
    func holds(_ bytes: [UInt8], below directory: String) -> Bool {
        snapshot(directory).values.contains(bytes)
    }

    /// Everything that was written is on the disk, as after a long rest.
    func settle() {
        for naming in namings { apply(naming, to: &durableNodes) }
        namings = []
        for node in nodes.values {
            node.durable = node.bytes
            node.pending = []
        }
    }
}

private final class SimulatedFile: OpenFile {
    let path: String
    private let node: SimulatedDisk.Node
    private let disk: SimulatedDisk

    init(_ path: String, _ node: SimulatedDisk.Node, _ disk: SimulatedDisk) {
        self.path = path
        self.node = node
        self.disk = disk
    }

    func size() throws(JournalError) -> Int {
        try disk.checkPower(path)
        return node.bytes.count
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(JournalError) -> Int {
        try disk.checkPower(path)
        guard offset < node.bytes.count else { return 0 }
        let count = min(buffer.count, node.bytes.count - offset)
        node.bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + count)])) }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JournalError) {
        try disk.write(bytes, at: offset, to: node, path)
    }

    func truncate(to length: Int) throws(JournalError) { try disk.truncate(node, to: length, path) }

    func sync() throws(JournalError) { try disk.sync(node, path) }
}
