import NewsModel

extension KnownFailure {
    /// Where marks begin, end, and go on.
    static let marks: [KnownFailure] = [
        KnownFailure(
            "re-opened at each paragraph",
            """
            “We lost the house in one night,” said Amina Yusuf, who farms outside Sokoto. “The water came before dawn.

            “We carried the children to the school roof.

            “Nobody came until Thursday.”

            The river has since fallen.
            """,
            [
                Said(
                    "“We lost the house in one night,” “The water came before dawn. “We carried the children to the "
                        + "school roof. “Nobody came until Thursday.”", "Amina Yusuf", .direct)
            ]),
        KnownFailure(
            "re-opened after a colon",
            """
            Governor Pedro Salas told the assembly: “The dam is safe.

            “Engineers inspected it in March, and they will return next month.

            “No village will be moved.”
            """,
            [
                Said(
                    "“The dam is safe. “Engineers inspected it in March, and they will return next month. “No village "
                        + "will be moved.”", "Pedro Salas", .direct)
            ]),
        KnownFailure(
            "re-opened with straight marks",
            """
            "The port will reopen on Friday," Nadia Rahman said. "We have new cranes.

            "We also have new rules.

            "Ships must wait their turn."
            """,
            [
                Said(
                    "\"The port will reopen on Friday,\" \"We have new cranes. \"We also have new rules. \"Ships must "
                        + "wait their turn.\"", "Nadia Rahman", .direct)
            ]),
        KnownFailure(
            "no cue after narration",
            "Teresa Okafor pointed at the empty shelves behind her counter. “We have had no flour since Sunday, and "
                + "nobody tells us why.”",
            [Said("“We have had no flour since Sunday, and nobody tells us why.”", nil, .direct)]),
        KnownFailure(
            "no cue, in a paragraph of its own",
            """
            Samir Haddad shook his head slowly as the trucks went by.

            “My grandfather planted these trees, and I will not sell them.”

            The trucks did not stop.
            """,
            [Said("“My grandfather planted these trees, and I will not sell them.”", nil, .direct)]),
        KnownFailure(
            "dash and name", "“A city without trees is a city without mercy.” — Lina Barakat",
            [Said("“A city without trees is a city without mercy.”", "Lina Barakat", .direct)]),
        KnownFailure(
            "dashes, names and ages",
            """
            Voices from the march:

            “I came for my students, who have no teacher.” — Rosa Delgado, 61, teacher

            “We drive all night and earn nothing.” — Ivan Petrov, 34, driver
            """,
            [
                Said("“I came for my students, who have no teacher.”", "Rosa Delgado", .direct),
                Said("“We drive all night and earn nothing.”", "Ivan Petrov", .direct),
            ]),
        KnownFailure(
            "name and colon", "Rosa Delgado: “We will stay until the mine is closed.”",
            [Said("“We will stay until the mine is closed.”", "Rosa Delgado", .direct)]),
        KnownFailure(
            "name, office and colon",
            "Marta Silva, head of the port union: \"I signed nothing, and I will sign nothing.\"",
            [Said("\"I signed nothing, and I will sign nothing.\"", "Marta Silva", .direct)]),
        KnownFailure(
            "British marks",
            "‘We can’t feed them all,’ said Dr Priya Nair, who runs the clinic. ‘The children’s ward has been full since "
                + "May.’",
            [Said("‘We can’t feed them all,’ ‘The children’s ward has been full since May.’", "Priya Nair", .direct)]),
        KnownFailure(
            "British marks, straight",
            "'The roads aren't safe,' Daniel Kimani said. 'Don't travel after dark.'",
            [Said("'The roads aren't safe,' 'Don't travel after dark.'", "Daniel Kimani", .direct)]),
        KnownFailure(
            "straight marks", "\"It was the strangest vote I have ever seen,\" said Elena Popova, an observer.",
            [Said("\"It was the strangest vote I have ever seen,\"", "Elena Popova", .direct)]),
        KnownFailure(
            "never closed",
            """
            Minister Karim Aziz said: “The talks will go on until Sunday.

            The delegation left the hotel shortly after noon.
            """,
            [Said("“The talks will go on until Sunday.", "Karim Aziz", .direct)]),
        KnownFailure(
            "never closed before its cue",
            "“The bridge was never inspected, Joana Reis said on Tuesday. The city has ordered a review.",
            [Said("“The bridge was never inspected,", "Joana Reis", .direct)]),
        KnownFailure(
            "two apostrophes for a mark", "''We have waited ten years for this road,'' Mayor Luis Ortega said.",
            [Said("''We have waited ten years for this road,''", "Luis Ortega", .direct)]),
        KnownFailure(
            "grave accents for a mark",
            "Mayor Luis Ortega said: ``We have waited ten years for this road.''",
            [Said("``We have waited ten years for this road.''", "Luis Ortega", .direct)]),
        KnownFailure(
            "ends inside a quotation", "Foreign Minister Hana Kovac told reporters: “We have not changed our",
            [Said("“We have not changed our", "Hana Kovac", .direct)]),
        KnownFailure(
            "ends inside a later quotation",
            """
            The mill will close in June.

            The chairman, Paul Mbeki, said: "Shareholders will be paid, but first we must
            """,
            [Said("\"Shareholders will be paid, but first we must", "Paul Mbeki", .direct)]),
        KnownFailure(
            "nested", "“He told me, ‘Leave the house tonight,’ and I left,” said Fatima Noor.",
            [Said("“He told me, ‘Leave the house tonight,’ and I left,”", "Fatima Noor", .direct)]),
        KnownFailure(
            "nested, straight", "\"She said 'never again' and hung up,\" Peter Lang told the inquiry.",
            [Said("\"She said 'never again' and hung up,\"", "Peter Lang", .direct)]),
        KnownFailure(
            "two speakers in one paragraph",
            "“Is it safe?” Anna Berg asked. “As safe as it can be,” answered Captain Yusuf Demir.",
            [
                Said("“Is it safe?”", "Anna Berg", .direct),
                Said("“As safe as it can be,”", "Yusuf Demir", .direct),
            ]),
        KnownFailure(
            "aside",
            "Farmer Otis Grant walked the field on Monday. “The harvest,” he said, “will be the worst in a decade.”",
            [Said("“The harvest,” “will be the worst in a decade.”", "he", .direct)]),
        KnownFailure(
            "long aside",
            "“I never met him,” Clara Weiss told the court on Friday, “and I never took his money.”",
            [Said("“I never met him,” “and I never took his money.”", "Clara Weiss", .direct)]),
        KnownFailure(
            "goes on after its cue",
            "Nurse Adaeze Obi had worked two nights. “We are tired,” she said. “We want to go home.”",
            [Said("“We are tired,” “We want to go home.”", "she", .direct)]),
    ]

