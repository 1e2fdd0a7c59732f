import LanguageAnalysis
import NewsModel
import Testing

/// A text whose speakers other programs get wrong, and who they are. All are invented.
struct SpeakerFailure: Sendable, CustomTestStringConvertible {
    /// Who says what.
    struct Heard: Sendable {
        /// Words of the content, enough to tell it from the others.
        var content: String
        /// Any of these is right; none at all: nobody can tell.
        var names: [String]
        var kind: Speaker.Kind?
        var role: String?

        init(_ content: String, _ names: String..., kind: Speaker.Kind? = nil, role: String? = nil) {
            self.content = content
            self.names = names
            self.kind = kind
            self.role = role
        }
    }

    var name: String
    var text: String
    var heard: [Heard]
    /// All quotations are one entity's.
    var isOne: Bool

    init(_ name: String, _ text: String, _ heard: [Heard], isOne: Bool = false) {
        self.name = name
        self.text = text
        self.heard = heard
        self.isOne = isOne
    }

    var testDescription: String { name }

    static let all = forms + names + sources + articles

    /// What is wrong with a reading of the text; nothing when it is right.
    func faults(in reading: Reading) -> [String] {
        var faults: [String] = []
        var entities: Set<String> = []
        for heard in heard {
            guard let index = reading.index(of: heard.content) else {
                if !heard.names.isEmpty { faults.append("not found: \(heard.content)") }
                continue
            }
            let speaker = reading.layer.quotations[index].speaker
            entities.insert(speaker?.entity ?? "none")
            if !isRight(speaker, heard) {
                let wanted = heard.names.isEmpty ? "nobody" : heard.names.joined(separator: " or ")
                faults.append("\(speaker?.name ?? "nobody") instead of \(wanted)")
            }
            if let kind = heard.kind, let speaker, speaker.kind != kind {
                faults.append("\(speaker.kind), not \(kind)")
            }
            if let role = heard.role, speaker?.role != role {
                faults.append("role \(speaker?.role ?? "none"), not \(role)")
            }
        }
        if isOne, entities.count != 1 || entities.contains("none") { faults.append("not one entity") }
        return faults
    }

    /// Names letter by letter; descriptions may begin with a capital or not.
    private func isRight(_ speaker: Speaker?, _ heard: Heard) -> Bool {
        guard let speaker else { return heard.names.isEmpty }
        return heard.names.contains { name in
            speaker.entity == nil ? name.lowercased() == speaker.name.lowercased() : name == speaker.name
        }
    }
}
