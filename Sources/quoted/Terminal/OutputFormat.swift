import ArgumentParser
import Foundation
import NewsFormats

/// `--format`, and how a page looks.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv, html, webannotation, gqg
    }

    @Option(
        name: .long,
        help: ArgumentHelp(
            "text: pages to read, the default on a terminal; json: a record a line, the default elsewhere; csv: a row "
                + "for each quotation; html: a page of one article; webannotation: W3C Web Annotations, a JSON-LD "
                + "document a line; gqg: lines as in GDELT's Global Quotation Graph, with speakers."))
    var format: Format?

    var chosen: Format { format ?? (Terminal.isAt(1) ? .text : .json) }

    /// A page for standard output.
    var page: RecordPage { .forStandardOutput }
}

extension RecordPage {
    /// As wide as the terminal, in colour where it wants some.
    static var forStandardOutput: RecordPage {
        let environment = ProcessInfo.processInfo.environment
        return RecordPage(
            width: Terminal.width(1, environment: environment), isColoured: Terminal.wantsColour(1, environment: environment))
    }
}
