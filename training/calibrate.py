#!/usr/bin/env python3
"""Fits the confidence of quotations to how often they are right, on development sets:

    python calibrate.py --score SHARED/tools GOLD.jsonl RECORDS.jsonl [GOLD RECORDS …] >settings.json

RECORDS: `quoted analyze --format json` with a model exported without a calibration. Right is a quotation that matches an
annotated one (half of the words the same); what matches an annotation that is no speech is left out. The fit is isotonic
(Zadrozny and Elkan 2002), kept as its values at 0, 0.1 … 1 of the stretched score (DecodingSettings.calibrated). Prints the expected calibration error (10 bins) of a fit on
one half of the articles for the other half."""
from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path


def observations(gold_path, records_path, score):
    """(article, raw confidence, right) of every quotation."""
    gold = {row["id"]: row for row in map(json.loads, open(gold_path, encoding="utf-8"))}
    result = []
    for record in map(json.loads, open(records_path, encoding="utf-8")):
        row = gold[record["article"]["id"]]
        text = row["text"]
        tokens = [(match.start(), match.end(), match.group()) for match in score.TOKEN.finditer(text)]
        wanted = [(item, score.content_tokens(item["content"], tokens, text)) for item in row["attributions"]]
        found = [(item, score.content_tokens([[span["start"], span["end"]] for span in item["content"]], tokens, text))
                 for item in record["quotations"]]
        pairs = sorted(((-len(a & b) / len(a | b), i, j) for i, (_, a) in enumerate(wanted)
                        for j, (_, b) in enumerate(found) if a & b))
        mates, taken = {}, set()
        for overlap, i, j in pairs:
            if -overlap >= 0.5 and i not in taken and j not in mates:
                mates[j] = i
                taken.add(i)
        for j, (item, _) in enumerate(found):
            if j in mates and wanted[mates[j]][0].get("speech") is False:
                continue
            result.append((row["id"], item["confidence"], j in mates))
    return result


def isotonic(points):
    """Pool adjacent violators: (raw, right) → steps of (raw, probability), rising."""
    blocks = []
    for raw, right in sorted(points):
        blocks.append([raw, float(right), 1])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last = blocks.pop()
            blocks[-1] = [last[0], blocks[-1][1] + last[1], blocks[-1][2] + last[2]]
    return [(raw, total / count) for raw, total, count in blocks]


def table(points):
    """The fit at 0, 0.1 … 1: the mean of the steps around each place."""
    steps = isotonic(points)

    def at(raw):
        return next((value for end, value in steps if raw <= end), steps[-1][1])

    values = [sum(at(min(1, max(0, place / 10 + shift / 100))) for shift in range(-4, 5)) / 9 for place in range(11)]
    return [max(values[:place + 1]) for place in range(11)]


def apply(values, raw):
    place = min(9, int(raw * 10))
    share = raw * 10 - place
    return values[place] * (1 - share) + values[place + 1] * share


def calibration_error(points, values):
    bins = [[0, 0.0, 0] for _ in range(10)]
    for raw, right in points:
        confidence = apply(values, raw)
        place = bins[min(9, int(confidence * 10))]
        place[0] += 1
        place[1] += confidence
        place[2] += right
    return sum(abs(confidence - right) for _, confidence, right in bins) / max(len(points), 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    sys.path.insert(0, str(options.score))
    import score
    seen = []
    for gold, records in zip(options.files[::2], options.files[1::2], strict=True):
        seen += observations(gold, records, score)
    halves = [[], []]
    for article, raw, right in seen:
        halves[zlib.crc32(article.encode()) & 1].append((raw, right))
    errors = [calibration_error(halves[1 - half], table(halves[half])) for half in (0, 1)]
    print(f"{len(seen)} quotations; expected calibration error of one half by the other: "
          f"{errors[0]:.3f}, {errors[1]:.3f}", file=sys.stderr)
    fitted = table([(raw, right) for _, raw, right in seen])
    json.dump({f"calibration.{place}": round(value, 4) for place, value in enumerate(fitted)}, sys.stdout)


if __name__ == "__main__":
    main()
