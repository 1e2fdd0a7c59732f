#!/usr/bin/env python3
"""Trains the scorer of candidates for pronouns and descriptions, Sources/LanguageAnalysis/Speakers/CandidateScorer+Weights.swift:

    python3 training/speakers.py --shared SHARED --program PROGRAM --model MODEL --work FOLDER --out WEIGHTS.swift

PROGRAM is quoted-training-features: it runs annotated attributions through the service's own resolver and writes, for each
pronoun and description, the candidates with their features. What the resolver decided before is a feature of what it decides
next, so the program runs again with what was learnt, for a few rounds (after Ross et al. 2011, "A reduction of imitation
learning and structured prediction to no-regret online learning").

Trained on world train, GUM without news (quotations, and pronouns and definite descriptions of its coreference) and the silver
speakers of PolNeAR train. Prints how often the first choice is right on the development sets, and with --cross on parts of world
train that were left out. The weights of several networks are one network: their mean.
"""
import argparse, collections, json, os, random, re, subprocess, sys
from pathlib import Path

import torch

from corpora import rows

PRONOUNS = {"he", "she", "it", "they", "we"}
MENTIONED = set("he she it they his her him them its their".split())
# Genres without narration about third persons who are named.
TALK = {"news", "conversation", "vlog", "podcast", "textbook", "whow", "reddit"}
TRAIN = {"world-train": 1.0, "gum-train": 0.7, "polnear-train": 0.35, "gum-coref": 1.0}
DEV = {"dev-speakers": "polnear/dev-speakers.jsonl", "world": "world/dev.jsonl", "gum": "gum_quotes/news.jsonl"}
# CoreNLP's guesses for descriptions, and coreference outside of speech, tell less.
SILVER_DESCRIPTIONS, COREF_PRONOUNS, COREF_DESCRIPTIONS = 0.3, 0.3, 0.7


def silver(corpora):
    """PolNeAR train with the speakers that CoreNLP's coreference guessed."""
    guesses = {r["id"]: r["speakers"] for r in rows(corpora / "polnear/speakers_auto.train.jsonl.gz")}
    for r in rows(corpora / "polnear/train.jsonl.gz"):
        for i, a in enumerate(r["attributions"], 1):
            guess = guesses.get(r["id"], {}).get(a.get("id", "E%d" % i))
            if guess and guess["name"]:
                a["speaker"] = {"name": guess["name"], "aliases": [], "kind": guess["kind"], "how": guess["how"]}
        if r["id"] in guesses:
            yield r


def coreference(corpora):
    """Pronouns and definite descriptions of GUM as sources that say nothing, named by their chain's names."""
    for d in rows(corpora / "coref/gum.jsonl.gz"):
        if d["genre"] in TALK:
            continue
        text, names, seen, out = d["text"], collections.defaultdict(list), set(), []
        for m in d["mentions"]:
            if m["form"] == "name" and m["type"] in ("person", "organization", "place"):
                names[m["chain"]].append(text[m["start"]:m["end"]])
        for m in sorted(d["mentions"], key=lambda m: (m["start"], -m["end"])):
            words, first = text[m["start"]:m["end"]], m["chain"] not in seen
            seen.add(m["chain"])
            if m["type"] not in ("person", "organization", "place") or len(words) > 60 or "\n" in words:
                continue
            pronoun = m["form"] == "pronoun" and words.lower() in MENTIONED
            definite = (m["form"] == "nominal" and m["type"] != "place" and len(words.split()) <= 5
                        and re.match(r"(the|this) [a-z]", words, re.I))
            if not (pronoun or definite):
                continue
            known = names.get(m["chain"])
            if known:
                full = max(known, key=lambda n: (len(n.split()), len(n)))
                kind = "person" if m["type"] == "person" else "organisation"
                speaker = {"name": full, "aliases": sorted(set(known)), "kind": kind}
            elif definite and first:
                speaker = {"name": words, "aliases": [], "kind": "group"}
            else:
                continue
            out.append({"content": [], "cue": [], "source": [[m["start"], m["end"]]], "speaker": speaker, "speaks": False})
        if out:
            yield {"id": d["id"], "text": text, "attributions": out}


def prepare(corpora):
    sets = {"world-train": list(rows(corpora / "world/train.jsonl.gz")),
            "gum-train": list(rows(corpora / "gum_quotes/open-without-news.jsonl.gz")),
            "polnear-train": list(silver(corpora)), "gum-coref": list(coreference(corpora))}
    sets.update({name: list(rows(corpora / path)) for name, path in DEV.items()})
    return {name: [{k: r[k] for k in ("id", "text", "attributions")} for r in rs] for name, rs in sets.items()}


def run(program, model, articles, weights):
    command = [program, "speakers", model, weights]
    text = "".join(json.dumps(r) + "\n" for r in articles).encode()
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()][1:]


