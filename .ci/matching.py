"""The matching of found quotations with annotated ones that score.py keeps to itself: one to one, greedily by overlap."""


def matchings(gold, predicted):
    """For each article: its text, the annotated quotations and the found ones as pairs of row and tokens, those without
    tokens left out, and the index of the annotated one by that of the found one."""
    from score import TOKEN, content_tokens
    for name, article in gold.items():
        text = article["text"]
        tokens = [(m.start(), m.end(), m.group()) for m in TOKEN.finditer(text)]
        wanted, found = ([pair for pair in ((row, content_tokens(row["content"], tokens, text)) for row in rows) if pair[1]]
                         for rows in (article["attributions"], predicted.get(name, {}).get("attributions", [])))
        candidates = sorted((-len(a & b) / len(a | b), i, j) for i, (_, a) in enumerate(wanted)
                            for j, (_, b) in enumerate(found) if a & b)
        mates, taken = {}, set()
        for overlap, i, j in candidates:
            if i not in taken and j not in mates and -overlap >= 0.5:
                mates[j] = i
                taken.add(i)
        yield text, wanted, found, mates
