/// What the rules need to know of a word, by the word alone.
struct WordClass: OptionSet {
    let rawValue: UInt64

    static let malePronoun = WordClass(rawValue: 1 << 0)
    static let femalePronoun = WordClass(rawValue: 1 << 1)
    static let pluralPronoun = WordClass(rawValue: 1 << 2)
    static let neuterPronoun = WordClass(rawValue: 1 << 3)
    static let firstPronoun = WordClass(rawValue: 1 << 4)
    /// Can be a subject: he, she, they, it, we, I, you, who …
    static let subjectPronoun = WordClass(rawValue: 1 << 5)
    static let determiner = WordClass(rawValue: 1 << 6)
    static let possessive = WordClass(rawValue: 1 << 7)
    static let preposition = WordClass(rawValue: 1 << 8)
    static let coordinator = WordClass(rawValue: 1 << 9)
    static let subordinator = WordClass(rawValue: 1 << 10)
    static let relative = WordClass(rawValue: 1 << 11)
    /// A form that makes a clause finite: is, was, has, will, can, did …
    static let auxiliary = WordClass(rawValue: 1 << 12)
    static let modal = WordClass(rawValue: 1 << 13)
    static let negation = WordClass(rawValue: 1 << 14)
    static let adverb = WordClass(rawValue: 1 << 15)
    /// Weekdays, months, today, yesterday …
    static let time = WordClass(rawValue: 1 << 16)
    /// Stands before a name and is not part of it: Mr, President, Gen. …
    static let title = WordClass(rawValue: 1 << 17)
    static let maleTitle = WordClass(rawValue: 1 << 18)
    static let femaleTitle = WordClass(rawValue: 1 << 19)
    /// One person by office or description: minister, spokesman, farmer …
    static let personNoun = WordClass(rawValue: 1 << 20)
    /// Several people: officials, residents, police …
    static let groupNoun = WordClass(rawValue: 1 << 21)
    /// Marks the name of an organisation: Ministry, Inc, University …
    static let organizationWord = WordClass(rawValue: 1 << 22)
    /// What says something without being a person: report, study, statement …
    static let documentNoun = WordClass(rawValue: 1 << 23)
    /// A finite verb that is no cue.
    static let verb = WordClass(rawValue: 1 << 24)
    static let number = WordClass(rawValue: 1 << 25)
    static let abbreviation = WordClass(rawValue: 1 << 26)
    static let demonym = WordClass(rawValue: 1 << 27)
    /// Small words within names: de, al, bin, van …
    static let nameParticle = WordClass(rawValue: 1 << 28)
    static let placeWord = WordClass(rawValue: 1 << 29)
    static let femaleNoun = WordClass(rawValue: 1 << 30)
    static let maleNoun = WordClass(rawValue: 1 << 31)
    static let month = WordClass(rawValue: 1 << 32)
    /// Jr., Sr., III
    static let nameSuffix = WordClass(rawValue: 1 << 33)
    /// A noun that can head what somebody says: statement, claim …
    static let speechNoun = WordClass(rawValue: 1 << 34)
    /// Never part of a name although capitalised: The, However, Monday …
    static let common = WordClass(rawValue: 1 << 35)
    static let objectPronoun = WordClass(rawValue: 1 << 36)
    /// Organisations that are one word: Parliament, Congress, Police …
    static let organizationNoun = WordClass(rawValue: 1 << 37)
    /// An abbreviation that does not end a sentence: Mr., Gen., No. …
    static let continuing = WordClass(rawValue: 1 << 38)

    static let pronoun: WordClass = [.malePronoun, .femalePronoun, .pluralPronoun, .neuterPronoun, .firstPronoun]
    static let roleNoun: WordClass = [.personNoun, .groupNoun]
}

/// What a cue of reported speech can govern.
struct CueFrames: OptionSet {
    let rawValue: UInt32

    /// A clause with or without "that": said it rained.
    static let clause = CueFrames(rawValue: 1 << 0)
    /// Only a clause with "that": found that it rained.
    static let that = CueFrames(rawValue: 1 << 1)
    /// Words in quotation marks before or after.
    static let quote = CueFrames(rawValue: 1 << 2)
    /// A noun phrase as what was said: denied the report.
    static let object = CueFrames(rawValue: 1 << 3)
    /// A listener first: told reporters (that) it rained.
    static let listener = CueFrames(rawValue: 1 << 4)
    /// promised to come.
    static let infinitive = CueFrames(rawValue: 1 << 5)
    /// urged them to come.
    static let objectInfinitive = CueFrames(rawValue: 1 << 6)
    /// What was said may come first: it rained, he added.
    static let final = CueFrames(rawValue: 1 << 7)
    /// With a preposition: called for calm, complained about the rain.
    static let prepositional = CueFrames(rawValue: 1 << 8)
    /// -ing
    static let participle = CueFrames(rawValue: 1 << 9)
    /// called it a shame, described him as a friend.
    static let naming = CueFrames(rawValue: 1 << 10)
    /// accused him of lying.
    static let accusation = CueFrames(rawValue: 1 << 11)
    /// The plain form, which may be a noun or an infinitive: claim, report.
    static let base = CueFrames(rawValue: 1 << 12)
    /// Denies what it governs.
    static let denial = CueFrames(rawValue: 1 << 13)
    /// asked whether, asked: "…"
    static let question = CueFrames(rawValue: 1 << 14)
    /// Third person singular present, which may be a plural noun: reports, claims.
    static let present = CueFrames(rawValue: 1 << 15)
    /// said, says, told, added …: hardly ever anything else.
    static let sure = CueFrames(rawValue: 1 << 16)
    /// A past form, which may be a passive participle.
    static let past = CueFrames(rawValue: 1 << 17)
}
