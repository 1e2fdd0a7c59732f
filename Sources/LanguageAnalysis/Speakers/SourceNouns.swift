/// Nouns of sources that the lists which the rules and the encoder's features use do not hold.
enum SourceNouns {
    static let documents = FoldedKey.hashes(
        """
        piece ad advert advertisement spot clip commentary submission thread caption pamphlet leaflet manifesto
        circular bulletin gazette notification text excerpt passage audit probe inquiry investigation
        testimony lawsuit suit opinion op-ed essay interview slogan poster graffiti inscription label survey speech address keynote sermon
        """)

    static let places = FoldedKey.hashes("country nation capital kingdom republic island city town village state province county emirate")

    static let organizations = FoldedKey.hashes("defense defence prosecution management leadership side camp palace secretariat")

    /// Offices that stand before a name and in no other list.
    static let offices = FoldedKey.hashes(
        """
        master magistrate whip treasurer registrar curator warden auditor ombudsman ombudswoman marshal comptroller
        coroner bailiff clerk deacon provost rector chaplain quartermaster paramedic firefighter butcher plumber
        electrician carpenter miner herder breeder grower brewer baker beekeeper novelist playwright composer conductor
        violinist pianist guitarist rapper comedian presenter broadcaster producer screenwriter cyclist swimmer sprinter
        boxer golfer sailor climber cricketer batsman bowler
        """)
}
