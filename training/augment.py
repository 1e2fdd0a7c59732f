#!/usr/bin/env python3
"""Random changes of typography, layout and names that leave what is annotated true:

    python3 training/augment.py --seed 1 --in docs.jsonl --out aug1.jsonl --names SHARED_FOLDER/corpora

augment(document, rng, names) gives a changed copy; its "edits" lists what was done (empty: nothing).
Each kind of change is a function that returns [(start, end, replacement), ...] on the text; apply() makes the new text
and moves every span, and asserts that each still covers what it covered, changed alike.
"""
import argparse, bisect, collections, copy, gzip, json, random, re, sys
from pathlib import Path

# ---------------------------------------------------------------------------------------------------------------------
# Editing with spans


def splice(text, edits, s=0, e=None):
    """text[s:e] with the edits that lie inside."""
    e = len(text) if e is None else e
    out, at = [], s
    for a, b, new in edits:
        if a >= s and b <= e:
            out += [text[at:a], new]
            at = b
    return "".join(out) + text[at:e]


def all_spans(d):
    for a in d["attributions"]:
        for role in ("content", "cue", "source"):
            yield from a[role]
    yield from d["entities"] or []


def apply(d, edits):
    """The document with the edits made; spans that end up empty are dropped. None if the edits overlap."""
    edits = sorted(x for x in edits if d["text"][x[0]:x[1]] != x[2])
    if not edits:
        return d
    for x, y in zip(edits, edits[1:]):
        if y[0] < x[1] or (y[0] == x[0] and y[1] == x[1]):
            return None
    text = d["text"]
    new = splice(text, edits)
    starts = [x[0] for x in edits]
    shift, total = [0], 0
    for a, b, r in edits:
        total += len(r) - (b - a)
        shift.append(total)

    def move(p, end):
        """Position p, a span's start or end. Inside an edit: its start for a start, its end for an end."""
        i = bisect.bisect_left(starts, p)  # edits before i start before p
        if i and edits[i - 1][1] > p:
            a, b, r = edits[i - 1]
            return a + shift[i - 1] + (len(r) if end else 0)
        if not end:  # a pure insertion at p comes before a span that starts at p
            while i < len(edits) and edits[i][0] == edits[i][1] == p:
                i += 1
        return p + shift[i]

    def moved(span):
        s, e = span[0], span[1]
        ns, ne = move(s, False), move(e, True)
        straddled = any(edits[i][0] < p < edits[i][1] for p in (s, e)
                        for i in [bisect.bisect_left(starts, p) - 1] if i >= 0)
        if not straddled:
            inner = edits[bisect.bisect_left(starts, s):bisect.bisect_left(starts, e)]
            inner = [x for x in inner if not (x[0] == x[1] == s)]
            assert new[ns:ne] == splice(text, inner, s, e), (d["id"], text[s:e], new[ns:ne])
        while ns < ne and new[ns].isspace():
            ns += 1
        while ne > ns and new[ne - 1].isspace():
            ne -= 1
        return [ns, ne] + list(span[2:]) if ns < ne else None

    def move_all(given):
        return [m for m in map(moved, given) if m]

    out = dict(d, text=new)
    out["attributions"] = []
    for a in d["attributions"]:
        b = dict(a)
        for role in ("content", "cue", "source"):
            b[role] = move_all(a[role])
        if b["content"]:
            out["attributions"].append(b)
    out["entities"] = None if d["entities"] is None else []
    for x in move_all(d["entities"] or []):
        last = out["entities"][-1][1] if out["entities"] else 0
        x[0] = max(x[0], last)  # an edit over the border of two
        if x[0] < x[1]:
            out["entities"].append(x)
    return out


def paragraphs(text):
    """[(start, end)] of the lines that hold something."""
    return [m.span() for m in re.finditer(r"[^\n]+", text) if m.group().strip()]


# ---------------------------------------------------------------------------------------------------------------------
# Quotation marks

