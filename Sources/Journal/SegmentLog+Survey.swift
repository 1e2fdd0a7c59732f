internal import Glibc

/// The files of a log's directory, looked at before anything is changed.
struct SegmentSurvey {
    /// A file that holds a segment, or is named like one.
    struct Candidate {
        var first: UInt64
        /// Its name in the directory; another than its number asks for when it was renamed.
        var file: String
        /// Whether its own header proves the number.
        var isProven = false
        /// Why it cannot be read, if so.
        var failure: JournalError?
    }

    private(set) var candidates: [Candidate] = []
    /// Copies of segments that are here under their own names too.
    private(set) var duplicates: [String] = []
    /// Directories under names of the log's files.
    private(set) var impostors: [String] = []
    private(set) var foreign: [String] = []
    /// Files that go with segments.
    private(set) var besides: [(first: UInt64, file: String)] = []
    /// Numbers above are taken for names of foreign files.
    static let maximumFirst = UInt64(1) << 62

    /// - Parameters:
    ///   - extensions: endings of other files that belong here, beside each segment.
    ///   - removed: up to here segments were removed on purpose.
    /// - Throws: `.newerFormat` when a newer version of this program wrote any segment here.
    init(directory: String, files: any FileSystem, extensions: [String], removed: UInt64) throws(JournalError) {
        var misnamed: [Candidate] = []
        for name in try files.list(directory) {
            let path = "\(directory)/\(name)"
            let first = SegmentFormat.firstSequence(ofName: name).flatMap { $0 > 0 && $0 < Self.maximumFirst ? $0 : nil }
            let beside = extensions.lazy.compactMap { SegmentFormat.firstSequence(ofName: name, suffix: $0) }.first
            if name == DamagedFolder.name { continue }
            // Listed and not to be found: the directory may be read, but not entered.
            guard let kind = files.kind(path) else { throw .system(EACCES, path: path, "look up") }
            guard kind == .file else {
                let isOurs = first != nil || beside != nil || name == HighWaterMark.name
                if isOurs, kind == .directory { impostors.append(name) } else { foreign.append(name) }
                continue
            }
            if name == HighWaterMark.name { continue }
            if let beside {
                besides.append((beside, name))
                continue
            }
            do throws(JournalError) {
                switch try Self.header(of: path, first: first ?? 0, files: files) {
                case .newer(let version): throw .newer("segment", format: version, known: SegmentFormat.version, path: path)
                case .of(let own) where own > removed && own < Self.maximumFirst:
                    misnamed.append(Candidate(first: own, file: name, isProven: true))
                case let state:
                    guard let first else { foreign.append(name); break }
                    candidates.append(Candidate(first: first, file: name, isProven: state == .valid))
                }
            } catch {
                guard error.isDenied else { throw error }
                if let first {
                    candidates.append(Candidate(first: first, file: name, failure: error))
                } else {
                    foreign.append(name)
                }
            }
        }
        takeIn(misnamed)
        candidates.sort { $0.first < $1.first }
    }

    private static func header(
        of path: String, first: UInt64, files: any FileSystem
    ) throws(JournalError) -> SegmentFormat.HeaderState {
        let bytes = try files.open(path, .read).read(at: 0, count: SegmentFormat.headerBytes)
        return bytes.withUnsafeBytes { SegmentFormat.headerState($0, first: first) }
    }

    /// A segment under a wrong name stands for the one that is missing; else it is a copy, or its header came there by damage.
    private mutating func takeIn(_ misnamed: [Candidate]) {
        var present = Set(candidates.map(\.first))
        for candidate in misnamed {
            if present.insert(candidate.first).inserted {
                candidates.append(candidate)
            } else {
                duplicates.append(candidate.file)
            }
        }
    }
}
