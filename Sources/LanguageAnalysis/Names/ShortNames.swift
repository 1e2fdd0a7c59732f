/// Given names and their usual short forms that do not begin alike: Robert and Bob.
///
/// Forms that begin alike (Chris, Christopher) need no list.
enum ShortNames {
    static func agree(_ a: String, _ b: String) -> Bool {
        guard let x = groups[a], let y = groups[b] else { return false }
        return !x.isDisjoint(with: y)
    }

    private static let groups: [String: Set<Int>] = {
        var groups: [String: Set<Int>] = [:]
        for (index, line) in lines.split(separator: "\n").enumerated() {
            for name in line.split(separator: " ") { groups[String(name), default: []].insert(index) }
        }
        return groups
    }()

    private static let lines = """
        robert bob bobby rob robbie
        william bill billy will liam
        richard dick rick rich
        james jim jimmy jamie
        john jack johnny jon
        edward ted ed eddie ned
        theodore ted teddy
        margaret peggy meg maggie greta rita
        elizabeth liz beth betty lisa libby eliza bess
        katherine catherine kate kathy katie kitty cathy
        charles chuck charlie
        henry harry hank
        michael mike mick mickey
        anthony antonio tony toni
        joseph joe giuseppe pepe jose
        francisco paco pancho frank
        francis frank fran
        lawrence laurence larry
        stephen steven steve
        andrew andy drew
        alexander alex sasha sandy aleksandr oleksandr
        vladimir vova volodymyr
        dmitry dima dmytro
        mikhail misha
        nikolai kolya mykola
        patricia pat patty trish
        deborah deb debbie
        susan sue suzie susanna
        rebecca becky
        barbara barb babs
        dorothy dot dottie
        virginia ginny
        ronald ron ronnie
        donald don donnie
        gerald jerry gerry
        jeremiah jerry
        leonard len lenny
        frederick fred freddie
        ignacio nacho
        guillermo memo
        eduardo lalo
        mary molly polly
        ann anne anna nancy
        sarah sally
        martha patty
        gregory greg
        geoffrey jeffrey jeff
        kenneth ken kenny
        raymond ray
        samuel sam
        samantha sam
        albert bert al
        gilbert bert gil
        philip phillip phil pip
        peter pete pyotr petro
        walter walt wally
        """
}
