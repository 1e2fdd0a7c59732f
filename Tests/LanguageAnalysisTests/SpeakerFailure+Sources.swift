import NewsModel

extension SpeakerFailure {
    /// Offices, organisations, groups, documents, and those who are never named.
    static let sources: [SpeakerFailure] = [
        SpeakerFailure(
            "the newspaper",
            "The Daily Meridian printed the list on Sunday. The newspaper said 40 officials were on it.",
            [Heard("40 officials were on it", "Daily Meridian", "The Daily Meridian", kind: .organization)]),
        SpeakerFailure(
            "the ministry", "The Ministry of Water opened 12 wells on Friday. The ministry said ten more were planned.",
            [Heard("ten more were planned", "Ministry of Water", kind: .organization)]),
        SpeakerFailure(
            "the agency",
            "The Pacific Weather Agency raised its alert on Monday. The agency said the storm would come by night.",
            [Heard("the storm would come by night", "Pacific Weather Agency", kind: .organization)]),
        SpeakerFailure(
            "the think tank",
            "The Baltic Policy Centre published its index on Monday. The think tank said bribery had doubled.",
            [Heard("bribery had doubled", "Baltic Policy Centre", kind: .organization)]),
        SpeakerFailure(
            "it", "Corvina Airlines cancelled its flights to Quito. It said the ash was too thick.",
            [Heard("the ash was too thick", "Corvina Airlines", kind: .organization)]),
        SpeakerFailure(
            "the bank, not the miner",
            "Tanzanian miner Kilima Gold sued Bahari Bank in May. The bank said the claim was absurd.",
            [Heard("the claim was absurd", "Bahari Bank")]),
        SpeakerFailure(
            "the central bank", "The Bank of Luria held its rate on Thursday. The central bank said prices would fall.",
            [Heard("prices would fall", "Bank of Luria")]),
        SpeakerFailure(
            "we of an organisation", "Lumen Bank apologised on Friday. “We failed our customers,” the bank said.",
            [Heard("We failed our customers", "Lumen Bank", kind: .organization)]),
        SpeakerFailure(
            "we in a statement",
            "“We failed our customers,” Lumen Bank said in a statement signed by nobody. “We are sorry.”",
            [Heard("We failed our customers We are sorry", "Lumen Bank", kind: .organization)]),
        SpeakerFailure(
            "the minister", "Justice Minister Abel Getachew visited the prison. “Nobody was hurt,” the minister said.",
            [Heard("Nobody was hurt", "Abel Getachew")]),
        SpeakerFailure(
            "the Kenyan leader",
            "President Wanjiru Kamande of Kenya arrived in Oslo. The Kenyan leader said the visit was overdue.",
            [Heard("the visit was overdue", "Wanjiru Kamande")]),
        SpeakerFailure(
            "a place that speaks", "Hanoi said on Friday that the ship had entered its waters.",
            [Heard("that the ship had entered its waters", "Hanoi")]),
        SpeakerFailure(
            "a report", "The report said half of the clinics had no doctor.",
            [Heard("half of the clinics had no doctor", "report", kind: .document)]),
        SpeakerFailure(
            "an organisation's report", "The education ministry's report said half of the schools had no roof.",
            [Heard("half of the schools had no roof", "education ministry's report", "education ministry")]),
        SpeakerFailure(
            "two people at once", "Rosa Campos and Luis Vidal said the land was theirs.",
            [Heard("the land was theirs", "Rosa Campos and Luis Vidal", kind: .group)]),
        SpeakerFailure(
            "two organisations at once",
            "The Red Lake Council and the Miners' Union said the river was poisoned.",
            [
                Heard(
                    "the river was poisoned", "Red Lake Council and the Miners' Union",
                    "Red Lake Council and Miners' Union", kind: .group)
            ]),
        SpeakerFailure(
            "residents", "Residents of Tondo Bay said the water smelled of oil.",
            [Heard("the water smelled of oil", "residents of Tondo Bay", kind: .group)]),
        SpeakerFailure(
            "an official of the port", "A senior official at the port said the crane had failed.",
            [Heard("the crane had failed", "senior official at the port", kind: .unnamed)]),
        SpeakerFailure(
            "asked not to be named", "A Western diplomat, who asked not to be named, said the deal was dead.",
            [Heard("the deal was dead", "Western diplomat", kind: .unnamed)]),
        SpeakerFailure(
            "unnamed, then he",
            "A fisherman from Kota Lama found the boat. “I thought it was a whale,” he said.",
            [Heard("I thought it was a whale", "fisherman from Kota Lama", "fisherman", kind: .unnamed)]),
        SpeakerFailure(
            "somebody's spokesman",
            "A spokesman for President Lena Abara said the talks had failed.",
            [
                Heard(
                    "the talks had failed", "spokesman for President Lena Abara", "spokesman for Lena Abara",
                    kind: .unnamed)
            ]),
        SpeakerFailure(
            "somebody's lawyer", "Simic's lawyer, Vesna Kovacic, said the evidence was forged.",
            [Heard("the evidence was forged", "Vesna Kovacic")]),
        SpeakerFailure(
            "role before the name", "Kremlin spokesperson Ana Petrenkova said the talks would go on.",
            [Heard("the talks would go on", "Ana Petrenkova", kind: .person, role: "Kremlin spokesperson")]),
        SpeakerFailure(
            "company and role before the name", "“It was a leak,” Arctic Oil spokeswoman Ingrid Dahl said.",
            [Heard("It was a leak", "Ingrid Dahl", kind: .person, role: "Arctic Oil spokeswoman")]),
        SpeakerFailure(
            "role given once",
            "Harbour master Jean-Luc Morelle closed the port at noon. “Nobody sails today,” Morelle said.",
            [Heard("Nobody sails today", "Jean-Luc Morelle", role: "Harbour master")]),
        SpeakerFailure(
            "role in an apposition",
            "Thandiwe Khoza, the coach of the women's team, resigned. “I have given all I had,” she said.",
            [Heard("I have given all I had", "Thandiwe Khoza")]),
        SpeakerFailure(
            "a banner", "“Bring back our doctors,” read a banner outside the hospital in Pucala.",
            [
                Heard(
                    "Bring back our doctors", "banner", "banner outside the hospital",
                    "banner outside the hospital in Pucala", kind: .document)
            ]),
        SpeakerFailure(
            "they of an organisation",
            "The Sugar Farmers' League met in Suva on Monday. They said the mill owed them two harvests.",
            [Heard("the mill owed them two harvests", "Sugar Farmers' League")]),
    ]
}
