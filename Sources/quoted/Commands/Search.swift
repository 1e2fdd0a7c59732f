import Archive
import ArchiveAPI
import ArgumentParser
import Glibc
import NewsFormats
import NewsModel
import SQLite
import ServiceConfiguration

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Search the archive: who said what, in which articles.",
        discussion: """
            The newest come first. Words must all be there; "in quotation marks" as they stand; cease* for any ending. Works with \
            and without a running service.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv
    }

    @Argument(help: "Words of the quotation.")
    var words: [String] = []

    @Option(name: .long, help: "Only what this speaker said; a surname will do.")
    var speaker: String?

    @Option(name: .long, help: "Only from articles published at this date or time or later: 2025-06-01.")
    var since: String?

    @Option(name: .long, help: "Only from articles published at this date or time or earlier.")
    var until: String?

    @Option(name: .long, help: "direct, indirect or mixed.")
    var kind: Quotation.Kind?

    @Option(name: .long, help: "Only from the article with this id.")
    var article: String?

    @Flag(name: .long, help: "Show every quotation, also those with the same words as another.")
    var all = false

    @Option(name: .long, help: "Most quotations, from 1.")
    var limit = QuotationQuery.defaultLimit

    @Option(name: .long, help: "Go on where the page before ended.")
    var cursor: String?

    @Option(name: .long, help: "table: to read, the default on a terminal; json: one quotation a line; csv.")
    var format: Format?

    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws { _ = try query() }

    func run() throws {
        let files = ArchiveFiles(directory: try configuration.load().archiveDirectory)
        try Permission.check(files.directory, mode: R_OK | X_OK)
        do {
            guard let number = files.current() else { throw ArchiveError.missing(directory: files.directory) }
            try search(ArchiveReader(files.path(number), limit: .seconds(60)))
        } catch let error as ArchiveError {
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        } catch let error as SQLiteError {
            StandardError.write("quoted: \(error)")
            throw ExitCode.unavailable
        }
    }

    /// Page by page, so that memory stays small however much is asked for.
    private func search(_ archive: ArchiveReader) throws {
        var query = try query()
        let printer = QuotationPrinter(format: format ?? (Terminal.isAt(1) ? .table : .json))
        try printer.begin()
        var rest = limit
        while true {
            query.limit = min(rest, QuotationQuery.maximumLimit)
            let page = try archive.quotations(query)
            for quotation in page.elements { try printer.print(quotation) }
            rest -= page.elements.count
            if page.elements.isEmpty, rest == limit { StandardError.write("quoted: nothing fits") }
            guard let next = page.next else { return }
            guard rest > 0 else {
                StandardError.write("quoted: there are more; go on with --cursor \(PageCursor.encode(next))")
                return
            }
            query.after = next
        }
    }

    private func query() throws -> QuotationQuery {
        var query = QuotationQuery()
        if !words.isEmpty {
            do {
                query.text = try SearchText(words.joined(separator: " "))
            } catch {
                throw ValidationError("the words: \(error)")
            }
            if query.text?.isEmpty == true { throw ValidationError("the words: no letter or digit among them") }
        }
        query.speaker = speaker
        query.since = try time(since, "--since", atEnd: false)
        query.until = try time(until, "--until", atEnd: true)
        query.kind = kind
        query.article = article
        query.isGrouped = !all
        guard limit >= 1 else { throw ValidationError("--limit takes a number from 1") }
        if let cursor {
            guard let after = PageCursor.decode(cursor, numbers: 1)?.first else {
                throw ValidationError("--cursor takes what the page before printed")
            }
            query.after = after
        }
        return query
    }

    private func time(_ text: String?, _ name: String, atEnd: Bool) throws -> Int? {
        guard let text else { return nil }
        guard let moment = PublicationDate.moment(text) else {
            throw ValidationError("\(name) takes a date, 2025-06-01, or a time, 2025-06-01T12:00:00Z")
        }
        return atEnd && moment.isDay ? moment.seconds + 86_399 : moment.seconds
    }
}

extension Quotation.Kind: ExpressibleByArgument {}