    /// Marks that hold no speech, and apostrophes that are no marks.
    static let noSpeech: [KnownFailure] = [
        KnownFailure(
            "scare quote", "The so-called “smart” meters have doubled the bills of poor families.",
            discarded: ["“smart”"]),
        KnownFailure(
            "scare quote, straight", "Residents of the \"forgotten\" quarter still carry water from the river.",
            discarded: ["\"forgotten\""]),
        KnownFailure(
            "title of a book", "Her first novel, “The Salt Road”, won the national prize in 2019.",
            discarded: ["“The Salt Road”"]),
        KnownFailure(
            "titles of songs", "The band closed the concert with “Harbour Lights” and “Cold Moon”.",
            discarded: ["“Harbour Lights”", "“Cold Moon”"]),
        KnownFailure(
            "nickname", "Police arrested Marco “The Barber” Santini at the airport on Sunday.",
            discarded: ["“The Barber”"]),
        KnownFailure(
            "nickname, straight", "Jacob \"Baby\" Mokoena scored twice in the second half.", discarded: ["\"Baby\""]),
        KnownFailure(
            "apostrophes everywhere",
            "The workers' families and the miners' widows didn't get a cent in the '90s, and they won't get 'em now."),
        KnownFailure(
            "apostrophes around indirect speech",
            "The farmers’ leader, Juan Ríos, said the ’90s were the growers’ best years and today’s prices weren’t enough.",
            [Said("the ’90s were the growers’ best years and today’s prices weren’t enough", "Juan Ríos", .indirect)]),
        KnownFailure(
            "apostrophes around direct speech",
            "\"It's the players' choice,\" said Coach Dawit Abebe. The clubs' owners don't agree.",
            [Said("\"It's the players' choice,\"", "Dawit Abebe", .direct)]),
        KnownFailure(
            "rock 'n' roll", "The rock 'n' roll hall's directors said the '60s wing wouldn't open till spring.",
            [Said("the '60s wing wouldn't open till spring", "directors", .indirect)]),
        KnownFailure("beliefs and plans", "Investors trust the bank, and regulators plan to help it in the spring."),
    ]
}
