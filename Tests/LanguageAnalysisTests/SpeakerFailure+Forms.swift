import NewsModel

extension SpeakerFailure {
    /// How a quotation and its speaker stand to each other.
    static let forms: [SpeakerFailure] = [
        SpeakerFailure(
            "quotation re-opened at each paragraph",
            """
            “The reef is dying faster than we feared,” said Leilani Kahale, who runs the marine station in Apolima.

            “We counted forty species in May. Today there are nine.

            “Nobody in the capital reads our letters.”

            The station has eleven workers.
            """,
            [
                Heard("The reef is dying faster than we feared", "Leilani Kahale"),
                Heard("We counted forty species in May. Today there are nine.", "Leilani Kahale"),
                Heard("Nobody in the capital reads our letters", "Leilani Kahale"),
            ], isOne: true),
        SpeakerFailure(
            "goes on after narration",
            """
            Ramon Ilagan has fished here for forty years. “My father taught me,” Ilagan said. He pointed at the empty \
            harbour. “There is nothing left to teach.”
            """,
            [
                Heard("My father taught me", "Ramon Ilagan"),
                Heard("There is nothing left to teach", "Ramon Ilagan"),
            ]),
        SpeakerFailure(
            "goes on in the next paragraph",
            """
            “The children come back when it rains,” said Wairimu Gathoni, a teacher in Nyeri West.

            She closed the window and wiped the board.

            “When it is dry, they carry water.”
            """,
            [
                Heard("The children come back when it rains", "Wairimu Gathoni"),
                Heard("When it is dry, they carry water", "Wairimu Gathoni"),
            ]),
        SpeakerFailure(
            "goes on at once",
            "“I saw the wave,” Nimal Perera said. “I ran. My shoes are still in the sand.”",
            [Heard("I saw the wave I ran. My shoes are still in the sand.", "Nimal Perera")]),
        SpeakerFailure(
            "dash on a line of its own",
            """
            The library in Izmit printed its readers' favourite lines.

            “A house without books is a house without windows.”

            — Zeynep Aksoy
            """,
            [Heard("A house without books is a house without windows", "Zeynep Aksoy")]),
        SpeakerFailure(
            "dash on the same line",
            "“We do not beg for rain, we plant for it.” — Idrissa Ouattara, farmer",
            [Heard("We do not beg for rain, we plant for it", "Idrissa Ouattara")]),
        SpeakerFailure(
            "headline with a dash",
            """
            ‘I held on to a door’ – ferry survivor

            Forty people were saved after a ferry sank off Port Ambon on Sunday.
            """,
            [Heard("I held on to a door", "ferry survivor", kind: .unnamed)]),
        SpeakerFailure(
            "name and colon", "Bruno Kellermann: “We will play for the people who stayed.”",
            [Heard("We will play for the people who stayed", "Bruno Kellermann")]),
        SpeakerFailure(
            "apposition after the name",
            "Nadia Ferreira, a geologist at the University of Covas, said the slope was moving.",
            [Heard("the slope was moving", "Nadia Ferreira")]),
        SpeakerFailure(
            "another name in the apposition",
            "Kwesi Boadu, a nephew of President Ama Darkwa, said the family was proud.",
            [Heard("the family was proud", "Kwesi Boadu")]),
        SpeakerFailure(
            "apposition between mark and cue",
            "“It was luck,” Pavel Horacek, the pilot of the Balkan Air plane, told Radio Morava.",
            [Heard("It was luck", "Pavel Horacek")]),
        SpeakerFailure(
            "relative clause with another name",
            "“We forgive them,” said Paulo Nunes, whose brother Rui Nunes died in the fire.",
            [Heard("We forgive them", "Paulo Nunes")]),
        SpeakerFailure(
            "aside within a quotation", "“The bridge,” Tomas Vrba said, wiping his hands, “was never safe.”",
            [Heard("The bridge was never safe", "Tomas Vrba")]),
        SpeakerFailure(
            "aside within indirect speech", "The wells, Sister Agnes Mbala explained, had dried up in March.",
            [Heard("The wells had dried up in March", "Agnes Mbala", "Sister Agnes Mbala")]),
        SpeakerFailure(
            "which she said",
            "Mayor Luisa Prado opened the bridge, which she said was the safest in the country.",
            [Heard("was the safest in the country", "Luisa Prado")]),
        SpeakerFailure(
            "who said", "The minister met Hadiza Bello, who said the camp had no water.",
            [Heard("the camp had no water", "Hadiza Bello")]),
        SpeakerFailure(
            "who he said",
            "Coach Sven Akerlund praised goalkeeper Emre Polat, who he said had saved the season.",
            [Heard("had saved the season", "Sven Akerlund")]),
        SpeakerFailure(
            "adding that",
            "“We lost everything,” Faisal Darwish said, adding that the insurance had refused to pay.",
            [
                Heard("We lost everything", "Faisal Darwish"),
                Heard("that the insurance had refused to pay", "Faisal Darwish"),
            ]),
        SpeakerFailure(
            "claiming",
            "Sanna Virtala opposed the new port, claiming it would flood the old town.",
            [Heard("it would flood the old town", "Sanna Virtala")]),
        SpeakerFailure(
            "was told by",
            "The miners were told by Minister Pedro Salcedo that the pit would close in May.",
            [Heard("that the pit would close in May", "Pedro Salcedo")]),
        SpeakerFailure(
            "was told by nobody", "Parents were told that the school would close in May.",
            [Heard("that the school would close in May")]),
        SpeakerFailure(
            "in a statement",
            "In a statement, the Ministry of Tourism warned that the beaches would be shut.",
            [Heard("that the beaches would be shut", "Ministry of Tourism", kind: .organization)]),
        SpeakerFailure(
            "according to", "The convoy left at dawn, according to Colonel Ibrahim Toure.",
            [Heard("The convoy left at dawn", "Ibrahim Toure")]),
        SpeakerFailure(
            "somebody's claim",
            "Okoro's claim that the vote was bought drew laughter. Ngozi Okoro had lost by nine votes.",
            [Heard("that the vote was bought", "Ngozi Okoro")]),
        SpeakerFailure(
            "the claim by",
            "The claim by engineer Yun Seo-jin that the lift was new was never checked.",
            [Heard("that the lift was new", "Yun Seo-jin")]),
        SpeakerFailure(
            "questions and answers",
            """
            An interview with the novelist Katrin Saarma

            Q: Why did you leave the city?

            A: I was tired of the noise and of myself.
            """,
            [Heard("I was tired of the noise and of myself", "Katrin Saarma")]),
        SpeakerFailure(
            "lines with names",
            """
            Mora Lindqvist: The price of bread will fall before the summer.

            Joao Pinto: It will not, and you know it.
            """,
            [
                Heard("The price of bread will fall before the summer", "Mora Lindqvist"),
                Heard("It will not, and you know it", "Joao Pinto"),
            ]),
        SpeakerFailure(
            "two who speak in turn",
            "“I saw it first,” said Mina Parkova. “You did not,” said Oleg Parkov.",
            [Heard("I saw it first", "Mina Parkova"), Heard("You did not", "Oleg Parkov")]),
        SpeakerFailure(
            "a quotation that nobody claims",
            """
            The station in Novi Grad was closed on Sunday.

            “The lights went out and then everybody ran.”

            Trains will run again on Tuesday.
            """,
            [Heard("The lights went out and then everybody ran")]),
    ]
}
