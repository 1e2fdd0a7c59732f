import ArgumentParser
import Foundation
import NewsFormats

/// `--format`, and how a page looks.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(name: .long, help: "text: pages to read, the default on a terminal; json: one line each.")
    var format: Format?

    var chosen: Format { format ?? (Terminal.isAt(1) ? .text : .json) }

    /// A page for standard output.
    var page: RecordPage {
        let environment = ProcessInfo.processInfo.environment
        return RecordPage(
            width: Terminal.width(1, environment: environment), isColoured: Terminal.wantsColour(1, environment: environment))
    }
}
