package import LanguageAnalysis
internal import NewsModel
internal import Synchronization

/// The newest table that this process has, for those who analyse.
package final class CurrentNames: NameCompleter {
    private let state: Mutex<NameTable?>

    package init(_ table: NameTable? = nil) { state = Mutex(table) }

    package var table: NameTable? { state.withLock { $0 } }

    package func set(_ table: NameTable) { state.withLock { $0 = table } }

    /// Without a table the layer stays as it is, and says so by having no version.
    package func complete(_ layer: AttributionLayer, of text: DocumentText, published: String?) -> AttributionLayer {
        guard let table else { return layer }
        return NameCompletion.complete(layer, of: text, published: published, from: table)
    }
}
