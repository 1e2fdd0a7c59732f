#!/usr/bin/env python3
"""python3 training/test_augment.py docs.jsonl SHARED_FOLDER/corpora: properties of augment() over 300 documents."""
import json, random, re, sys
from augment import *

SIGNS = re.compile(r"[“”„«»\"‘’'`…\s\u00a0.—–-]+")


def bare(text):
    """Without marks, space, dashes, full stops, case."""
    return SIGNS.sub("", text).upper()


def main(docs, corpora):
    documents = [json.loads(l) for l in open(docs, encoding="utf-8")]
    rng = random.Random(7)
    chosen = [d for d in documents if d["roles"]]
    chosen = rng.sample(chosen, 200) + rng.sample([d for d in documents if not d["roles"]], 100)
    # Without names, and with no headline dropped, every span keeps its letters.
    same = changed = lost = 0
    for seed in range(5):
        for d in chosen:
            new = augment(d, random.Random(f"{seed}/{d['id']}"), None)
            changed += bool(new["edits"])
            n = len(new["text"])
            spans = list(all_spans(new))
            assert all(0 <= x[0] < x[1] <= n for x in spans)
            assert all(not new["text"][x[0]].isspace() and not new["text"][x[1] - 1].isspace() for x in spans)
            if "no headline" in new["edits"]:
                continue
            old = list(all_spans(d))
            if len(old) != len(spans):  # a span of a mark alone went with it
                lost += 1
                assert "unclosed" in new["edits"] or "headline" in str(new["edits"]), (d["id"], new["edits"])
                continue
            for x, y in zip(old, spans):
                assert bare(d["text"][x[0]:x[1]]) == bare(new["text"][y[0]:y[1]]), (
                    d["id"], d["text"][x[0]:x[1]], new["text"][y[0]:y[1]], new["edits"])
                same += 1
    # Name swaps: the same words changed alike, spans with the same number of words.
    names = Names.load(corpora)
    swapped = 0
    for seed in range(2):
        for d in chosen:
            edits = swap_names(d, random.Random(f"{seed}/{d['id']}"), names)
            new = apply(d, edits) if edits else d
            assert new is not None
            table = {}
            for a, b, r in edits:
                assert table.setdefault(d["text"][a:b].lower(), r.lower()) == r.lower()
            swapped += bool(edits)
            assert len(list(all_spans(new))) == len(list(all_spans(d)))
            for x, y in zip(all_spans(d), all_spans(new)):
                a, b = d["text"][x[0]:x[1]], new["text"][y[0]:y[1]]
                assert len(a.split()) == len(b.split()), (a, b)
            assert augment(d, random.Random(f"{seed}/{d['id']}"), names) == augment(d, random.Random(f"{seed}/{d['id']}"), names)
    # Styles there and back.
    back = tried = 0
    for d in chosen:
        t = d["text"]
        if t.count("“") > 2 and '"' not in t and "«" not in t and "`" not in t:
            there = apply(d, quote_style(t, "straight"))
            again = apply(there, quote_style(there["text"], "curly"))
            tried += 1
            back += again["text"] == apply(d, quote_style(t, "curly"))["text"]
    print(f"spans kept {same}, documents with a lost mark {lost}, changed without names {changed / 5 / len(chosen):.2f}, "
          f"names swapped {swapped / 2 / len(chosen):.2f}, curly to straight and back {back}/{tried}")
    tests()


def doc(text, **spans):
    a = {"content": [], "cue": [], "source": [], "speech": True, "nested": False, "weight": 1.0}
    for k, v in spans.items():
        a[k] = [[text.index(v), text.index(v) + len(v)]]
    return {"id": "t", "corpus": "polnear", "text": text, "roles": "all", "attributions": [a], "entities": None, "hidden": []}


def tests():
    d = doc("“It’s the boys’ ‘big day’,” said Ann O’Hara. “I won’t go,” she said.", content="“It’s the boys’ ‘big day’,”", cue="said")
    n = apply(d, quote_style(d["text"], "straight"))
    assert n["text"] == "\"It’s the boys’ 'big day',\" said Ann O’Hara. \"I won’t go,\" she said.", n["text"]
    n = apply(d, quote_style(d["text"], "single"))
    assert n["text"] == "‘It’s the boys’ “big day”,’ said Ann O’Hara. ‘I won’t go,’ she said.", n["text"]
    n = apply(d, quote_style(d["text"], "tex"))
    s, e = n["attributions"][0]["content"][0]
    assert n["text"][s:e] == "``It’s the boys’ `big day',''", n["text"]
    d = doc("'We don't know,' he said. 'Maybe.'", content="'We don't know,'")
    n = apply(d, quote_style(d["text"], "curly"))
    assert n["text"] == "“We don't know,” he said. “Maybe.”", n["text"]
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
