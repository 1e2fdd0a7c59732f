"""Scores on the development sets, for watching; never trained on."""
from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

import decode
from features import encode, windows
from model import split
from tags import MAX_WINDOW

QUOTATIONS = {"dev-speakers": "polnear/dev-speakers.jsonl", "polnear-all": "polnear/dev.jsonl",
              "world": "world/dev.jsonl", "gum-news": "gum_quotes/news.jsonl"}
NAMES = {"worldwide": "ner/worldwide.dev.jsonl.gz", "uner": "ner/uner_ewt.dev.jsonl.gz"}
COARSE = {"PERSON": "PER", "ORGANIZATION": "ORG", "LOCATION": "LOC", "FACILITY": "LOC"}
GOLD = {"Person": "PER", "Organization": "ORG", "Location": "LOC", "Facility": "LOC", "PER": "PER", "ORG": "ORG", "LOC": "LOC"}


def read(path: Path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def run(model, items):
    """For each text its windows with the head's outputs."""
    from train import collate
    jobs = [(item, window) for item in items for window in windows(item, MAX_WINDOW - 2)]
    order = sorted(range(len(jobs)), key=lambda index: jobs[index][1][1] - jobs[index][1][0])
    results = [None] * len(jobs)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), 12):
            part = order[start:start + 12]
            pieces, features, mask, *_ = map(torch.from_numpy, collate([jobs[index] for index in part]))
            outputs = model(pieces, features, mask)
            for row, index in enumerate(part):
                first, last = jobs[index][1]
                results[index] = outputs[row, 1:last - first + 1].numpy()
    return [(item, window, result) for (item, window), result in zip(jobs, results)]


def parts(outputs):
    roles, entities, links = split(torch.from_numpy(outputs))
    return roles.numpy(), entities.numpy(), [tuple(part.numpy() for part in link) for link in links]


def evaluate(model, shared: Path, program: Path, vocabulary: Path, work: Path):
    corpora = shared / "corpora"
    for name, path in QUOTATIONS.items():
        rows = read(corpora / path)
        items = encode([{"id": row["id"], "text": row["text"]} for row in rows], program, vocabulary)
        predictions = {row["id"]: [] for row in rows}
        for item, window, outputs in run(model, items):
            roles, _, links = parts(outputs)
            predictions[item.id] += decode.attributions(item, window, roles, links, attitudes=name == "polnear-all")
        file = work / f"{name}.predictions.jsonl"
        file.write_text("".join(json.dumps({"id": key, "attributions": value}) + "\n" for key, value in predictions.items()))
        command = [sys.executable, str(shared / "tools/score.py"), str(corpora / path), str(file), "--json"]
        if name != "polnear-all":
            command.append("--speech")
        scores = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["rows"]
        kinds = " ".join(f"{kind} {100 * ((scores.get('gold:' + kind) or {'content': {}})['content'].get('r') or 0):.1f}"
                         for kind in ("direct", "mixed", "indirect"))
        row = scores["ALL"]
        percent = lambda part, name: 100 * (part.get(name) or 0)
        print(f"  {name}: content P {percent(row['content'], 'p'):.1f} R {percent(row['content'], 'r'):.1f} "
              f"F1 {percent(row['content'], 'f1'):.1f} exact {percent(row['exact'], 'f1'):.1f} "
              f"source {percent(row, 'source'):.1f} | found {kinds}", flush=True)
    for name, path in NAMES.items():
        rows = read(corpora / path)
        items = encode([{"id": row["id"], "text": row["text"]} for row in rows], program, vocabulary)
        found = {}
        for item, window, outputs in run(model, items):
            found.setdefault(item.id, set()).update(
                (start, end, COARSE[kind]) for start, end, kind in decode.entities(item, window, parts(outputs)[1])
                if kind in COARSE)
        right = predicted = gold = 0
        for row in rows:
            wanted = set()
            for entity in row["entities"]:
                if GOLD.get(entity["type"]):
                    offsets = row["token_offsets"]
                    wanted.add((offsets[entity["start"]][0], offsets[entity["end"] - 1][1], GOLD[entity["type"]]))
            mine = found.get(row["id"], set())
            right, predicted, gold = right + len(wanted & mine), predicted + len(mine), gold + len(wanted)
        print(f"  {name}: PER+ORG+LOC strict F1 {200 * right / max(predicted + gold, 1):.1f}", flush=True)