OPEN = {"“": "d", "«": "d", "``": "d", "„": "d", "‘": "s", "`": "s"}
MARK = re.compile(r"``|''|[“”„«»\"‘’'`]")
ELISION = re.compile(r"(?:em|til|tis|twas|cause|cos|bout|n|round|neath|\d\ds?)\b", re.I)


class Mark:
    __slots__ = ("start", "end", "open", "double", "mate")

    def __init__(self, start, end, open, double):
        self.start, self.end, self.open, self.double, self.mate = start, end, open, double, None


def marks(text, s, e):
    """The quotation marks of a paragraph, paired; the last may be unclosed (mate None). None: it is not clear."""
    doubles, openers, closers = [], [], []
    for m in MARK.finditer(text, s, e):
        a, b, c = m.start(), m.end(), m.group()
        before = text[a - 1] if a > s else " "
        after = text[b] if b < e else " "
        opens = (before.isspace() or before in "([{—–-/“‘\"'`:…>") and not after.isspace()
        closes = not before.isspace() and (after.isspace() or not after.isalnum())
        if c in ("“", "«", "``", "„"):
            doubles.append(Mark(a, b, True, True))
        elif c in ("”", "»"):
            doubles.append(Mark(a, b, False, True))
        elif c in ('"', "''"):
            inside = sum(1 if x.open else -1 for x in doubles) > 0
            if opens and not closes:
                doubles.append(Mark(a, b, True, True))
            elif closes and not opens:
                doubles.append(Mark(a, b, False, True))
            elif opens or closes:
                doubles.append(Mark(a, b, not inside, True))
            else:
                return None
        elif c in ("‘", "`") or (c == "'" and opens and after.isalnum()):
            if opens and not (c in "'‘" and ELISION.match(text, b)):
                openers.append(Mark(a, b, True, False))
        elif c in ("’", "'") and closes:
            closers.append(Mark(a, b, False, False))
    expect = True
    for i, m in enumerate(doubles):
        if m.open != expect:
            return None
        if not m.open:
            doubles[i - 1].mate, m.mate = m, doubles[i - 1]
        expect = not expect
    singles = []
    for i, o in enumerate(openers):
        limit = openers[i + 1].start if i + 1 < len(openers) else e
        # Inside a double quotation a single one ends there too.
        for d in doubles:
            if d.open and d.mate and d.start < o.start < d.mate.start:
                limit = min(limit, d.mate.start + 1)
            if d.open and d.start > o.start and not d.mate:
                limit = min(limit, d.start)
        can = [c for c in closers if o.end < c.start < limit]
        if not can:
            return None if text[o.start] != "'" else doubles
        sure = [c for c in can if text[c.start - 1] in ".,!?…" or text[c.start - 1] not in "sSzx"]
        # "the players' union" inside: the first that no plural explains, else the first.
        c = sure[0] if sure else can[0]
        o.mate, c.mate = c, o
        singles += [o, c]
    return sorted(doubles + singles, key=lambda m: m.start)


STYLES = {  # outer pair, inner pair
    "curly": ("“”", "‘’"), "straight": ('""', "''"), "single": ("‘’", "“”"), "single straight": ("''", '""'),
    "tex": (("``", "''"), "`'"), "two apostrophes": (("''", "''"), "''"), "guillemets": ("«»", "“”"),
    "curly, straight inside": ("“”", "''")}
STYLE_WEIGHTS = {"curly": 5, "straight": 6, "single": 3, "single straight": 3, "tex": 1, "two apostrophes": 1,
                 "guillemets": 1, "curly, straight inside": .5}


def quote_style(text, style):
    """Edits that give the whole document another style of marks."""
    found = [(p, marks(text, *p)) for p in paragraphs(text)]
    both = [m for _, ms in found for m in ms or []]
    doubles = sum(m.double for m in both)
    main = doubles * 2 >= len(both)
    outer, inner = STYLES[style]
    edits = []
    for _, ms in found:
        for m in ms or []:
            pair = outer if m.double == main else inner
            edits.append((m.start, m.end, pair[0 if m.open else 1]))
    return edits


