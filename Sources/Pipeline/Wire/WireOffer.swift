/// The version of what the dispatcher and its workers say to each other: the first byte of each message.
///
/// - 1: the first.
/// - 2: `ready` tells which versions and formats its sender knows, and its release.
///
/// Some things stay as they are in every version, so that any two releases can at least say why they cannot work together:
/// `ready` begins with kind 1, stage, credit and name, later versions only add to its end, and it bears the newest
/// version that its sender speaks; `refused` is kind 3 and the reason, and bears the version of those it is for.
package enum WireVersion {
    package static let current: UInt8 = 2
    /// Still spoken, so that stages of neighbouring releases work together.
    package static let oldest: UInt8 = 1

    /// - Throws: `WireError` when messages of this version are not read here.
    static func check(_ version: UInt8) throws(WireError) {
        guard (oldest...current).contains(version) else {
            throw .unsupportedVersion(found: version, supported: current)
        }
    }
}

/// What a process can say and read, told when it registers as a worker.
package struct WireOffer: Sendable, Hashable {
    /// The newest and the oldest version of messages.
    package var newest: UInt8
    package var oldest: UInt8
    /// What articles and layers are written in. These must be the same everywhere: each goes to workers of several
    /// stages.
    package var articleFormat: UInt8
    package var layerFormat: UInt8
    /// For people; empty when it is not told.
    package var release: String

    package init(
        newest: UInt8 = WireVersion.current, oldest: UInt8 = WireVersion.oldest,
        articleFormat: UInt8 = ArticleCodec.version, layerFormat: UInt8 = LayerCodec.version,
        release: String = Release.version
    ) {
        self.newest = newest
        self.oldest = oldest
        self.articleFormat = articleFormat
        self.layerFormat = layerFormat
        self.release = release
    }

    /// Of the program that runs.
    package static let own = WireOffer()

    /// Of one that speaks version 1, which does not tell: the formats of the last release that spoke no other.
    static let first = WireOffer(newest: 1, oldest: 1, articleFormat: 1, layerFormat: 3, release: "")

    /// Whether a peer that speaks no newer version can be served: one that cannot tell of formats must have ours.
    func canSpeak(_ version: UInt8) -> Bool {
        guard (oldest...newest).contains(version) else { return false }
        return version > 1
            || articleFormat == WireOffer.first.articleFormat && layerFormat == WireOffer.first.layerFormat
    }

    /// The newest version of messages that both speak.
    /// - Throws: `WireDisagreement`, when there is none or the formats differ.
    package func agreement(with worker: WireOffer) throws(WireDisagreement) -> UInt8 {
        let common = min(newest, worker.newest)
        guard common >= max(oldest, worker.oldest), worker.articleFormat == articleFormat,
            worker.layerFormat == layerFormat
        else { throw WireDisagreement(service: self, worker: worker) }
        return common
    }
}

/// Why a worker cannot be used, with the versions of both and the remedy.
package struct WireDisagreement: Error, Hashable, CustomStringConvertible {
    package let service: WireOffer
    package let worker: WireOffer

    package var description: String {
        "the worker (\(worker.text)) and the service (\(service.text)) do not understand each other; "
            + "run the same release in both, or two that follow each other"
    }
}

extension WireOffer {
    fileprivate var text: String {
        let versions = oldest == newest ? "wire version \(newest)" : "wire versions \(oldest) to \(newest)"
        let release = release.isEmpty ? "an early release" : "release \(release)"
        return "\(release): \(versions), articles in format \(articleFormat), layers in format \(layerFormat)"
    }
}
