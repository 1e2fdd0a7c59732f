package import NewsModel

/// The words of quotations, cut from their record's text.
package enum QuotationText {
    /// For each quotation of a record, in order, its content spans' text, parted by a space, as the record's JSON has it.
    package static func all(of record: AnalysisRecord) -> [String] {
        guard !record.quotations.isEmpty else { return [] }
        var text = record.text
        return text.withUTF8 { utf8 in
            let index = ScalarIndex(utf8)
            return record.quotations.map { quotation in
                var words: [UInt8] = []
                for (number, span) in quotation.content.enumerated() {
                    if number > 0 { words.append(UInt8(ascii: " ")) }
                    words.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[index.bytes(span, of: utf8)]))
                }
                return String(decoding: words, as: UTF8.self)
            }
        }
    }
}
