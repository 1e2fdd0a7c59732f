import NewsModel

extension SpeakerFailure {
    /// One name for another.
    static let names: [SpeakerFailure] = [
        SpeakerFailure(
            "she is no company", "Grace Mutindi runs Savanna Power. Savanna Power will hire 200 people, she said.",
            [Heard("Savanna Power will hire 200 people", "Grace Mutindi", kind: .person)]),
        SpeakerFailure(
            "he is no company", "Nordland Rail cut its night trains on Friday. “We regret it deeply,” he said.",
            [Heard("We regret it deeply")]),
        SpeakerFailure(
            "wrong gender, nearer", "Maria Lopes met John Tembo in Lusaka on Monday. “It was cold,” she said.",
            [Heard("It was cold", "Maria Lopes")]),
        SpeakerFailure(
            "wrong gender, same surname",
            "Omar Al-Rashid introduced his sister, Fatima Al-Rashid. “I am proud of her,” he said.",
            [Heard("I am proud of her", "Omar Al-Rashid")]),
        SpeakerFailure(
            "nobody of that gender", "Maria Lopes met Ana Brito in Lusaka on Monday. “It was cold,” he said.",
            [Heard("It was cold")]),
        SpeakerFailure(
            "listener", "Anders Holmberg told Birgit Lund that the shop would close.",
            [Heard("that the shop would close", "Anders Holmberg")]),
        SpeakerFailure(
            "listener after the quotation", "“You are free to go,” Judge Imani Njoroge told Ali Reza Karimi.",
            [Heard("You are free to go", "Imani Njoroge")]),
        SpeakerFailure(
            "said of another", "“He never lost his nerve,” Captain Lucia Moreno said of Daniel Ortiz.",
            [Heard("He never lost his nerve", "Lucia Moreno")]),
        SpeakerFailure(
            "subject before the nearer name",
            "Gustavo Pinto thanked the crowd and his coach, Pedro Lima. He said the race was his last.",
            [Heard("the race was his last", "Gustavo Pinto")]),
        SpeakerFailure(
            "name inside the quotation",
            "Elena Fuchs leads the choir in Graz. “Maria Stein taught me to sing,” she said.",
            [Heard("Maria Stein taught me to sing", "Elena Fuchs")]),
        SpeakerFailure(
            "she told him",
            "Abebe Tessema called Hanna Girma on Sunday. She told him that the house was gone.",
            [Heard("that the house was gone", "Hanna Girma")]),
        SpeakerFailure(
            "two ministers of one surname",
            """
            Finance Minister Aisha Koroma and Health Minister Joseph Koroma visited Bo on Friday. “The hospital is \
            ready,” the health minister said. “The money is there,” the finance minister said.
            """,
            [Heard("The hospital is ready", "Joseph Koroma"), Heard("The money is there", "Aisha Koroma")]),
        SpeakerFailure(
            "two of one surname, by pronoun",
            """
            Finance Minister Aisha Koroma and Health Minister Joseph Koroma visited Bo on Friday. “The hospital is \
            ready,” he said. “The money is there,” she said.
            """,
            [Heard("The hospital is ready", "Joseph Koroma"), Heard("The money is there", "Aisha Koroma")]),
        SpeakerFailure(
            "junior and his father",
            """
            Ernest Calloway Jr. spoke in Tulsa an hour before his father, Ernest Calloway. “He will win,” Calloway Jr. \
            said. “My son talks too much,” Ernest Calloway told the crowd.
            """,
            [
                Heard("He will win", "Ernest Calloway Jr.", "Ernest Calloway Jr"),
                Heard("My son talks too much", "Ernest Calloway"),
            ]),
        SpeakerFailure(
            "husband and wife",
            """
            Bill Harwood campaigned with his wife, Hannah Harwood, in Dayton. “She is ready,” Mr. Harwood said. “Bill \
            is hardly neutral,” Mrs. Harwood replied.
            """,
            [Heard("She is ready", "Bill Harwood"), Heard("Bill is hardly neutral", "Hannah Harwood")]),
        SpeakerFailure(
            "two forms of a ministry's name",
            """
            Chile's Ministry of Defence said on Monday that the airspace was closed. Two drones had been shot down, \
            Chile's Defence Ministry said.
            """,
            [
                Heard("that the airspace was closed", "Ministry of Defence", "Chile's Ministry of Defence"),
                Heard("Two drones had been shot down", "Ministry of Defence", "Chile's Ministry of Defence"),
            ], isOne: true),
        SpeakerFailure(
            "two ministries of one name",
            """
            Chile's Defence Ministry closed the airspace on Monday. Peru's Defence Ministry said its planes had turned \
            back.
            """,
            [Heard("its planes had turned back", "Peru's Defence Ministry", "Defence Ministry")]),
        SpeakerFailure(
            "initials of an institute",
            """
            The Centre for Southern Island Studies surveyed 900 voters in March. Half of them were undecided, CSIS \
            said.
            """,
            [Heard("Half of them were undecided", "Centre for Southern Island Studies", kind: .organization)]),
        SpeakerFailure(
            "initials in brackets",
            "The Andean Union of Teachers (AUT) met in Cusco on Friday. The strike would go on, the AUT said.",
            [Heard("The strike would go on", "Andean Union of Teachers", kind: .organization)]),
        SpeakerFailure(
            "full name later",
            """
            “We are tired of waiting,” said Okafor, whose shop was flooded twice this year. Chinedu Okafor is one of \
            300 traders who lost their goods.
            """,
            [Heard("We are tired of waiting", "Chinedu Okafor")]),
        SpeakerFailure(
            "named only later",
            "“It came out of nowhere,” the driver said. Jonas Bergdahl, the driver, was not hurt.",
            [Heard("It came out of nowhere", "Jonas Bergdahl")]),
        SpeakerFailure(
            "headline before a name",
            """
            Quispe shrugs off threat of recall

            Alejandro Quispe said on Monday that he would finish his term.
            """,
            [Heard("that he would finish his term", "Alejandro Quispe")]),
        SpeakerFailure(
            "headline without a full stop before a name",
            """
            Storm brushes past capital
            Ines Caldera said on Monday that the harbour was open.
            """,
            [Heard("that the harbour was open", "Ines Caldera")]),
        SpeakerFailure(
            "headline with a surname",
            """
            Mine will close in May, says Quispe

            Alejandro Quispe told workers on Monday that the mine had lost money for years.
            """,
            [
                Heard("Mine will close in May", "Alejandro Quispe"),
                Heard("that the mine had lost money for years", "Alejandro Quispe"),
            ]),
        SpeakerFailure(
            "headline with an office",
            """
            Mine will close in May, says minister

            Mining Minister Alejandra Quispe told workers on Monday that the mine had lost money for years.
            """,
            [
                Heard("Mine will close in May", "Alejandra Quispe"),
                Heard("that the mine had lost money for years", "Alejandra Quispe"),
            ]),
        SpeakerFailure(
            "nickname in the name",
            "Antonio “Toni” Barbosa scored twice. “I dreamt of this,” Barbosa said.",
            [Heard("I dreamt of this", "Antonio “Toni” Barbosa", "Antonio Barbosa")]),
        SpeakerFailure(
            "short first name", "Robert Mbuyi won the vote on Sunday. “I am ready,” Bob Mbuyi said.",
            [Heard("I am ready", "Robert Mbuyi")]),
        SpeakerFailure(
            "initials of a person",
            "The prize went to John Kayode Adeyemi. “I wrote it in prison,” J. K. Adeyemi said.",
            [Heard("I wrote it in prison", "John Kayode Adeyemi")]),
        SpeakerFailure(
            "family name first",
            "Park Min-ji, the only doctor on the island, never left. “I sleep at the clinic,” Park said.",
            [Heard("I sleep at the clinic", "Park Min-ji")]),
    ]
}
