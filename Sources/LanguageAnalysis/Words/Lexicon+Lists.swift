extension Lexicon {
    /// Words in small letters without diacritics, by what they are.
    static let wordLists: [(WordClass, String)] = [
        ([.malePronoun, .subjectPronoun, .common], "he"),
        ([.malePronoun, .objectPronoun, .common], "him himself"),
        ([.malePronoun, .possessive, .common], "his"),
        ([.femalePronoun, .subjectPronoun, .common], "she"),
        ([.femalePronoun, .possessive, .objectPronoun, .common], "her"),
        ([.femalePronoun, .common], "herself hers"),
        ([.pluralPronoun, .subjectPronoun, .common], "they"),
        ([.pluralPronoun, .objectPronoun, .common], "them themselves"),
        ([.pluralPronoun, .possessive, .common], "their theirs"),
        ([.neuterPronoun, .subjectPronoun, .common], "it"),
        ([.neuterPronoun, .possessive, .common], "its itself"),
        ([.firstPronoun, .subjectPronoun, .common], "i we you"),
        ([.firstPronoun, .objectPronoun, .common], "me us"),
        ([.firstPronoun, .possessive, .common], "my our your"),
        (
            [.subjectPronoun, .common],
            "everyone everybody nobody someone somebody anyone both many others several some most few"
        ),
        (
            [.determiner, .common],
            """
            the a an this that these those any no every each some all another such many most several few both
            either neither one more much other others what
            """
        ),
        (
            [.preposition, .common],
            """
            of in on at by for with from to into onto over under about against between among through during
            without within after before since until amid despite near off outside inside across behind beyond
            toward towards upon via per around along above below like unlike alongside following regarding
            concerning including ahead versus
            """
        ),
        ([.coordinator, .common], "and or but nor yet"),
        (
            [.subordinator, .common],
            """
            because although though while whereas if unless since after before until when whenever as so once
            whether where how why
            """
        ),
        ([.relative, .common], "who whom whose which that"),
        (
            [.auxiliary, .common],
            """
            is are was were has have had does do did 'm 're 've isn't aren't wasn't weren't hasn't haven't
            hadn't doesn't don't didn't
            """
        ),
        (
            [.auxiliary, .modal, .common],
            "will would can could may might must shall should cannot won't wouldn't can't couldn't shouldn't"
        ),
        (
            [.negation, .common],
            """
            not never n't isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't
            wouldn't can't couldn't shouldn't cannot neither nor no without
            """
        ),
        ([.common], "be been being there here then thus hence therefore well"),
        (
            [.adverb, .common],
            """
            also later then now still again already never even further earlier often just only recently repeatedly
            previously publicly reportedly once ever always simply yesterday today however meanwhile instead
            moreover furthermore additionally finally clearly strongly initially specifically explicitly flatly
            famously immediately subsequently thus too herself himself itself themselves earlier early late
            angrily bluntly categorically jokingly privately correctly falsely rightly rather quickly actually
            openly directly formally officially separately similarly correspondingly recently twice perhaps indeed
            """
        ),
        (
            [.time, .common],
            """
            monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight earlier
            later week month year morning afternoon evening night day weekend recently mon tue tues wed thu thurs
            fri
            """
        ),
        (
            [.time, .month],
            """
            january february march april june july august september october november december jan. feb. mar.
            apr. jun. jul. aug. sep. sept. oct. nov. dec.
            """
        ),
        ([.month, .time, .abbreviation], "jan feb mar apr jun jul aug sep sept oct nov dec"),
        ([.title, .maleTitle, .abbreviation, .continuing], "mr messrs"),
        ([.title, .maleTitle], "sir lord king prince pope baron brother father emperor"),
        ([.title, .femaleTitle, .abbreviation, .continuing], "mrs ms mx"),
        (
            [.title],
            """
            pm cm io sp datuk dato seri tan sri datin tun haji alhaji shri mullah maulana ustaz engr barrister
            brig wing shaikh sheik amir emir crown madam hh
            """
        ),
        ([.title, .femaleTitle], "miss lady dame queen princess sister madam duchess baroness"),
        ([.title, .personNoun], "congresswoman councilwoman chairwoman"),
        (
            [.title, .abbreviation, .continuing],
            """
            dr prof rev gen sen rep gov lt col sgt capt maj cmdr adm hon pres supt insp cpl pvt sr fr atty reps
            sens gens
            """
        ),
        ([.title, .abbreviation], "st"),
        (
            [.title, .personNoun, .common],
            """
            president minister premier chancellor secretary senator representative congressman governor mayor
            ambassador judge justice chief sheriff officer detective sergeant lieutenant captain major colonel
            general commander admiral marshal inspector superintendent chairman chairwoman chairperson director
            professor doctor coach archbishop bishop cardinal imam rabbi sheikh ayatollah reverend pastor
            councilman councillor councilor commissioner spokesman spokeswoman spokesperson deputy leader speaker
            adviser advisor analyst economist author actor actress singer lawyer attorney activist journalist
            candidate manager head executive owner founder co-founder cofounder engineer scientist striker
            midfielder defender goalkeeper skipper vice-president vice-chancellor co-author researcher resident mp
            msp mla mep
            """
        ),
        (
            [.title, .common],
            """
            vice prime former ex acting deputy interim foreign defence defense finance interior health justice
            senior chief state then late incoming outgoing assistant associate executive presidential national
            general fellow sen. rep. ceo cfo coo cto chair vp attorney
            """
        ),
        ([.nameSuffix], "jr sr ii iii iv jr. sr. ph.d phd md esq"),
        (
            [.abbreviation, .continuing],
            "vs no fig vol ed eds approx cf mt nos op viz p pp e.g i.e esp incl ext attn arrv para"
        ),
        ([.abbreviation], "jr sr etc inc ltd co corp ave blvd dept est al bros ft c ca v"),
        (
            [.nameParticle],
            """
            de la del della da di do dos das van von der den bin ibn bint al el ul ud ad abu ben le du ter ten
            san santa st st. mac y e af zu
            """
        ),
        (
            [.personNoun],
            """
            man woman boy girl teenager student teacher farmer worker driver mother father son daughter brother
            sister wife husband widow widower parent friend neighbour neighbor colleague official aide spokesman
            spokeswoman spokesperson expert scholar academic historian scientist researcher professor doctor nurse
            physician surgeon patient victim witness survivor suspect defendant plaintiff prosecutor lawyer
            attorney judge policeman policewoman officer soldier fighter militant rebel commander general diplomat
            envoy politician lawmaker legislator senator congressman congresswoman congressperson mp
            parliamentarian minister president premier secretary governor mayor councillor councilman chairman
            chairwoman chairperson chair chief head director manager executive ceo founder co-founder owner boss
            leader activist campaigner organiser organizer protester demonstrator critic supporter journalist
            reporter editor columnist blogger writer author novelist poet artist actor actress singer musician
            filmmaker photographer designer architect engineer economist analyst strategist consultant adviser
            advisor investor trader banker businessman businesswoman entrepreneur billionaire tycoon millionaire
            fisherman shopkeeper vendor resident villager citizen voter candidate nominee coach player captain
            striker midfielder defender goalkeeper athlete champion winner manager referee pastor priest bishop
            archbishop cardinal pope imam cleric rabbi monk nun preacher king queen prince princess sultan emir
            sheikh monarch refugee migrant immigrant traveller tourist passenger pilot captain guide host guest
            speaker source insider veteran pensioner retiree customer client employee boss official commentator
            observer insider correspondent ambassador commissioner chancellor superintendent inspector detective
            sergeant spokesmen star frontrunner front-runner republican democrat mogul politician inmate prisoner
            dissident lecturer dean principal headmaster trainer psychologist psychiatrist therapist biologist
            physicist chemist geologist ecologist epidemiologist virologist sociologist anthropologist
            archaeologist astronomer conservationist environmentalist attendee participant delegate member
            representative negotiator mediator coordinator secretary-general undersecretary youth elder chieftain
            landlord tenant contractor technician mechanic cook chef waiter waitress barber tailor trader seller
            buyer shopper butcher baker
            """
        ),
        (
            [.personNoun, .femaleNoun],
            """
            woman girl mother daughter sister wife widow spokeswoman chairwoman congresswoman businesswoman
            actress queen princess nun policewoman waitress grandmother aunt lady duchess heroine councilwoman
            """
        ),
        (
            [.personNoun, .maleNoun],
            """
            man boy father son brother husband widower spokesman chairman congressman businessman actor king
            prince priest policeman waiter grandfather uncle fisherman councilman monk imam pope archbishop
            bishop
            """
        ),
        (
            [.groupNoun],
            """
            officials police authorities residents villagers people men women children students teachers farmers
            workers experts scientists researchers doctors economists analysts lawyers prosecutors lawmakers
            legislators senators politicians ministers leaders activists campaigners organisers organizers
            protesters demonstrators critics supporters opponents journalists reporters editors observers
            commentators sources witnesses survivors victims families parents relatives friends neighbours
            neighbors colleagues investigators detectives officers soldiers troops rebels fighters militants
            diplomats republicans democrats conservatives liberals voters citizens locals fans players employers
            employees unions traders investors businesses companies firms banks governments countries nations
            states historians academics scholars insiders advocates representatives members executives managers
            directors judges jurors attorneys aides advisers advisors allies rivals backers spokespeople groups
            organisations organizations agencies media outlets newspapers reports pundits strategists operatives
            polls conservationists environmentalists refugees migrants users customers consumers passengers
            drivers pilots crew staff others many some most several both few spokesmen specialists developers
            engineers nurses medics rescuers firefighters pollsters donors staffers counterparts clerics bishops
            councillors mps
            """
        ),
        (
            [.organizationWord],
            """
            ministry department agency office bureau commission committee council board party union association
            federation foundation institute institution university college school academy court tribunal
            parliament congress senate assembly government administration army navy force forces police authority
            bank group company corporation corp inc ltd llc plc co limited holdings partners airlines airways
            motors media news times post journal press network television tv radio magazine herald tribune gazette
            organisation organization society club league team fc united alliance coalition front movement
            campaign center centre hospital church fund trust service services centre taliban hamas hezbollah
            interpol unesco unicef reuters bloomberg twitter facebook google microsoft samsung kremlin
            international industries systems technologies technology laboratories labs observatory museum library
            chamber secretariat cabinet directorate command guard squad brigade corps battalion regiment bundestag
            knesset duma syndicate confederation initiative watch amnesty airlines studios entertainment
            pharmaceuticals energy oil
            """
        ),
        (
            [.organizationNoun],
            """
            government parliament congress senate ministry police army military court tribunal jury company firm
            group bank agency department office party union association committee commission council board
            university hospital church campaign administration white house kremlin pentagon regime opposition team
            club newspaper magazine outlet website network channel broadcaster organisation organization body
            institute foundation charity federation league coalition alliance authority regulator watchdog bureau
            embassy consulate cabinet airline retailer manufacturer carmaker maker operator developer publisher
            think-tank thinktank squad force junta militia
            """
        ),
        (
            [.documentNoun],
            """
            report study survey poll statement document letter memo email e-mail article editorial book paper
            analysis release tweet post transcript filing complaint lawsuit indictment affidavit ruling law bill
            resolution treaty constitution agreement communique story column headline sign banner placard notice
            website page data figures statistics estimates research findings results evidence records documents
            reports studies surveys polls statements letters emails video footage message messages census forecast
            review dispatch brief motion petition
            """
        ),
        (
            [.speechNoun],
            """
            statement claim claims allegation allegations accusation accusations assertion announcement warning
            comment comments remark remarks words message call calls demand demands request promise pledge threat
            suggestion argument view news reports report rumour rumor rumours rumors speculation
            """
        ),
        (
            [.placeWord],
            """
            street road avenue river lake mount mountain mountains island islands sea ocean bay valley county
            province state district city town village region square bridge airport park coast peninsula gulf
            strait north south east west northern southern eastern western central port fort cape
            """
        ),
        (
            [.number, .common],
            """
            two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand
            thousands million billion first second third half
            """
        ),
        (
            [.verb, .common],
            """
            went came took gave got became began left made ran won lost held kept brought saw knew thought felt
            fell rose grew broke chose drove led met paid sent sold spent stood sat spoke struck taught threw wore
            won lay hit cut put let goes comes takes gives gets becomes begins makes runs wins holds keeps brings
            sees knows thinks feels means needs wants remains includes involves follows uses works lives plays
            stands shows seems appears tries plans go come take give get become begin make run win hold keep bring
            see know think feel mean need want use work fled rang hung shot caught bought built fought sought set
            beat drew flew forgot hid rode shook slept stole swore wants hopes fears expects believes considers
            remembers understands
            """
        ),
        (
            [.demonym],
            """
            american british english scottish welsh irish french german italian spanish portuguese dutch belgian
            swiss austrian swedish norwegian danish finnish icelandic polish czech slovak hungarian romanian
            bulgarian greek turkish russian ukrainian belarusian georgian armenian azerbaijani serbian croatian
            bosnian albanian macedonian slovenian estonian latvian lithuanian moldovan cypriot maltese israeli
            palestinian jordanian lebanese syrian iraqi iranian saudi emirati qatari kuwaiti bahraini omani yemeni
            egyptian libyan tunisian algerian moroccan sudanese ethiopian eritrean somali kenyan ugandan tanzanian
            rwandan burundian congolese nigerian ghanaian ivorian senegalese malian cameroonian zimbabwean zambian
            malawian mozambican angolan namibian botswanan african south-african indian pakistani bangladeshi
            nepali nepalese sri-lankan lankan afghan kazakh uzbek tajik kyrgyz turkmen mongolian chinese taiwanese
            japanese korean vietnamese thai cambodian lao laotian burmese malaysian singaporean indonesian
            filipino philippine australian canadian mexican cuban haitian jamaican dominican guatemalan honduran
            salvadoran nicaraguan panamanian colombian venezuelan ecuadorian peruvian bolivian chilean argentine
            argentinian uruguayan paraguayan brazilian european asian arab kurdish jewish muslim christian
            catholic islamic islamist hindu buddhist sikh protestant orthodox sunni shiite shia republican
            democratic conservative labour tory liberal western latino hispanic soviet americans britons germans
            italians russians ukrainians israelis palestinians syrians iraqis iranians egyptians indians
            pakistanis afghans koreans australians canadians mexicans cubans brazilians europeans asians arabs
            kurds jews muslims christians catholics hindus buddhists sikhs republicans democrats tories africans
            nigerians
            """
        ),
    ]
}