def current_style(text):
    return max(("curly", "straight"), key=lambda s: text.count("“") if s == "curly" else text.count('"'))


def apostrophes(text, new):
    return [(m.start(), m.end(), new) for m in re.finditer(r"(?<=\w)['’](?=\w)", text)]


def drop_closing(text, rng):
    """Leaves one or two quotations that end their paragraph unclosed."""
    can = []
    for p in paragraphs(text):
        ms = marks(text, *p)
        if ms and not ms[-1].open and ms[-1].mate and len(ms) and text[ms[-1].end:p[1]].strip() in ("", ".", ",") \
                and ms[-1].start - ms[-1].mate.end > 25 and text[p[1] - 1] != ":":
            can.append((ms[-1].start, ms[-1].end, ""))
    return rng.sample(can, min(len(can), rng.choice((1, 1, 2))))


ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|St|Jr|Sr|vs|No|Inc|Corp|Co|Ltd|U\.S|U\.N|"
                         r"a\.m|p\.m|Jan|Feb|Aug|Sept|Oct|Nov|Dec)|\b[A-Z])\.$")


def split_quotation(text, rng):
    """Splits one or two long quotations at a sentence's end into two paragraphs, as newspapers do."""
    gap = "\n\n" if "\n\n" in text else "\n"
    can = []
    for p in paragraphs(text):
        for m in marks(text, *p) or []:
            if not m.open or not m.mate or m.mate.start - m.end < 100:
                continue
            inside = [c for c in re.finditer(r"(?<=[.!?]) +(?=[A-Z“\"‘])", text[m.end:m.mate.start])]
            inside = [(m.end + c.start(), m.end + c.end()) for c in inside]
            inside = [(a, b) for a, b in inside if a - m.end > 35 and m.mate.start - b > 35
                      and not ABBREVIATED.search(text[max(0, a - 12):a])]
            if inside:
                a, b = rng.choice(inside)
                can.append((a, b, gap + text[m.start:m.end]))
    return rng.sample(can, min(len(can), rng.choice((1, 1, 2))))


# ---------------------------------------------------------------------------------------------------------------------
# Headline, layout, small signs

SMALL_WORDS = set("a an the of in on at by for to and or but nor as from with into over vs via".split())


def headline(d):
    """The first line's end if it is a headline."""
    p = paragraphs(d["text"])
    if len(p) < 4:
        return None
    s, e = p[0]
    line = d["text"][s:e]
    if s or len(line) > 200:
        return None
    if d["corpus"] == "polnear":
        return e
    if d["corpus"] in ("world", "worldwide") and len(line) < 120 and not re.search(r"[.!?:;,\"”’)]\s*$", line):
        return e
    return None


def headline_edits(d, rng):
    text, e = d["text"], headline(d)
    if e is None:
        return None, []
    dot = [(e - 1, e, "")] if text[:e].endswith(".") and not text[:e].endswith("..") and not ABBREVIATED.search(text[max(0, e - 12):e]) else []
    how = rng.choices(("dot", "upper", "drop", "title"), (6, 1.5, 2, 1.5))[0]
    if how == "dot":
        return "headline without full stop", dot
    if how == "drop":
        m = re.compile(r"\s+").match(text, e)
        for a in d["attributions"]:
            every = [x for role in ("content", "cue", "source") for x in a[role]]
            if any(s < e for s, _ in every) and not all(t <= e for _, t in every):
                return None, []
        return "no headline", [(0, m.end(), "")] if m else []
    if how == "upper":
        changed = [(i, i + 1, c.upper()) for i, c in enumerate(text[:e]) if c.upper() != c and c != "’"]
    else:
        changed = []
        for m in re.finditer(r"(?<![\w'’])[a-z]\w*", text[:e]):
            if m.group() not in SMALL_WORDS:
                changed.append((m.start(), m.start() + 1, text[m.start()].upper()))
    return "headline in " + ("capitals" if how == "upper" else "title case"), \
        changed + (dot if rng.random() < .8 else [])


