import NewsModel

extension KnownFailure {
    /// How speech is reported.
    static let cues: [KnownFailure] = [
        KnownFailure(
            "aside in indirect speech", "The harvest, Otis Grant said, would be the worst in a decade.",
            [Said("The harvest, would be the worst in a decade", "Otis Grant", .indirect)]),
        KnownFailure(
            "relative clause",
            "The company closed the plant, which Chairman Igor Malik said was losing a million dollars a month.",
            [Said("was losing a million dollars a month", "Igor Malik", .indirect)]),
        KnownFailure(
            "relative clause with a pronoun",
            "General Otto Brandt praised the pilots, who he said had saved two hundred lives that night.",
            [Said("had saved two hundred lives that night", "he", .indirect)]),
        KnownFailure(
            "did not say whether", "A spokesman for the ministry did not say whether the prisoners would be released.",
            [Said("whether the prisoners would be released", "A spokesman", .indirect, .negated)]),
        KnownFailure(
            "did not say when", "The airline did not say when its flights to Lagos would resume.",
            [Said("when its flights to Lagos would resume", "The airline", .indirect, .negated)]),
        KnownFailure(
            "denied with a participle", "Former treasurer Ahmed Fares denied taking money from the builders.",
            [Said("taking money from the builders", "Ahmed Fares", .indirect, .denied)]),
        KnownFailure(
            "denied that", "The company has denied that its trucks carried weapons.",
            [Said("that its trucks carried weapons", "The company", .indirect, .denied)]),
        KnownFailure(
            "according to, at the end", "The ferry carried twice its legal load, according to the coast guard.",
            [Said("The ferry carried twice its legal load", "the coast guard", .indirect)]),
        KnownFailure(
            "according to, at the start", "According to police chief Ramon Vidal, 14 people died in the fires.",
            [Said("14 people died in the fires", "Ramon Vidal", .indirect)]),
        KnownFailure(
            "passive", "Villagers were told by the army to leave their homes before nightfall.",
            [Said("to leave their homes before nightfall", "the army", .indirect)]),
        KnownFailure(
            "quoted as saying", "The mayor was quoted as saying that the school would close in May.",
            [Said("that the school would close in May", "The mayor", .indirect)]),
        KnownFailure(
            "nominal cue",
            "The claim by General Otto Brandt that the bridge had been mined was never confirmed.",
            [Said("that the bridge had been mined", "Otto Brandt", .indirect)]),
        KnownFailure(
            "nominal cue with a possessive",
            "Finance chief Ana Duarte's warning that the banks would fail went unheeded.",
            [Said("that the banks would fail", "Ana Duarte", .indirect)]),
        KnownFailure(
            "words in marks within indirect speech",
            "Franco Rossi said the fans were “a disgrace to the city” and should stay at home.",
            [Said("the fans were “a disgrace to the city” and should stay at home", "Franco Rossi", .mixed)]),
        KnownFailure(
            "called it", "The court described the decree as “a plain violation” of the charter.",
            [Said("the decree as “a plain violation” of the charter", "The court", .mixed)]),
        KnownFailure(
            "a second cue",
            "Irina Sokol said the strike would go on and warned that the ports might be next.",
            [
                Said("the strike would go on", "Irina Sokol", .indirect),
                Said("that the ports might be next", "Irina Sokol", .indirect),
            ]),
        KnownFailure(
            "participle", "President Omar Diallo cancelled the visit, saying the roads were unsafe.",
            [Said("the roads were unsafe", "Omar Diallo", .indirect)]),
        KnownFailure(
            "written", "Senator Grace Kim wrote on Twitter: “See you in court.”",
            [Said("“See you in court.”", "Grace Kim", .direct)]),
    ]

    /// Who said it, and headlines.
    static let sources: [KnownFailure] = [
        KnownFailure(
            "apposition", "Hugh Barlow, a doctor, said: “The fever passes within a week.”",
            [Said("“The fever passes within a week.”", "Hugh Barlow", .direct)]),
        KnownFailure(
            "apposition after the mark",
            "“The fever passes within a week,” Hugh Barlow, a doctor at the port, told Radio Sol.",
            [Said("“The fever passes within a week,”", "Hugh Barlow", .direct)]),
        KnownFailure(
            "relative clause after the name",
            "Sofia Lindqvist, who has led the union since 2015, said the offer was an insult.",
            [Said("the offer was an insult", "Sofia Lindqvist", .indirect)]),
        KnownFailure(
            "headline with a colon",
            """
            Minister: Fuel price will not rise this year

            Energy Minister Vera Toman said on Monday that the price of fuel would not rise this year.
            """,
            [
                Said("Fuel price will not rise this year", "Minister", .indirect),
                Said("that the price of fuel would not rise this year", "Vera Toman", .indirect),
            ]),
        KnownFailure(
            "headline before a name",
            """
            Kovac brushes off rival's plan

            Hana Kovac said on Tuesday that she would not resign.
            """,
            [Said("that she would not resign", "Hana Kovac", .indirect)]),
        KnownFailure(
            "headline in marks",
            """
            ‘We are not for sale,’ says island's mayor

            The mayor of Hvar, Ante Babic, said on Sunday that no beach would be sold.
            """,
            [
                Said("‘We are not for sale,’", "mayor", .direct),
                Said("that no beach would be sold", "Ante Babic", .indirect),
            ]),
        KnownFailure(
            "unnamed sources",
            "Two officials who asked not to be named said the general had already left the country.",
            [Said("the general had already left the country", "officials", .indirect)]),
        KnownFailure(
            "collective source",
            "Doctors, nurses and patients said the hospital had been without power for three days.",
            [Said("the hospital had been without power for three days", "nurses and patients", .indirect)]),
        KnownFailure(
            "analysts", "Analysts say the currency could fall further before the summer.",
            [Said("the currency could fall further before the summer", "Analysts", .indirect)]),
        KnownFailure(
            "a report", "The report said that half of the wells were dry.",
            [Said("that half of the wells were dry", "The report", .indirect)]),
        KnownFailure(
            "its ministry", "Peru's Ministry of Health said it had bought two million doses.",
            [Said("it had bought two million doses", "Ministry of Health", .indirect)]),
    ]
}