def examples(score, name, articles, results):
    """[(article, form, features, which candidates are right, weight)]"""
    def right(candidate, gold):
        if candidate is None:
            return False
        known = [gold.get("name")] + list(gold.get("aliases") or [])
        return (any(score.same_name(candidate, n, gold.get("kind")) for n in known if n)
                or bool(gold.get("kind") == "person" and gold.get("name") and score.same_person(candidate, gold["name"])))

    out = []
    for article, result in zip(articles, results):
        for ranking in result["rankings"]:
            gold = article["attributions"][ranking["row"]].get("speaker")
            if not gold or not gold.get("name"):
                continue
            names, pronoun = ranking["names"], ranking["form"] in PRONOUNS
            labels = [right(n, gold) for n in names]
            if not any(labels):
                if None not in names:
                    continue
                labels[names.index(None)] = True
            if all(labels):
                continue
            weight = TRAIN.get(name, 1.0)
            if name == "gum-coref":
                weight *= COREF_PRONOUNS if pronoun else COREF_DESCRIPTIONS
            if name == "polnear-train":
                if gold.get("how") != "coref":
                    continue
                weight *= 1 if pronoun else SILVER_DESCRIPTIONS
            features = torch.tensor(ranking["features"], dtype=torch.float)
            out.append((article["id"], ranking["form"], features, torch.tensor(labels), weight))
    return out


def batches(data, size):
    data = sorted(data, key=lambda e: len(e[3]))
    width = data[0][2].shape[1]
    for start in range(0, len(data), size):
        part = data[start:start + size]
        longest = max(len(e[3]) for e in part)
        x = torch.zeros(len(part), longest, width)
        mask = torch.zeros(len(part), longest, dtype=torch.bool)
        label = torch.zeros(len(part), longest, dtype=torch.bool)
        for i, (_, _, features, labels, _) in enumerate(part):
            x[i, :len(labels)], mask[i, :len(labels)], label[i, :len(labels)] = features, True, labels
        yield x, mask, label, torch.tensor([e[4] for e in part])


def fit(data, hidden, epochs, seed):
    torch.manual_seed(seed)
    shuffler = random.Random(seed)
    net = torch.nn.Sequential(torch.nn.Linear(data[0][2].shape[1], hidden), torch.nn.ReLU(), torch.nn.Dropout(0.15),
                              torch.nn.Linear(hidden, 1))
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.02)
    parts = list(batches(data, 64))
    steps = epochs * len(parts)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: max(0.02, 1 - s / steps))
    for _ in range(epochs):
        shuffler.shuffle(parts)
        for x, mask, label, weight in parts:
            scores = net(x).squeeze(-1).masked_fill(~mask, -1e9)
            loss = scores.logsumexp(1) - scores.masked_fill(~label, -1e9).logsumexp(1)
            optimizer.zero_grad()
            ((loss * weight).sum() / weight.sum()).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def accuracy(nets, data):
    count = collections.Counter()
    for _, form, features, labels, _ in data:
        with torch.no_grad():
            first = int(sum(net(features) for net in nets).squeeze(-1).argmax())
        for key in ("all", "pronouns" if form in PRONOUNS else "descriptions"):
            count[key] += 1
            count[key, "right"] += bool(labels[first])
    return "  ".join("%s %.1f (%d)" % (k, 100 * count[k, "right"] / count[k], count[k])
                     for k in ("all", "pronouns", "descriptions") if count[k])


def flat(nets):
    """The weights in the order of CandidateScorer: each hidden unit's and its bias, then the last layer's and its bias."""
    first = [w for net in nets for unit, bias in zip(net[0].weight, net[0].bias) for w in unit.tolist() + [bias.item()]]
    last = [w / len(nets) for net in nets for w in net[3].weight[0].tolist()]
    return [round(w, 3) for w in first + last + [sum(net[3].bias.item() for net in nets) / len(nets)]]


def swift(weights):
    lines, line = [], "       "
    for w in weights:
        word = " %s," % (("%.3f" % w).rstrip("0").rstrip(".") if abs(w) >= 5e-4 else "0")
        if len(line) + len(word) > 118:
            lines.append(line)
            line = "       "
        line += word
    return ("// Written by training/speakers.py; see training/MODEL_CARD.md.\nextension CandidateScorer {\n"
            "    static let shippedWeights: [Float] = [\n%s\n    ]\n}\n" % "\n".join(lines + [line]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("shared", "program", "model", "work", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--networks", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cross", action="store_true", help="score parts of world train that were left out, too")
    options = parser.parse_args()
    sys.path.insert(0, os.path.join(options.shared, "tools"))
    import score
    os.makedirs(options.work, exist_ok=True)
    sets, data, nets = prepare(Path(options.shared) / "corpora"), {}, []
    # Without weights whoever was mentioned last is chosen.
    weights = os.path.join(options.work, "untrained.json")
    with open(weights, "w") as f:
        f.write("[]")
    for number in range(options.rounds):
        for name, articles in sets.items():
            results = run(options.program, options.model, articles, weights)
            for article, result in zip(articles, results):
                article["entities"] = result["entities"]
            data[name] = examples(score, name, articles, results)
        train = [e for name in TRAIN for e in data[name]]
        count = options.networks if number == options.rounds - 1 else 2
        nets = [fit(train, options.hidden, options.epochs, options.seed + k) for k in range(count)]
        weights = os.path.join(options.work, "speakers.%d.json" % number)
        with open(weights, "w") as f:
            json.dump(flat(nets), f)
        print("round %d: %d examples" % (number, len(train)))
        for name in DEV:
            print("  %-14s %s" % (name, accuracy(nets, data[name])), flush=True)
    if options.cross:
        ids = sorted({e[0] for e in data["world-train"]})
        random.Random(options.seed).shuffle(ids)
        for part in range(4):
            out = set(ids[part::4])
            held = [fit([e for e in train if e[0] not in out], options.hidden, options.epochs, options.seed)]
            print("  left out %d     %s" % (part, accuracy(held, [e for e in train if e[0] in out])), flush=True)
    with open(options.out, "w") as f:
        f.write(swift(flat(nets)))


if __name__ == "__main__":
    main()