def separators(text, rng):
    new = "\n" if "\n\n" in text else "\n\n"
    return [(m.start(), m.end(), new) for m in re.finditer(r"(?<=[^\n])\n+(?=[^\n])", text)]


def spaces(text, rng):
    if "\u00a0" in text and rng.random() < .5:
        return "spaces for non-breaking spaces", [(m.start(), m.end(), " ") for m in re.finditer("\u00a0", text)]
    if rng.random() < .5:
        return "double spaces", [(m.start(), m.end(), "  ") for m in re.finditer(r"(?<=[.!?”\"]) (?=[A-Z“\"])", text)]
    share = rng.choice((.005, .02, .05))
    return "non-breaking spaces", [(m.start(), m.end(), "\u00a0") for m in re.finditer(r"(?<=\S) (?=\S)", text)
                                   if rng.random() < share]


def dashes(text, rng):
    new = rng.choice(("—", "--", "–", " — ", " – ", " -- ", " - "))
    edits = [(m.start(), m.end(), new) for m in re.finditer(r"(?<=[^\s-])[ \u00a0]?(?:—|--)[ \u00a0]?(?=[^\s-])|(?<=\S) [–-] (?=\S)", text)]
    return edits


def ellipses(text, rng):
    if "…" in text:
        return [(m.start(), m.end(), "...") for m in re.finditer("…", text)]
    return [(m.start(), m.end(), "…") for m in re.finditer(r"(?<!\.)(?:\.\.\.|\. \. \.)(?!\.)", text)]


# ---------------------------------------------------------------------------------------------------------------------
# Names

