"""Runs the service's own tokenizer and feature extractor over documents: training sees exactly what the service computes."""
from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import numpy as np

from labels import Encoded, label
from tags import FEATURES


def encode(documents: list[dict], program: Path, vocabulary: Path) -> list[Encoded]:
    """The documents in pieces, with labels where they have annotations; in order."""
    lines = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in documents)
    output = subprocess.run([str(program), str(vocabulary)], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    result = []
    for document, line in zip(documents, output.stdout.splitlines(), strict=True):
        row = json.loads(line)
        if row["id"] != document["id"]:
            raise ValueError(f"{document['id']}: the feature extractor answered for {row['id']}")
        size = len(row["pieces"])
        features = np.frombuffer(base64.b64decode(row["features"]), np.uint8).reshape(size, len(FEATURES))
        item = Encoded(
            id=row["id"], corpus=document.get("corpus", ""), pieces=np.array(row["pieces"], np.int32), features=features,
            starts=np.array(row["starts"], np.int32), ends=np.array(row["ends"], np.int32),
            blocks=np.array(row["blocks"], np.int32), sentences=np.array(row["sentences"], np.int32))
        if "roles" in document:
            label(document, item)
        result.append(item)
    return result


def windows(item: Encoded, longest: int, separate: bool = False) -> list[tuple[int, int]]:
    """Cuts a text into ranges of pieces of at most `longest`: whole paragraphs together while they fit (or each alone
    when `separate`), long ones between sentences, longer sentences anywhere. The service's EncoderWindows does the same."""
    edges = []                                   # ends of units that must not be cut
    size = len(item.pieces)
    blocks, sentences = item.blocks, item.sentences
    result, start, piece = [], 0, 0
    while piece < size:
        end = piece
        while end < size and blocks[end] == blocks[piece]:
            end += 1
        if end - piece > longest:
            if start < piece:
                result.append((start, piece))
            cut = piece
            while end - cut > longest:
                limit = cut + longest
                split = limit
                while split > cut and sentences[split] == sentences[split - 1]:
                    split -= 1
                if split == cut:
                    split = limit
                result.append((cut, split))
                cut = split
            result.append((cut, end))
            start = end
        elif separate or end - start > longest:
            if start < piece:
                result.append((start, piece))
            start = piece
        piece = end
    if start < size:
        result.append((start, size))
    return result
