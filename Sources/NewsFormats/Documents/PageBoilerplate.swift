/// Lines that many pages put among an article's paragraphs.
extension TextBlock {
    private static let phrases: Set<String> = [
        "ad", "ad feedback", "advertisement", "advertising", "article continues after this advertisement",
        "article continues below", "back to top", "continue reading", "copy link", "email", "follow us", "link copied", "listen",
        "listen to this article", "loading", "print", "read more", "recommended", "related", "related articles", "related stories",
        "save", "scroll to continue", "share", "share this", "share this article", "sign up", "skip advertisement",
        "skip to content", "story continues below", "story continues below advertisement", "subscribe",
        "this video can not be played", "view this post on instagram", "whatsapp",
    ]
    /// How lines begin that ask for something.
    private static let requests = [
        "article continues after", "click here to ", "click to ", "download our app", "follow us on ", "get our ", "join our ",
        "like us on ", "sign up for ", "sign up to ", "subscribe to our ", "subscribe to the ",
    ]
    /// How lines begin that point to another article; a colon and its link follow.
    private static let pointers = [
        "also on", "also read", "analysis", "don't miss", "explained", "explainer", "further reading", "gallery", "in pictures", "listen",
        "live", "live updates", "more", "more on this", "must read", "opinion", "our standards", "photos", "read", "read also",
        "read more", "read next", "recommended", "related", "related article", "related story", "see also", "see more", "video", "watch", "watch live", "watch more",
    ]
    /// Headings of what stands below an article.
    private static let foreignHeadings: Set<String> = [
        "about the author", "about the authors", "also in the news", "around the web", "comments", "elsewhere on the site", "follow us",
        "get in touch", "join the conversation", "join the discussion", "latest", "latest news", "leave a comment", "leave a reply", "like this",
        "more news", "more stories", "most popular", "most read", "most viewed", "popular now", "read next", "recommended",
        "recommended for you", "related", "related articles", "related content", "related links", "related news", "related posts",
        "related stories", "related topics", "share this", "share this article", "share this story", "sponsored", "sponsored content", "tags",
        "today's top stories", "top stories", "topics", "trending", "trending now", "up next", "what to read next", "you may also like",
        "you might also like",
    ]
    private static let foreignBeginnings = ["more from ", "more on ", "more in ", "related: ", "read more ", "continue reading", "keep reading", "subscribe to ", "subscribe now", "already a "]
    private static let dateWords: Set<String> = [
        "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul", "july", "aug", "august", "sep",
        "sept", "september", "oct", "october", "nov", "november", "dec", "december", "mon", "monday", "tue", "tues", "tuesday", "wed",
        "wednesday", "thu", "thur", "thurs", "thursday", "fri", "friday", "sat", "saturday", "sun", "sunday", "am", "pm", "a", "p", "m",
        "at", "on", "th", "st", "nd", "rd", "h", "ago", "an", "hour", "hours", "hr", "hrs", "minute", "minutes", "min", "mins", "day", "days",
        "today", "yesterday", "utc", "gmt", "bst", "cet", "cest", "est", "edt", "et", "pst", "pdt", "pt", "ist", "t", "z", "last",
        "first", "published", "updated", "modified", "posted", "read",
    ]

    /// Links, buttons' names, dates: no sentence of the article.
    var isBoilerplate: Bool {
        if linkLength * 2 > length, !hasMarks {
            if kind != .paragraph && kind != .quote || linkLength * 10 > length * 9 { return true }
            // Links with strokes or points between them.
            if linkLength * 5 > length * 4, let last = text.last, !".!?".contains(last) { return true }
            if isPointer { return true }
        }
        guard length <= 100 else { return false }
        let lowered = text.lowercased().replacing("’", with: "'")
        if !hasMarks, Self.requests.contains(where: lowered.hasPrefix) { return true }
        guard length <= 60 else { return false }
        let bare = String(lowered.filter { $0.isLetter || $0 == " " }).trimmed
        if Self.phrases.contains(bare) || !text.contains(where: \.isLetter) { return true }
        let isDated = ["published", "updated", "last updated", "last modified", "posted"].contains { lowered.hasPrefix($0) }
        return text.contains(where: \.isNumber) && (isDated || Self.isDate(lowered))
    }

    /// Whether it heads what is not the article: comments, other articles.
    var isForeignHeading: Bool {
        guard case .heading(let rank) = kind, rank > 1, length <= 60 else { return false }
        let lowered = text.lowercased().replacing("’", with: "'")
        let bare = String(lowered.filter { $0.isLetter || $0 == " " || $0 == "'" }).trimmed
        return Self.foreignHeadings.contains(bare) || Self.foreignBeginnings.contains(where: lowered.hasPrefix)
    }

    var isByline: Bool {
        guard text.hasPrefix("By ") || text.hasPrefix("by "), length <= 80 else { return false }
        if ".?!:”\"".contains(text.last ?? ".") { return false }
        return text.dropFirst(3).first?.isUppercase == true
    }

    private var hasMarks: Bool { text.unicodeScalars.contains { "\"“”".unicodeScalars.contains($0) } }

    private var isPointer: Bool {
        guard length <= 200, let colon = text.firstIndex(where: { ":|–—".contains($0) }) else { return false }
        return Self.pointers.contains(String(text[..<colon]).lowercased().replacing("’", with: "'").trimmed)
    }

    /// Nothing but a date or a time of day: "11 March 2025", "3 hours ago".
    private static func isDate(_ lowered: String) -> Bool {
        lowered.split { !$0.isLetter }.allSatisfy { dateWords.contains(String($0)) }
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
