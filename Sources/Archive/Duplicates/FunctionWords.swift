/// English words that any sentence may have, and those that turn a statement around, folded as `QuotationWords` folds.
enum FunctionWords {
    static func sort(of hash: UInt64, first byte: UInt8) -> QuotationWords.Sort {
        if let sort = sorts[hash] { return sort }
        return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? .number : .content
    }

    private static let sorts: [UInt64: QuotationWords.Sort] = {
        var sorts: [UInt64: QuotationWords.Sort] = [:]
        for (list, sort) in [(function, .function), (negation, .negation), (number, .number)]
            as [(String, QuotationWords.Sort)]
        {
            for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) { sorts[WordHash.of(String(word))] = sort }
        }
        return sorts
    }()

    private static let function = """
        a about above after again against all also am an and another any are as at away back be because been before being
        below between both but by can could did do does doing done down during each either else ever every everybody
        everyone everything few for from further get gets getting got had has have having he hed hell her here heres hers
        herself hes him himself his how however i id if ill im in into is it itd itll its itself ive just least let lets
        like lot made make makes many may maybe me might mine more most much must my myself now of off often on once only
        onto or other others our ours ourselves out over own perhaps quite rather really said same say says shall she shed
        shell shes should since so some somebody someone something soon still such than that thatll thats the their theirs
        them themselves then there theres these they theyd theyll theyre theyve thing things this those though through to
        too toward towards under until up upon us very was we wed were weve what whats when where whether which while who
        whom whos whose why will with within would yes yet you youd youll your youre yours yourself yourselves youve
        """

    private static let negation = """
        arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt neither never no nobody none nor not nothing
        nowhere shouldnt wasnt werent without wont wouldnt
        """

    private static let number = """
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
        billion billions trillion dozen dozens half first second third fourth fifth
        """
}
