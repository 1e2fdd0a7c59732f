#!/usr/bin/env python3
"""Reads the training corpora into one form, a Document a line:

    python3 training/corpora.py SHARED_FOLDER docs.jsonl        # SHARED_FOLDER holds corpora/
    python3 training/corpora.py SHARED_FOLDER --check-lexicon   # the cue lexicon against polnear/dev-speakers.jsonl

A Document:
    id, corpus     "polnear/...", one of polnear world gum worldwide uner wikigold crossner gmb
    text
    roles          "all": attributions, attitudes among them, are annotated; "speech": only reported speech is;
                   None: no attributions
    attributions   [{content, cue, source: [[start, end], ...], speech: True | False | None, nested: bool, weight}]
    entities       [[start, end, [types allowed]], ...] or None (not annotated)
    hidden         types that may be in the text without being annotated
Offsets are code points, end exclusive. Dev sets, GUM's news and the seed are never read (but for --check-lexicon).
"""
import collections, gzip, json, re, sys
from pathlib import Path
from typing import Iterator

TYPES = ["PERSON", "ORGANIZATION", "LOCATION", "FACILITY", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]
PLACE = ["LOCATION", "FACILITY"]

# ---------------------------------------------------------------------------------------------------------------------
# Speech or attitude, by the cue


def _forms(words):
    """The words and their regular inflections."""
    out = set()
    for w in words.split():
        out.add(w)
        if w.endswith("e"):
            out |= {w + "s", w + "d", w[:-1] + "ing"}
        elif re.search(r"[^aeiou]y$", w):
            out |= {w[:-1] + "ies", w[:-1] + "ied", w + "ing"}
        elif re.search(r"(s|x|z|ch|sh)$", w):
            out |= {w + "es", w + "ed", w + "ing"}
        else:
            out |= {w + "s", w + "ed", w + "ing"}
            if re.search(r"[^aeiou][aeiou][bdgmnprt]$", w):
                out |= {w + w[-1] + "ed", w + w[-1] + "ing"}
    return out


# Says that words were uttered, wherever in the cue it stands.
STRONG = set("""said say says saying told tell tells telling wrote write writes writing written tweet tweets tweeted
 tweeting retweeted quipped joked replied replies replying tweet_id""".split()) | _forms("""add announce reply exclaim
 quip retort remark recount testify""")
SPEECH = _forms("""claim argue note report acknowledge insist state explain describe declare propose urge warn suggest
 ask question accuse deny vow pledge promise respond answer reiterate assert contend complain recall recollect observe
 maintain allege shout yell chant confess confirm proclaim profess boast brag admit concede criticize criticise retract
 predict call charge reveal joke comment interject holler utter whisper mutter affirm reaffirm opine assure pronounce vouch recapitulate post email text
 caution remind laud apologize inform advise quote conclude counter rebut relay crack deadpan
 clarify retell narrate plead beg beseech exhort decry lament bemoan demur insinuate imply posit warn recommend
 accord dub shoot""") | set("""accord according announcement announcements claim claims admission
 acknowledgment acknowledgement allegation allegations accusation accusations statement statements remark remarks
 argument arguments assertion assertions insistence warning question questions report reports reported promise pledge
 comment comments suggestion suggestions proposal complaint complaints contention prediction predictions reply response
 criticism tweets so-called self-described read reads shot went""".split())
