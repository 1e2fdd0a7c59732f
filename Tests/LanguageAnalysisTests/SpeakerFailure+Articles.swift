import NewsModel

extension SpeakerFailure {
    /// Short articles with several who could have spoken.
    static let articles: [SpeakerFailure] = [
        SpeakerFailure(
            "an article with two women",
            """
            Teachers in Arusha walked out of 40 schools on Monday. Union leader Neema Mushi said the strike would last \
            until wages were paid. Education Secretary Halima Juma called it illegal.

            “We have no quarrel with the parents,” Mushi said. “Our quarrel is with the treasury.”

            Juma, who took office in May, said she would not negotiate under pressure.
            """,
            [
                Heard("the strike would last until wages were paid", "Neema Mushi"),
                Heard("We have no quarrel with the parents Our quarrel is with the treasury", "Neema Mushi"),
                Heard("she would not negotiate under pressure", "Halima Juma"),
            ]),
        SpeakerFailure(
            "an article with a pronoun across paragraphs",
            """
            Architect Sofia Marangos won the Aegean Prize on Thursday for a hospital on the island of Lipsos.

            The jury's chairman, Henrik Solberg, praised its courtyards.

            “I drew them for people who cannot leave,” she said.

            Marangos, 58, said the prize money would buy trees.
            """,
            [
                Heard("I drew them for people who cannot leave", "Sofia Marangos"),
                Heard("the prize money would buy trees", "Sofia Marangos"),
            ]),
        SpeakerFailure(
            "an article with an agency and its head",
            """
            The Mekong Fisheries Board stopped all fishing on the lower river on Wednesday. Catches had fallen by half \
            since 2019, the board said. Its director, Bounmy Sisoulith, said boats that ignored the order would be \
            seized. “The river needs a year of rest,” he told reporters in Pakse. The board said it would pay each \
            family 200 dollars.
            """,
            [
                Heard("Catches had fallen by half since 2019", "Mekong Fisheries Board"),
                Heard("boats that ignored the order would be seized", "Bounmy Sisoulith"),
                Heard("The river needs a year of rest", "Bounmy Sisoulith"),
                Heard("it would pay each family 200 dollars", "Mekong Fisheries Board"),
            ]),
        SpeakerFailure(
            "an article with a company and two men",
            """
            Dutch shipyard Van Aalst will cut 700 jobs, its chief executive, Ruud Hoekstra, said on Tuesday. “Orders \
            have dried up,” Hoekstra said. Union negotiator Marcel Tak said he had learnt of the plan from the radio. \
            “It is a disgrace,” he said. Van Aalst said the yard in Vlissingen would stay open.
            """,
            [
                Heard("Orders have dried up", "Ruud Hoekstra"),
                Heard("he had learnt of the plan from the radio", "Marcel Tak"),
                Heard("It is a disgrace", "Marcel Tak"),
                Heard("the yard in Vlissingen would stay open", "Van Aalst", kind: .organization),
            ]),
        SpeakerFailure(
            "an article with the former president",
            """
            Former president Alvaro Quintana was cleared of fraud on Friday. President Marta Elizondo said the court \
            had spoken and the matter was closed. The former president thanked his lawyers. “I slept badly for six \
            years,” the former president said. The president said she would not comment again.
            """,
            [
                Heard("the court had spoken and the matter was closed", "Marta Elizondo"),
                Heard("I slept badly for six years", "Alvaro Quintana"),
                Heard("she would not comment again", "Marta Elizondo"),
            ]),
        SpeakerFailure(
            "an article with police and a witness",
            """
            A bus fell into a ravine near Huancaray on Saturday, killing 14. Police said the driver had lost control \
            in the rain. Rosaura Ccori, a nurse who was on the bus, said he had been asleep. “I shouted, and he did \
            not wake,” she said. They said the road had no barrier.
            """,
            [
                Heard("the driver had lost control in the rain", "Police"),
                Heard("he had been asleep", "Rosaura Ccori"),
                Heard("I shouted, and he did not wake", "Rosaura Ccori"),
                Heard("the road had no barrier", "Police"),
            ]),
        SpeakerFailure(
            "an article with a country's two voices",
            """
            Nepal's foreign ministry summoned the ambassador on Sunday. Kathmandu said the border post had been moved \
            by 300 metres. The ambassador, Li Weiguo, said the maps were old. “Both sides should measure again,” Li \
            said.
            """,
            [
                Heard("the border post had been moved by 300 metres", "Kathmandu"),
                Heard("the maps were old", "Li Weiguo"),
                Heard("Both sides should measure again", "Li Weiguo"),
            ]),
        SpeakerFailure(
            "an article with a study and its author",
            """
            Half of the glaciers in the Tien Shan will be gone by 2060, a study said on Monday. Its lead author, \
            Gulnara Asanova of Naryn State University, said the figure was cautious. “We left out soot,” Asanova said. \
            The study said rivers would first swell, then shrink.
            """,
            [
                Heard("Half of the glaciers in the Tien Shan will be gone by 2060", "study", kind: .document),
                Heard("the figure was cautious", "Gulnara Asanova"),
                Heard("We left out soot", "Gulnara Asanova"),
                Heard("rivers would first swell, then shrink", "study", kind: .document),
            ]),
        SpeakerFailure(
            "an article with a son and his mother",
            """
            Singer Amadou Keita died in Bamako on Monday at the age of 81. His son, Cheick Keita, said he had been \
            working on a last record. “My father never rested,” Cheick Keita said. Amadou Keita's widow, Fanta Keita, \
            said the songs would be published. “He would have wanted it,” she said.
            """,
            [
                Heard("he had been working on a last record", "Cheick Keita"),
                Heard("My father never rested", "Cheick Keita"),
                Heard("the songs would be published", "Fanta Keita"),
                Heard("He would have wanted it", "Fanta Keita"),
            ]),
    ]
}
