/// What a word near a cue of speech does to the claim that something was said.
struct PolarityRole: OptionSet {
    let rawValue: UInt32

    /// deny, dispute, refute: what follows is denied.
    static let denying = PolarityRole(rawValue: 1 << 0)
    /// reject, dismiss: denies when what follows is a claim, a report, a rumour.
    static let rejecting = PolarityRole(rawValue: 1 << 1)
    /// claim, allegation, rumour: what is rejected then.
    static let claim = PolarityRole(rawValue: 1 << 2)
    /// refuse, decline, fail, unable: before "to say", not said.
    static let refusing = PolarityRole(rawValue: 1 << 3)
    /// avoid, refrain from, short of, instead of: before "saying", not said.
    static let avoiding = PolarityRole(rawValue: 1 << 4)
    /// expect, plan, urge, likely: before "to say", not said yet.
    static let planning = PolarityRole(rawValue: 1 << 5)
    /// Not in the lexicon as a negation.
    static let negating = PolarityRole(rawValue: 1 << 6)
    /// "not only said": after "not", nothing is negated.
    static let additive = PolarityRole(rawValue: 1 << 7)
    /// "no doubt", "no fewer than": after "no", nothing is negated.
    static let noted = PolarityRole(rawValue: 1 << 8)
    /// "would later say", "would often say": said after all.
    static let habitual = PolarityRole(rawValue: 1 << 9)
    /// May stand between an auxiliary or a negation and its verb.
    static let filler = PolarityRole(rawValue: 1 << 10)
    /// nobody, none, no: as the subject, not said.
    static let negativeSubject = PolarityRole(rawValue: 1 << 11)
    /// if, unless, whether: before the subject, only supposed.
    static let condition = PolarityRole(rawValue: 1 << 12)
    /// "can confirm": done by saying so.
    static let performed = PolarityRole(rawValue: 1 << 13)
    /// had, should, were: before the subject at the start of a clause, a condition.
    static let invertible = PolarityRole(rawValue: 1 << 14)
    /// have, has, had.
    static let perfect = PolarityRole(rawValue: 1 << 15)
    /// "said nothing about": after the cue.
    static let nothing = PolarityRole(rawValue: 1 << 16)
    /// Begins what is asked or said: that, whether, who, how …
    static let clauseOpener = PolarityRole(rawValue: 1 << 17)
    /// one, all, every: after "not" the subject is negated, "not one of them said".
    static let counted = PolarityRole(rawValue: 1 << 18)
    /// "should not have said": it was said.
    static let regretting = PolarityRole(rawValue: 1 << 19)
}

/// The words of `PolarityRole`, by `Token.key`; built once, shared.
enum PolarityLexicon {
    private static let roles: [UInt32: PolarityRole] = {
        var roles: [UInt32: PolarityRole] = [:]
        for (role, words) in lists {
            for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                roles[FoldedKey.hash(String(word)), default: []].formUnion(role)
            }
        }
        return roles
    }()

    static func role(_ token: Token) -> PolarityRole { token.isWord ? roles[token.key] ?? [] : [] }

    private static let lists: [(PolarityRole, String)] = [
        (
            [.denying],
            """
            deny denies denied denying denial denials refute refutes refuted refuting refutation rebut rebuts rebutted
            rebutting dispute disputes disputed disputing repudiate repudiates repudiated repudiating disavow disavows
            disavowed disavowing
            """
        ),
        (
            [.rejecting],
            """
            reject rejects rejected rejecting rejection dismiss dismisses dismissed dismissing dismissal rubbish
            rubbishes rubbished rubbishing brush brushes brushed brushing wave waves waved waving shrug shrugs shrugged
            shrugging scotch scotched quash quashed debunk debunks debunked debunking discount discounts discounted
            discounting contest contests contested contesting rebuff rebuffs rebuffed rebuffing push pushes pushed
            pushing
            """
        ),
        (
            [.claim],
            """
            claim claims suggestion suggestions allegation allegations accusation accusations report reports rumour
            rumours rumor rumors assertion assertions notion idea speculation charge charges insinuation insinuations
            theory theories argument arguments talk
            """
        ),
        (
            [.refusing],
            """
            refuse refuses refused refusing refusal decline declines declined declining fail fails failed failing
            failure neglect neglects neglected neglecting omit omits omitted omitting forget forgets forgot forgotten
            hesitate hesitates hesitated hesitating unable inability unwilling unwillingness reluctant reluctance loath
            afraid yet resist resisted powerless
            """
        ),
        (
            [.avoiding],
            """
            avoid avoids avoided avoiding refrain refrains refrained refraining short shy shied shies shying instead
            rather far stop stops stopped stopping tire tires tired tiring help resist resisted balked shrink shrank
            """
        ),
        (
            [.planning],
            """
            expect expects expected expecting likely unlikely set due about going plan plans planned planning intend
            intends intended intending prepare prepares prepared preparing poised told asked ask asks ordered orders
            order urged urges urge urging instructed encouraged pressed want wants wanted wanting hope hopes hoped
            hoping wish wishes wished ready supposed threaten threatens threatened threatening promise promises
            promised vow vows vowed pledge pledges pledged agreed offer offers offered ought need needs needed bound
            tempted willing free allowed able scheduled slated advised coached invited called calls wrong unfair absurd
            tempting premature early soon hard difficult were
            """
        ),
        ([.negating], "mustn't needn't mightn't shan't ain't daren't nobody no-one nothing none nowhere"),
        ([.additive], "only just merely simply solely surprisingly unexpectedly"),
        ([.noted], "doubt fewer less sooner matter wonder uncertain surprise other"),
        (
            [.habitual, .filler],
            """
            later soon eventually ultimately subsequently often always sometimes frequently routinely regularly
            occasionally invariably
            """
        ),
        (
            [.filler],
            """
            be been being having so far yet ever well longer only even first as
            """
        ),
        ([.negativeSubject], "nobody no-one none nothing neither no"),
        ([.condition], "if unless whether"),
        ([.performed], "confirm reveal report disclose announce"),
        ([.invertible], "had should were"),
        ([.perfect], "have has had"),
        ([.nothing], "about of on to regarding more"),
        ([.clauseOpener], "that whether if who whom whose what which when where why how"),
        ([.regretting], "should shouldn't ought needn't"),
        ([.counted], "one a all every many even any"),
    ]
}