ATTITUDE = _forms("""believe think want hope plan expect know feel worry support consider decide intend seek fear show
 seem appear oppose prefer favor favour see view like love hate dislike wish need doubt suspect assume imagine envision
 foresee anticipate wonder guess remember realize recognize understand notice watch hear agree disagree approve back
 endorse embrace accept reject refuse decline ignore try attempt aim plan attack mock praise defend promote tout
 highlight discuss mention cite focus talk speak address cover find estimate calculate project forecast determine
 discover learn document illustrate demonstrate indicate signal reflect underscore hint sign pass rule order vote
 nominate name appoint hire pick choose elect impose require restrict prohibit allow permit ban block authorize
 approve negotiate adopt enact demand request threaten encourage champion resent admire despise respect trust rely
 deem regard perceive judge treat interpret identify recognise value care mind mean contemplate envisage portray paint
 cast compare liken link tie contrast offer provide present release publish file issue unveil deliver feature include
 list outline detail lay expose file sue investigate examine explore challenge protest rally campaign push press
 balk struggle hesitate resist applaud cheer boo welcome celebrate congratulate thank credit blame hail dismiss
 downplay shrug rebuke lambaste lambast savage assail slam deride ridicule chide chastise denounce grill bristle
 unleash target invoke feed resonate anger upset alarm worry concern convince persuade satisfy surprise shock delight
 impress rattle horrify disappoint excite dread relish enjoy revere fancy crave desire long yearn dream determine
 share express voice echo second look sound weigh lean tend incline commit dedicate devote schedule design aspire
 strive mull debate ponder dispute disavow accommodate avoid pivot side poll prove establish conclude disclose emerge
 captivate illustrate chronicle capture reference set tackle skewer frame""") | set("""thought knew felt sought saw seen
 known shown meant found chose chosen heard understood forgot believed willing eager reluctant likely unlikely confident
 convinced sure certain aware unaware concerned worried afraid scared nervous skeptical wary optimistic hopeful pessimistic
 happy unhappy glad proud ashamed angry furious upset interested adamant determined keen comfortable uncomfortable enamored
 supportive critical vocal clear unclear obvious apparent support supporter supporters opposition opponent opponents view
 views opinion opinions belief beliefs hopes hope fear fears concern concerns doubt doubts expectation expectations plan
 plans decision decisions agreement interest desire intention intent goal aim aims effort efforts strategy poll polls
 polling survey surveys favorite preference refusal reluctance willingness eagerness enthusiasm passion faith confidence
 skepticism suspicion suspicions speculation rumors rumor theory notion idea understanding assessment estimate estimates
 policy position positions stance attention focus debate praise attack attacks support endorsement endorsements backing
 seemingly presumably apparently spoke spoken speech rhetoric advice backer advocate proponent defender critic critics
 fan friend votes voters figures led gave given made make makes making put puts took takes taken drew held sent
 won struck stood against behind rights law vote court ruling message evidence sign signs won't ready free guilty
 inclined mindful uneasy anxious anxiety
 divided split united popular""".split())
UNCLEAR = _forms("""stress emphasize emphasise blast condemn advocate refer reference deliver conclude pitch appeal
 repeat continue begin raise""") | set("""pointed points point pointing urging reportedly
 words message in response reference critique""".split())
# Not saying: what follows is not reported speech.
NOT_SAYING = re.compile(r"\b(declin\w+|refus\w+|avoid\w*|fail\w*|resist\w*|without|stopped short)\b.*|"
                        r"\b(?:did|does|do|has|have|had|never|would|will|should)\s*(?:not|n't|never)?\s*(?:been )?mention")
CALM = re.compile(r"\b(made|makes|make|making)( it)?( \w+)? (clear|plain)\b|\bagree\w*\b|\bmade the case\b|\btak\w+ issue\b")
SAYING = re.compile(r"\b(call\w* (for|on|out|it|them|him|her)|put(s|ting)? it|went on to (say|explain|note|argue|add)"
                    r"|goes on|shot back|fired back|hit back|issued? a statement|released? a statement|in a statement"
                    r"|first reported|in (his|her|their) words|as (\w+ )?put|began by saying|accord\w* to"
                    r"|rais\w+ questions?|questions? (about|for)|tell\w* the)\b")
# Words that say nothing of themselves beside another.
SMALL = set("""has have had is are was were be been being also not to a an the of in on at by for with about as his her
 their its it that this and will would could should can may might did does do just even once again still already often
 never now then later long recently repeatedly publicly first last year week month day over up down out so more most
 very largely strongly widely previously initially ' s re ve ll d m""".split())


def cue_speech(cue):
    """True: the cue reports speech; False: an attitude, a plan, a finding, a deed; None: unclear."""
    text = " ".join(cue.lower().replace("’", "'").split())
    if not text:
        return None
    if re.fullmatch(r"[:\s]+", text) or text.endswith(":"):
        return True
    words = re.findall(r"[a-z_]+(?:['-][a-z]+)*", text)
    if not words:
        return None
    if NOT_SAYING.search(text):
        return False
    if any(w in STRONG for w in words):
        return True
    if SAYING.search(text):
        return True
    if CALM.search(text):
        return False
    # The first word that means something decides, but "seemed to suggest", "wanted to ask" go by the last.
    classes = []
    for w in words:
        w = re.sub(r"'s$", "", w)
        if w in SMALL:
            continue
        if w in UNCLEAR:
            classes.append(None)
        elif w in SPEECH:
            classes.append(True)
        elif w in ATTITUDE:
            classes.append(False)
    if not classes:
        if all(w in SMALL for w in words):
            return None if text == "in" else False
        return None
    if True in classes and False in classes:
        return True if classes[0] is True else None
    if None in classes:
        return None if len(set(classes)) == 1 else next(c for c in classes if c is not None)
    return classes[0]