PARTICLES = set("de da do dos das del della di du la le van von der den ter bin ibn al el ben abu y".split())
WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w]*(?:[-'’][A-Za-zÀ-ž][\w]*)*"
NOT_A_NAME = set("""new york white house fox news times post journal street press party department state states united
 national federal supreme court senate congress president donald's super pac daily tribune university college institute
 bureau reserve bank committee council association foundation campaign american america republican democratic
 conservative liberal north south east west washington texas florida ohio virginia general secretary attorney minister
 prime governor senator mr mrs ms dr sir lord lady the a this that these those some many most all even they he she it
 we you and or but in on at of for to from by with as if when while after before since monday tuesday wednesday thursday
 friday saturday sunday january february march april may june july august september october november december god jesus
 christ islam muslim christian church city county island islands river lake street road avenue square saint st san santa
 king queen prince princess pope father brother sister judge justice chief captain general major colonel sergeant
 professor doctor rep sen gov gen lt col jr sr ii iii iv police army navy air force team group inc corp company
 facebook twitter google reuters cnn nbc abc cbs bbc npr msnbc bloomberg politico breitbart huffington""".split())


class Names:
    """Given names by sex and surnames from all over the world."""

    def __init__(self, male, female, unknown, surnames, given, common, places):
        self.male, self.female, self.unknown, self.surnames = male, female, unknown, surnames
        self.given, self.common, self.places = given, common, places
        self.sex = {n.lower(): "m" for n in male}
        for n in female:
            self.sex[n.lower()] = "f"
        self.by_s = [n for n in surnames if n[-1] == "s"]

    @staticmethod
    def load(corpora, documents=None):
        """corpora: shared/corpora. documents: the originals, for common words; the pool is worldwide's train part."""
        corpora, n = Path(corpora), Path(corpora) / "names"

        def census(file):
            opener = gzip.open if file.endswith(".gz") else open
            with opener(n / file, "rt", encoding="utf-8") as f:
                return [(l.split()[0], float(l.split()[1])) for l in f if l.strip()]

        male = {w.strip() for w in open(n / "nltk_names_male.txt", encoding="utf-8") if w.strip()}
        female = {w.strip() for w in open(n / "nltk_names_female.txt", encoding="utf-8") if w.strip()}
        share = {}
        for sex, file in (("m", "us_census1990_male_first.txt"), ("f", "us_census1990_female_first.txt")):
            for w, s in census(file):
                share.setdefault(w.capitalize(), {})[sex] = s
        for w, s in share.items():
            m, f = s.get("m", 0), s.get("f", 0)
            if m > 4 * f and m >= .003:
                male.add(w); female.discard(w)
            elif f > 4 * m and f >= .003:
                female.add(w); male.discard(w)
        male = {w for w in male if re.fullmatch(WORD, w)}
        female = {w for w in female if re.fullmatch(WORD, w)}
        both = male & female
        male -= both
        female -= both

        common, capital = collections.Counter(), collections.Counter()
        people, sexes = [], collections.defaultdict(collections.Counter)
        places = {c["name"].lower() for c in json.load(open(n / "geonames_countries.json", encoding="utf-8")).values()}
        places |= {c["capital"].lower() for c in json.load(open(n / "geonames_countries.json", encoding="utf-8")).values()}
        with gzip.open(corpora / "ner/worldwide.train.jsonl.gz", "rt", encoding="utf-8") as f:
            for row in map(json.loads, f):
                text = row["text"]
                common.update(re.findall(r"(?<![\w'’-])[a-z]{2,}(?![\w'’])", text))
                capital.update(w.lower() for w in re.findall(r"\b[A-Z][a-z]+\b", text))
                for a in row["entities"]:
                    if a["type"] != "Person":
                        continue
                    s, e = row["token_offsets"][a["start"]][0], row["token_offsets"][a["end"] - 1][1]
                    words = text[s:e].split()
                    if 2 <= len(words) <= 3 and all(re.fullmatch(WORD, w) for w in words):
                        people.append(words)
                        after = re.search(r"\b(he|his|him|she|her)\b", text[e:e + 160])
                        if after:
                            sexes[words[0]]["f" if after.group() in ("she", "her") else "m"] += 1
        with gzip.open(corpora / "polnear/train.jsonl.gz", "rt", encoding="utf-8") as f:
            for row in map(json.loads, f):
                common.update(re.findall(r"(?<![\w'’-])[a-z]{2,}(?![\w'’])", row["text"]))
                capital.update(w.lower() for w in re.findall(r"\b[A-Z][a-z]+\b", row["text"]))
        common = {w for w, k in common.items() if k >= 3 and k >= .05 * capital[w]}

        def good(w):
            return (len(w) >= 3 and not w.isupper() and w.lower() not in common and w.lower() not in NOT_A_NAME
                    and w.lower() not in places and not re.search(r"['’]s$", w))

        given_pool, sur_pool = collections.Counter(), collections.Counter()
        for words in people:
            if good(words[0]) and good(words[-1]):
                given_pool[words[0]] += 1
                sur_pool[words[-1]] += 1
        m, f, u = [], [], []
        for w in given_pool:
            k = sexes[w]
            if w in male or (w not in female and k["m"] >= 2 and k["m"] >= 4 * k["f"]):
                m.append(w)
            elif w in female or (k["f"] >= 2 and k["f"] >= 4 * k["m"]):
                f.append(w)
            else:
                u.append(w)
        known = {w.lower() for w in male | female | both} | {w.lower() for w in given_pool}
        # The world's names count most; the lists fill up.
        few = random.Random(0)
        all_male = sorted(m) * 3 + sorted(few.sample(sorted(w for w in male if good(w)), 700))
        all_female = sorted(f) * 4 + sorted(few.sample(sorted(w for w in female if good(w)), 700))
        american = [w.capitalize() for w, _ in census("us_census1990_last_top20000.txt.gz")[:3000]]
        american = [w for w in american if good(w)]
        surnames = sorted(sur_pool) + few.sample(american, min(600, len(american)))
        made = Names(all_male, all_female, sorted(u), surnames, known, common, places)
        for w in male:
            made.sex.setdefault(w.lower(), "m")
        for w in female:
            made.sex.setdefault(w.lower(), "f")
        return made

    def sample_given(self, old, rng):
        sex = self.sex.get(old.lower())
        pool = self.male if sex == "m" else self.female if sex == "f" else self.unknown
        return rng.choice(pool)

    def sample_surname(self, old, rng, possessive):
        return rng.choice(self.by_s if possessive and old[-1:] == "s" else self.surnames)


def people(d, names):
    """[[words of a name]] of the persons the document is known to name, and words that are not to be touched."""
    text = d["text"]
    found, keep = [], set()
    if d["entities"] is not None:
        for s, e, allowed in d["entities"]:
            words = text[s:e].replace("\u00a0", " ").split()
            if allowed == ["PERSON"]:
                found.append(words)
            elif "LOCATION" in allowed or "NORP" in allowed or "DATE" in allowed:
                keep.update(w.lower() for w in words)
    else:
        # Full names in the sources, and those in the text whose surname is in a source or recurs.
        sources = [text[s:e] for a in d["attributions"] for s, e in a["source"]]
        in_sources = {w.lower() for t in sources for w in re.findall(WORD, t.replace("’s", " ").replace("'s", " "))}
        for t, everywhere in [(t, False) for t in sources] + [(text, True)]:
            for m in re.finditer(rf"(?<![\w’'.-]){WORD}(?: (?:[A-Z]\.|{WORD})){{1,2}}", t):
                words = m.group().split()
                while words and words[0].lower() in NOT_A_NAME:
                    words = words[1:]
                words = [re.sub(r"['’]s$", "", w) for w in words]
                if (len(words) >= 2 and words[0].lower() in names.given
                        and not any(w.lower() in NOT_A_NAME or w.isupper() and len(w) > 2 for w in words)
                        and words[-1].lower() not in names.places
                        and (not everywhere or words[-1].lower() in in_sources
                             or words[0].lower() in names.sex
                             and len(re.findall(rf"\b{re.escape(words[-1])}\b", text)) >= 2)):
                    found.append(words)
    return found, keep


def swap_names(d, rng, names):
    text = d["text"]
    found, keep = people(d, names)
    words_of_text = set(re.findall(r"\w+", text.lower()))
    given, surname, alone = [], [], []

    def usable(w):
        return (re.fullmatch(WORD, w) and len(w) >= 3 and w.lower() not in names.common and w.lower() not in NOT_A_NAME
                and w.lower() not in PARTICLES and w.lower() not in keep and w.lower() not in names.places
                and not (w.isupper() and len(w) <= 3))

    for words in found:
        words = [w.strip(".,'’\"“”()") for w in words]
        words = [re.sub(r"['’]s$", "", w) for w in words if w]
        while words and words[0].lower() in NOT_A_NAME:
            words = words[1:]
        while len(words) > 1 and words[-1].lower() in ("jr", "sr", "ii", "iii", "iv"):
            words = words[:-1]
        if len(words) == 1:
            alone.append(words[0])
        elif len(words) == 2 and re.fullmatch(r"[A-Z][a-z]{1,4} [A-Z][a-z]+-[a-z]+", " ".join(words)):  # Kim Jong-un
            surname.append(words[0])
            given.append(words[1])
        elif 2 <= len(words) <= 5:
            given.append(words[0])
            surname.append(words[-1])
            for w in words[1:-1]:
                (given if w.lower() in names.sex else surname).append(w)
    table = {}
    used = set(words_of_text)

    def fresh(sample):
        new = sample()
        for _ in range(20):
            if new.lower() not in used:
                break
            new = sample()
        used.add(new.lower())
        return new

    # A surname is changed with .9.
    skip = set()
    for last in sorted({words[-1].lower() for words in found if words}):
        if rng.random() > .9:
            skip.add(last)
    for w in surname + given + alone:
        key = w.lower()
        if key in table or key in skip or not usable(w):
            continue
        if w in given and w not in surname or (w in alone and w not in surname and key in names.sex):
            table[key] = fresh(lambda: names.sample_given(w, rng))
        else:
            possessive = re.search(rf"{re.escape(w)}['’](?!\w)", text) is not None
            table[key] = fresh(lambda: names.sample_surname(w, rng, possessive))
    if not table:
        return []
    by_length = sorted(table, key=len, reverse=True)
    edits = []
    pattern = re.compile(r"(?<![\w@#/.])(?:" + "|".join(re.escape(k) for k in by_length) + r")(?![\w@])(?!\.\w)", re.I)
    for m in pattern.finditer(text):
        old = m.group()
        if old[0].islower() and old[0].isalpha() and old == old.lower():
            continue
        new = table[old.lower()]
        edits.append((m.start(), m.end(), new.upper() if old.isupper() and len(old) > 3 else new))
    return edits


# ---------------------------------------------------------------------------------------------------------------------


def augment(d, rng, names):
    """A changed copy of the document."""
    d = copy.deepcopy(d)
    done = []

    def make(name, edits):
        nonlocal d
        if edits:
            new = apply(d, edits)
            if new is not None and new is not d:
                d = new
                done.append(name)

    chance = lambda p: rng.random() < p
    if names is not None and chance(.45):
        make("names", swap_names(d, rng, names))
    if chance(.12):
        make("unclosed", drop_closing(d["text"], rng))
    if chance(.14):
        make("split quotation", split_quotation(d["text"], rng))
    if chance(.4):
        style = rng.choices(list(STYLE_WEIGHTS), list(STYLE_WEIGHTS.values()))[0]
        make("marks: " + style, quote_style(d["text"], style))
        if chance(.85):
            make("apostrophes", apostrophes(d["text"], "’" if style in ("curly", "single", "guillemets") else "'"))
    elif chance(.12):
        make("apostrophes", apostrophes(d["text"], "'" if "’" in d["text"] else "’"))
    if chance(.6):
        name, edits = headline_edits(d, rng)
        make(name, edits)
    if chance(.2):
        make("paragraph separators", separators(d["text"], rng))
    if chance(.08):
        make(*spaces(d["text"], rng))
    if chance(.15):
        make("dashes", dashes(d["text"], rng))
    if chance(.12):
        make("ellipses", ellipses(d["text"], rng))
    return dict(d, edits=done)


def main(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--in", dest="source", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--names", default="../../shared/corpora", help="the folder corpora/")
    p.add_argument("--changed-only", action="store_true", help="leave out documents that no edit befell")
    a = p.parse_args(argv)
    names = Names.load(a.names)
    print(f"names: {len(set(names.male))} male, {len(set(names.female))} female, {len(names.unknown)} unknown, "
          f"{len(set(names.surnames))} surnames", file=sys.stderr)
    count, changed = collections.Counter(), collections.Counter()
    with open(a.source, encoding="utf-8") as f, open(a.out, "w", encoding="utf-8") as out:
        for line in f:
            d = json.loads(line)
            new = augment(d, random.Random(f"{a.seed}/{d['id']}"), names)
            count[d["corpus"]] += 1
            changed[d["corpus"]] += bool(new["edits"])
            count.update(new["edits"])
            if new["edits"] or not a.changed_only:
                out.write(json.dumps(new, ensure_ascii=False) + "\n")
    for c in changed:
        print(f"{c}: {changed[c]} of {count.pop(c)} changed", file=sys.stderr)
    print(", ".join(f"{k} {v}" for k, v in count.most_common()), file=sys.stderr)


if __name__ == "__main__":
    main()
