/// The verbs of reported speech and what each can govern.
///
/// Chosen by how often a form was a cue, and in which frame, in the annotated training articles; verbs of thinking,
/// wanting and planning are left out on purpose.
enum CueLexicon {
    /// Every form with its frames.
    static let forms: [(String, CueFrames)] = {
        var forms: [(String, CueFrames)] = []
        for (frames, words) in verbs {
            for group in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                let parts = group.split(separator: "/").map(String.init)
                guard parts.count == 4 else { continue }
                // base / present / past / participle
                forms.append((parts[0], frames.union(.base)))
                forms.append((parts[1], frames.union(.present)))
                forms.append((parts[2], frames.union(.past)))
                forms.append((parts[3], frames.union(.participle)))
            }
        }
        return forms
    }()

    private static let speak: CueFrames = [.clause, .that, .quote, .final]
    private static let assert: CueFrames = [.that, .quote, .final]

    /// Base, third person, past and participle of each verb.
    private static let verbs: [(CueFrames, String)] = [
        ([.clause, .that, .quote, .final, .sure], "say/says/said/saying"),
        ([.clause, .that, .quote, .final, .listener, .objectInfinitive, .sure], "tell/tells/told/telling"),
        (
            speak.union(.sure),
            """
            add/adds/added/adding state/states/stated/stating explain/explains/explained/explaining
            note/notes/noted/noting argue/argues/argued/arguing
            insist/insists/insisted/insisting
            """
        ),
        (
            speak,
            """
            allege/alleges/alleged/alleging assert/asserts/asserted/asserting stress/stresses/stressed/stressing
            emphasize/emphasizes/emphasized/emphasizing emphasise/emphasises/emphasised/emphasising
            reiterate/reiterates/reiterated/reiterating acknowledge/acknowledges/acknowledged/acknowledging
            admit/admits/admitted/admitting announce/announces/announced/announcing declare/declares/declared/declaring
            suggest/suggests/suggested/suggesting contend/contends/contended/contending
            maintain/maintains/maintained/maintaining predict/predicts/predicted/predicting
            conclude/concludes/concluded/concluding concede/concedes/conceded/conceding
            underline/underlines/underlined/underlining underscore/underscores/underscored/underscoring
            indicate/indicates/indicated/indicating mention/mentions/mentioned/mentioning
            recall/recalls/recalled/recalling boast/boasts/boasted/boasting lament/laments/lamented/lamenting
            clarify/clarifies/clarified/clarifying caution/cautions/cautioned/cautioning opine/opines/opined/opining
            confess/confesses/confessed/confessing affirm/affirms/affirmed/affirming quip/quips/quipped/quipping
            joke/jokes/joked/joking specify/specifies/specified/specifying remark/remarks/remarked/remarking
            observe/observes/observed/observing claim/claims/claimed/claiming testify/testifies/testified/testifying
            complain/complains/complained/complaining proclaim/proclaims/proclaimed/proclaiming
            recount/recounts/recounted/recounting deny/denies/denied/denying
            """
        ),
        ([.denial, .object], "deny/denies/denied/denying"),
        (
            assert,
            """
            report/reports/reported/reporting confirm/confirms/confirmed/confirming reveal/reveals/revealed/revealing
            find/finds/found/finding show/shows/showed/showing agree/agrees/agreed/agreeing
            estimate/estimates/estimated/estimating rule/rules/ruled/ruling disclose/discloses/disclosed/disclosing
            respond/responds/responded/responding reply/replies/replied/replying comment/comments/commented/commenting
            continue/continues/continued/continuing write/writes/wrote/writing tweet/tweets/tweeted/tweeting
            recommend/recommends/recommended/recommending demand/demands/demanded/demanding
            propose/proposes/proposed/proposing repeat/repeats/repeated/repeating
            highlight/highlights/highlighted/highlighting imply/implies/implied/implying hint/hints/hinted/hinting signal/signals/signaled/signaling
            read/reads/read/reading shout/shouts/shouted/shouting exclaim/exclaims/exclaimed/exclaiming
            retort/retorts/retorted/retorting answer/answers/answered/answering intone/intones/intoned/intoning
            chant/chants/chanted/chanting yell/yells/yelled/yelling cry/cries/cried/crying
            interject/interjects/interjected/interjecting post/posts/posted/posting laugh/laughs/laughed/laughing
            whisper/whispers/whispered/whispering conclude/concludes/concluded/concluding
            speculate/speculates/speculated/speculating theorize/theorizes/theorized/theorizing
            elaborate/elaborates/elaborated/elaborating muse/muses/mused/musing reflect/reflects/reflected/reflecting
            relate/relates/related/relating describe/describes/described/describing
            question/questions/questioned/questioning point/points/pointed/pointing
            counter/counters/countered/countering
            begin/begins/began/beginning reason/reasons/reasoned/reasoning gush/gushes/gushed/gushing
            decree/decrees/decreed/decreeing stipulate/stipulates/stipulated/stipulating
            object/objects/objected/objecting protest/protests/protested/protesting
            """
        ),
        (
            [.listener, .that, .quote, .final, .clause],
            """
            assure/assures/assured/assuring remind/reminds/reminded/reminding inform/informs/informed/informing
            warn/warns/warned/warning notify/notifies/notified/notifying reassure/reassures/reassured/reassuring
            """
        ),
        (
            [.question, .quote, .final],
            "ask/asks/asked/asking question/questions/questioned/questioning wonder/wonders/wondered/wondering"
        ),
        (
            [.objectInfinitive],
            """
            ask/asks/asked/asking urge/urges/urged/urging order/orders/ordered/ordering
            instruct/instructs/instructed/instructing advise/advises/advised/advising
            call/calls/called/calling request/requests/requested/requesting warn/warns/warned/warning
            implore/implores/implored/imploring beg/begs/begged/begging appeal/appeals/appealed/appealing
            encourage/encourages/encouraged/encouraging challenge/challenges/challenged/challenging
            """
        ),
        (
            [.that, .quote, .final],
            """
            urge/urges/urged/urging order/orders/ordered/ordering advise/advises/advised/advising
            request/requests/requested/requesting
            """
        ),
        (
            [.infinitive, .that, .quote, .final],
            """
            promise/promises/promised/promising vow/vows/vowed/vowing pledge/pledges/pledged/pledging
            threaten/threatens/threatened/threatening swear/swears/swore/swearing
            """
        ),
        (
            [.object],
            """
            announce/announces/announced/announcing reiterate/reiterates/reiterated/reiterating
            cite/cites/cited/citing denounce/denounces/denounced/denouncing condemn/condemns/condemned/condemning
            criticize/criticizes/criticized/criticizing criticise/criticises/criticised/criticising
            praise/praises/praised/praising express/expresses/expressed/expressing demand/demands/demanded/demanding
            dismiss/dismisses/dismissed/dismissing blast/blasts/blasted/blasting hail/hails/hailed/hailing
            slam/slams/slammed/slamming decry/decries/decried/decrying tout/touts/touted/touting
            stress/stresses/stressed/stressing emphasize/emphasizes/emphasized/emphasizing
            emphasise/emphasises/emphasised/emphasising mention/mentions/mentioned/mentioning
            highlight/highlights/highlighted/highlighting recommend/recommends/recommended/recommending
            voice/voices/voiced/voicing propose/proposes/proposed/proposing admit/admits/admitted/admitting
            urge/urges/urged/urging 
            explain/explains/explained/explaining acknowledge/acknowledges/acknowledged/acknowledging
            underline/underlines/underlined/underlining underscore/underscores/underscored/underscoring
            recount/recounts/recounted/recounting predict/predicts/predicted/predicting
            confirm/confirms/confirmed/confirming request/requests/requested/requesting
            declare/declares/declared/declaring allege/alleges/alleged/alleging
            lament/laments/lamented/lamenting excoriate/excoriates/excoriated/excoriating
            """
        ),
        (
            [.prepositional],
            """
            call/calls/called/calling complain/complains/complained/complaining warn/warns/warned/warning
            appeal/appeals/appealed/appealing speak/speaks/spoke/speaking point/points/pointed/pointing
            advocate/advocates/advocated/advocating inquire/inquires/inquired/inquiring
            """
        ),
        (
            [.naming, .quote],
            """
            call/calls/called/calling describe/describes/described/describing label/labels/labeled/labeling
            dub/dubs/dubbed/dubbing characterize/characterizes/characterized/characterizing
            brand/brands/branded/branding
            portray/portrays/portrayed/portraying slam/slams/slammed/slamming hail/hails/hailed/hailing
            criticize/criticizes/criticized/criticizing dismiss/dismisses/dismissed/dismissing
            mock/mocks/mocked/mocking
            """
        ),
        ([.accusation], "accuse/accuses/accused/accusing blame/blames/blamed/blaming"),
    ]
}