def polnear_speech(text, attribution, quoted):
    if quoted >= 0.5:
        return True
    return cue_speech(" ".join(text[s:e] for s, e in attribution["cue"]))


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def rows(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as f:
        for line in f:
            if line.strip():
                yield json.loads(line)


def trim(text, s, e):
    """The span without white space at its ends; None if nothing is left."""
    while s < e and text[s].isspace():
        s += 1
    while e > s and text[e - 1].isspace():
        e -= 1
    return [s, e] if s < e and 0 <= s and e <= len(text) else None


def spans(text, given):
    out = []
    for s, e in given or []:
        t = trim(text, s, e)
        if t and t not in out:
            out.append(t)
    return sorted(out)


def attribution(text, given, speech, nested=False):
    return {"content": spans(text, given["content"]), "cue": spans(text, given["cue"]),
            "source": spans(text, given["source"]), "speech": speech, "nested": nested, "weight": 1.0}


def mark_nested(attributions):
    """nested: the content lies inside another attribution's content, and is shorter."""
    for a in attributions:
        for b in attributions:
            if a is b or a["nested"]:
                continue
            inside = all(any(s <= x and y <= e for s, e in b["content"]) for x, y in a["content"])
            smaller = sum(e - s for s, e in a["content"]) < sum(e - s for s, e in b["content"])
            if inside and smaller:
                a["nested"] = True
                break


def raw_entities(row):
    """[first token, token end, type], in order."""
    return sorted([n["start"], n["end"], n["type"]] for n in row["entities"])


def char_span(row, a, b):
    return trim(row["text"], row["token_offsets"][a][0], row["token_offsets"][b - 1][1])


def mapped(row, types):
    """Entities by a function or table of their type and text: allowed types, or None to drop."""
    out = []
    for a, b, kind in raw_entities(row):
        span = char_span(row, a, b)
        if not span:
            continue
        words = row["text"][span[0]:span[1]]
        allowed = types(kind, words) if callable(types) else types.get(kind)
        if allowed and any(c.isalnum() for c in words):
            out.append([span[0], span[1], list(allowed)])
    return out


WORLDWIDE = {"Person": ["PERSON"], "Organization": ["ORGANIZATION"], "Location": ["LOCATION"], "Facility": ["FACILITY"],
             "NORP": ["NORP"], "Product": ["PRODUCT"], "Date": ["DATE"], "Money": ["MONEY"], "Misc": ["MISC"]}
UNER = {"PER": ["PERSON"], "ORG": ["ORGANIZATION"], "LOC": PLACE}
WIKIGOLD = dict(UNER, MISC=["NORP", "PRODUCT", "MISC"])
CROSSNER = {"person": ["PERSON"], "politician": ["PERSON"], "scientist": ["PERSON"], "writer": ["PERSON"],
            "musicalartist": ["PERSON"], "researcher": ["PERSON"], "organisation": ["ORGANIZATION"],
            "politicalparty": ["ORGANIZATION", "NORP"], "university": ["ORGANIZATION"], "band": ["ORGANIZATION"],
            "location": PLACE, "country": ["LOCATION"], "misc": ["NORP", "PRODUCT", "MISC"]}

ALIASES = """US U.S. USA U.S.A. UK U.K. Britain England Scotland Wales America Burma Holland Czechoslovakia Yugoslavia
 Macedonia Swaziland Congo Gaza Palestine Kosovo Tibet Taiwan Chechnya Kashmir Darfur Ivory-Coast East-Timor Timor-Leste
 Cape-Verde Persia Zaire Korea Vatican Europe Africa Asia Myanmar Russia Turkey Syria Iran Laos Moldova Bolivia Venezuela
 Tanzania Vietnam Czech-Republic South-Ossetia Abkhazia Serbia Montenegro Bosnia Herzegovina Crimea""".split()
DEMONYM = re.compile(r"(?:an|ans|ian|ese|ish|i|is|ch|men|man|women|sh|ch|eks?|bs?|lim|lims|ds|ks?|jews?|ics?|onians?|ns|"
                     r"ers?|nes?|rs|tes?|ths|crats?|ist|ists)$", re.I)
TITLES = set("""mr. mr mrs. mrs ms. ms miss dr. dr prof. professor sir lord lady dame president vice prime minister premier
 chancellor king queen prince princess pope archbishop bishop cardinal rev. reverend father sheikh ayatollah mullah imam
 general gen. lieutenant lt. colonel col. major maj. captain capt. sergeant sgt. admiral commander cmdr. corporal private
 senator sen. representative rep. congressman congresswoman governor gov. mayor secretary secretary-general ambassador
 judge justice chief attorney attorneys prosecutor spokesman spokeswoman spokesperson deputy foreign defense defence
 finance interior state treasury home minister director chairman chairwoman chair leader speaker u.s. us un u.n. former
 ex-president then-president president-elect coach first lady emir sultan emperor crown special envoy national security
 adviser advisor of for and general-secretary commissioner staff opposition house majority minority democratic republican
 professor officer inspector deputy-prime acting interim outgoing late prime-minister saint st. santa hurricane""".split())
TITLE_ONLY = set("mr. mr mrs. mrs ms. ms dr. president prime minister senator sen. king prince queen general".split())
DATE_WORD = (r"(?:(?:late|early|mid|mid-)?\s*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|"
             r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.|"
             r"January|February|March|April|May|June|July|August|September|October|November|December|"
             r"(?:1[0-9]|20)\d\ds?|[12]?\d(?:st|nd|rd|th)?|3[01](?:st)?)")
DATE = re.compile(rf"{DATE_WORD}(?:\s*,?\s*(?:of\s+)?{DATE_WORD})*")


class Gmb:
    def __init__(self, names):
        countries = json.loads((names / "geonames_countries.json").read_text(encoding="utf-8"))
        self.countries = {c["name"].lower() for c in countries.values()} | {a.replace("-", " ").lower() for a in ALIASES}
        with gzip.open(names / "geonames_cities15000.tsv.gz", "rt", encoding="utf-8") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        self.cities = {r[0].lower() for r in rows if r[3].isdigit() and int(r[3]) >= 300_000}

    def gpe(self, words):
        low = re.sub(r"^the ", "", words.lower())
        if low in self.countries or low in self.cities:
            return ["LOCATION"]
        return ["NORP"] if DEMONYM.search(low) else ["NORP", "LOCATION"]

    def entities(self, row):
        tokens, found = row["tokens"], raw_entities(row)
        taken = set()
        for a, b, _ in found:
            taken.update(range(a, b))
        starts = {s for s, _ in row["sentences"]}
        out = []
        for a, b, kind in found:
            if kind == "per":
                first = a
                while a < b and tokens[a].lower() in TITLES:
                    a += 1
                if a == b:  # a title; the name may follow untagged
                    if not all(t.lower() in TITLE_ONLY for t in tokens[first:b]):
                        continue
                    while (a < len(tokens) and a not in taken and a not in starts and tokens[a].lower() in TITLES):
                        a += 1
                    b = a
                    while (b < len(tokens) and b not in taken and b not in starts and b - a < 4
                           and re.fullmatch(r"[A-Z][\w'’.-]+|[A-Z]\.", tokens[b]) and tokens[b].lower() not in TITLES):
                        b += 1
                    if a == b:
                        continue
                    taken.update(range(a, b))
                if tokens[a] == "Ki-moon" and a and tokens[a - 1] == "Ban" and a - 1 not in taken:
                    a -= 1
                while b > a and tokens[b - 1] in ("'s", "’s", ",", "."):
                    b -= 1
                if a == b or not any(t[0].isupper() for t in tokens[a:b]):
                    continue
                allowed = ["PERSON"]
            elif kind == "org":
                allowed = ["ORGANIZATION"]
            elif kind == "geo":
                allowed = PLACE
            elif kind == "gpe":
                allowed = self.gpe(" ".join(tokens[a:b]))
            elif kind in ("art", "eve", "nat"):
                allowed = ["PRODUCT", "MISC"]
            elif kind == "tim":
                span = char_span(row, a, b)
                m = span and DATE.search(row["text"], span[0], span[1])
                if m and (re.search(r"[A-Z]|\d{4}", m.group()) and m.group() != "May"):
                    t = trim(row["text"], *m.span())
                    out.append([t[0], t[1], ["DATE"]])
                continue
            else:
                continue
            span = char_span(row, a, b)
            if span and any(c.isalnum() for c in row["text"][span[0]:span[1]]):
                out.append([span[0], span[1], list(allowed)])
        return flat(out)


def flat(entities):
    """Without overlaps: the first, and of two that begin together the longer, stays."""
    out = []
    for s, e, allowed in sorted(entities, key=lambda n: (n[0], -n[1])):
        if not out or s >= out[-1][1]:
            out.append([s, e, allowed])
    return out


def worldwide_entities(row):
    out = []
    for s, e, allowed in mapped(row, WORLDWIDE):
        words = row["text"][s:e]
        m = re.match(r"['’]s\s+|['’\"“”]+(?=\w)", words)
        if m:
            s += m.end()
        m = re.search(r"(?:['’]s|['’\"“”,;:]+)$", row["text"][s:e])
        if m and e - len(m.group()) > s:
            e -= len(m.group())
        words = row["text"][s:e]
        if words.lower() in ("and", "of", "the", "s", "for", "in"):
            continue
        out.append([s, e, allowed])
    return flat(out)


def gum_mapper(countries):
    def types(kind, words):
        low = words.lower()
        if not any(c.isupper() or c.isdigit() for c in words):
            return None  # "it" and the like
        if kind == "person":
            if low in TITLES:
                return None
            if re.search(r"(?:ans|ese|ish|ists|Jews|ics|crats|Muslims|Arabs|Turks|Greeks|Hindus|licans|ites)$", words) and " " not in words:
                return ["NORP"]
            if re.search(r" (?:\w+ans|\w+crats|Muslims|Arabs|Turks|Greeks|Jews|Hindus|Christians|Indians)$", words):
                return ["NORP"]
            return ["PERSON"]
        if kind == "organization":
            return ["ORGANIZATION", "LOCATION"] if low in countries else ["ORGANIZATION"]
        if kind == "place":
            return PLACE
        if kind == "event":
            return ["MISC"]
        if kind == "object":
            return ["PRODUCT", "FACILITY", "MISC"]
        if kind == "abstract":
            return ["NORP", "PRODUCT", "MISC", "ORGANIZATION"]
        if kind == "animal":
            return ["MISC"]
        return None
    return types


def document(id, corpus, text, roles, attributions, entities, hidden):
    return {"id": id, "corpus": corpus, "text": text, "roles": roles, "attributions": attributions,
            "entities": entities, "hidden": hidden}


def read_all(shared: Path) -> Iterator[dict]:
    c = Path(shared) / "corpora"
    ner = c / "ner"

    for row in rows(c / "polnear/train.jsonl.gz"):
        text = row["text"]
        found = []
        for a in row["attributions"]:
            made = attribution(text, a, None)
            made["speech"] = polnear_speech(text, made, a["quoted"])
            if made["content"]:
                found.append(made)
        yield document("polnear/" + row["id"], "polnear", text, "all", found, None, [])

    worldwide = {row["id"]: row for row in rows(ner / "worldwide.train.jsonl.gz")}
    for row in rows(c / "world/train.jsonl.gz"):
        text = row["text"]
        found = [attribution(text, a, True if a["speech"] else None) for a in row["attributions"]]
        found = [a for a in found if a["content"]]
        mark_nested(found)
        named = worldwide.get(row["id"])
        if named is not None and named["text"] == text:
            del worldwide[row["id"]]
            entities = worldwide_entities(named)
        else:
            entities = None
        yield document("world/" + row["id"], "world", text, "speech", found, entities, [])
    for row in worldwide.values():
        yield document("worldwide/" + row["id"], "worldwide", row["text"], None, [], worldwide_entities(row), [])

    gmb = Gmb(c / "names")
    gum_types = gum_mapper(gmb.countries)
    gum_hidden = ["NORP", "DATE", "MONEY", "MISC"]
    gum = {row["id"]: row for row in rows(ner / "gum_open.jsonl.gz")
           if row["genre"] != "news" and "_news_" not in row["id"]}
    for row in rows(c / "gum_quotes/open-without-news.jsonl.gz"):
        if row["genre"] == "news" or "_news_" in row["id"]:
            continue
        text = row["text"]
        found = [attribution(text, a, bool(a["speech"]), a["nested"] > 0) for a in row["attributions"]]
        found = [a for a in found if a["content"]]
        named = gum.get(row["id"])
        if named is not None and named["text"] == text:
            del gum[row["id"]]
            yield document("gum/" + row["id"], "gum", text, "all", found, flat(mapped(named, gum_types)), gum_hidden)
        else:
            yield document("gum/" + row["id"], "gum", text, "all", found, None, [])
    for row in gum.values():
        yield document("gum-names/" + row["id"], "gum", row["text"], None, [], flat(mapped(row, gum_types)), gum_hidden)

    for row in rows(ner / "uner_ewt.train.jsonl.gz"):
        yield document("uner/" + row["id"], "uner", row["text"], None, [], flat(mapped(row, UNER)),
                       ["NORP", "PRODUCT", "DATE", "MONEY", "MISC"])
    for row in rows(ner / "wikigold.jsonl.gz"):
        yield document(row["id"], "wikigold", row["text"], None, [], flat(mapped(row, WIKIGOLD)), ["DATE", "MONEY"])
    cross = lambda kind, words: CROSSNER.get(kind, ["PRODUCT", "MISC"])
    for row in rows(ner / "crossner_politics.train.jsonl.gz"):
        yield document(row["id"].replace("crossner_politics", "crossner"), "crossner", row["text"], None, [],
                       flat(mapped(row, cross)), ["NORP", "DATE", "MONEY"])
    for row in rows(ner / "gmb.jsonl.gz"):
        yield document(row["id"], "gmb", row["text"], None, [], gmb.entities(row), ["DATE", "MONEY"])


def check(d):
    n = len(d["text"])
    for a in d["attributions"]:
        for role in ("content", "cue", "source"):
            assert all(0 <= s < e <= n for s, e in a[role]), d["id"]
    last = 0
    for s, e, allowed in d["entities"] or []:
        assert last <= s < e <= n and allowed and set(allowed) <= set(TYPES), (d["id"], s, e)
        last = e


def check_lexicon(shared, show=False):
    c = Path(shared) / "corpora/polnear"
    quoted = {(r["id"], a["id"]): a["quoted"] for r in rows(c / "dev.jsonl") for a in r["attributions"]}
    n = collections.Counter()
    wrong, undecided = collections.Counter(), collections.Counter()
    for r in rows(c / "dev-speakers.jsonl"):
        for a in r["attributions"]:
            q = quoted[r["id"], a["id"]]
            got = polnear_speech(r["text"], a, q)
            cue = " ".join(r["text"][s:e] for s, e in a["cue"])
            part = "quoted" if q >= 0.5 else "cue"
            n[part, "all"] += 1
            if got is None:
                undecided[cue, a["speech"]] += 1
            else:
                n[part, "decided"] += 1
                n[part, "right"] += got == a["speech"]
                if got != a["speech"]:
                    wrong[cue, a["speech"]] += 1
    for parts in (("quoted", "cue"), ("cue",)):
        a, d, r = (sum(n[p, k] for p in parts) for k in ("all", "decided", "right"))
        print(f"{'all' if len(parts) == 2 else 'by cue only'}: {a} attributions, coverage {d / a:.3f}, accuracy {r / d:.3f}")
    if show:
        print("wrong:", " | ".join(f"{c} [{t}] {k}" for (c, t), k in wrong.most_common()))
        print("undecided:", " | ".join(f"{c} [{t}] {k}" for (c, t), k in undecided.most_common()))


def statistics(documents):
    by = collections.defaultdict(collections.Counter)
    for d in documents:
        c = by[d["corpus"]]
        c["documents"] += 1
        c["words"] += len(d["text"].split())
        for a in d["attributions"]:
            c[f"speech {a['speech']}"] += 1
            c["nested"] += a["nested"]
            c["without cue"] += not a["cue"]
            c["without source"] += not a["source"]
        for _, _, allowed in d["entities"] or []:
            c["/".join(allowed)] += 1
    for corpus, c in by.items():
        print(corpus + ":", ", ".join(f"{k} {v}" for k, v in c.items()), file=sys.stderr)


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    shared = Path(argv[0])
    if "--check-lexicon" in argv:
        return check_lexicon(shared, "--show" in argv)
    made = []
    with open(argv[1], "w", encoding="utf-8") as f:
        for d in read_all(shared):
            check(d)
            made.append(d)
            f.write(json.dumps(d, ensure_ascii=False) + "\n")
    statistics(made)


if __name__ == "__main__":
    main()
