#!/usr/bin/env python3
"""Trains the model: python train.py --work DIR --shared DIR --program quoted-training-features --threads 2

Resumable: a checkpoint is written every few minutes and at every epoch's end; the same command goes on from it."""
from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch

from corpora import read_all
from dev import evaluate
from features import encode, windows
from model import Encoder, load_pretrained, split
from tags import FEATURE_INDEX, LINK_WIDTH, MAX_WINDOW

CLS, SEP, MASK = 101, 102, 103
# How often an epoch shows each corpus: (share of its texts as they are, share of an augmented copy).
MIX = {"polnear": (0.5, 0.45), "world": (1.0, 1.0), "gum": (0.8, 0.4), "worldwide": (0.9, 0.4), "uner": (0.9, 0.3),
       "wikigold": (0.6, 0.0), "crossner": (0.5, 0.0), "gmb": (0.08, 0.0)}
WEIGHT = {"gum": 0.5, "gmb": 0.5}
TOKENS = 1500                    # pieces a batch, padding included
RATE, HEAD_RATE, WARMUP, DECAY = 2e-4, 1e-3, 0.06, 0.01
LINK_LOSS, ENTITY_LOSS = 0.2, 1.0
AVERAGE = 0.998                  # of the weights, over steps


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True, help="the built quoted-training-features")
    parser.add_argument("--pretrained", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", type=json.loads, default=None, help="JSON, over the default shares")
    parser.add_argument("--start", type=Path, help="weights to start from (another run's model.pt)")
    parser.add_argument("--rate", type=float, default=1.0, help="a factor on the learning rates")
    return parser.parse_args()


def prepare(work: Path, shared: Path, program: Path, vocabulary: Path):
    """All documents in pieces: the originals and augmented copies; kept in `work` between runs."""
    import pickle
    cache = work / "encoded.pickle"
    if cache.exists():
        return pickle.loads(cache.read_bytes())
    from augment import Names, augment
    originals = list(read_all(shared))
    result = {"plain": encode(originals, program, vocabulary), "augmented": []}
    names = Names.load(shared / "corpora")
    for seed in (1, 2, 3):
        kept = [row for row in originals if row["corpus"] in ("polnear", "world", "gum", "worldwide", "uner")]
        result["augmented"].append(encode([augment(row, random.Random(f"{seed}/{row['id']}"), names) for row in kept], program, vocabulary))
    cache.write_bytes(pickle.dumps(result, protocol=4))
    return result


def epoch_windows(data, epoch: int, seed: int):
    """The windows of one epoch, grouped into batches of about the same length."""
    rng = random.Random(seed * 1000 + epoch)
    plain = {}
    for item in data["plain"]:
        plain.setdefault(item.corpus, []).append(item)
    augmented = {}
    for item in data["augmented"][epoch % len(data["augmented"])]:
        augmented.setdefault(item.corpus, []).append(item)
    chosen = []
    for corpus, (share, share_augmented) in MIX.items():
        items = plain.get(corpus, [])[:]
        rng.shuffle(items)
        count = round(share * len(items))
        chosen += items[:count]
        others = augmented.get(corpus, [])[:]
        taken = {item.id for item in items[:count]} if share + share_augmented <= 1 else set()
        others = [item for item in others if item.id not in taken]
        rng.shuffle(others)
        chosen += others[:round(share_augmented * len(items))]
    cut = []
    for item in chosen:
        longest = rng.choice((MAX_WINDOW - 2, MAX_WINDOW - 2, MAX_WINDOW - 2, 126, 80))
        for window in windows(item, longest, separate=rng.random() < 0.2):
            # A window without any label teaches nothing.
            if item.roles[window[0]:window[1]].any() or item.entities[window[0]:window[1]].any():
                cut.append((item, window))
    rng.shuffle(cut)
    pool = 400
    batches = []
    for start in range(0, len(cut), pool):
        part = sorted(cut[start:start + pool], key=lambda row: row[1][1] - row[1][0])
        batch, width = [], 0
        for row in part:
            length = row[1][1] - row[1][0] + 2
            if batch and max(width, length) * (len(batch) + 1) > TOKENS:
                batches.append(batch)
                batch, width = [], 0
            batch.append(row)
            width = max(width, length)
        if batch:
            batches.append(batch)
    rng.shuffle(batches)
    return batches


def collate(batch, rng=None):
    width = max(end - start for _, (start, end) in batch) + 2
    size = len(batch)
    pieces = np.zeros((size, width), np.int64)
    features = np.zeros((size, width, batch[0][0].features.shape[1]), np.int64)
    mask = np.zeros((size, width), bool)
    roles = np.zeros((size, width), np.int64)
    entities = np.zeros((size, width), np.int64)
    weights = np.ones((size, 1), np.float32)
    for row, (item, (start, end)) in enumerate(batch):
        length = end - start
        pieces[row, 0], pieces[row, length + 1] = CLS, SEP
        pieces[row, 1:length + 1] = item.pieces[start:end]
        features[row, 1:length + 1] = item.features[start:end]
        mask[row, :length + 2] = True
        if item.roles is not None:
            roles[row, 1:length + 1] = item.roles[start:end]
            entities[row, 1:length + 1] = item.entities[start:end]
        weights[row] = WEIGHT.get(item.corpus, 1.0)
        if rng is not None:
            hidden = rng.random(length) < 0.03
            pieces[row, 1:length + 1][hidden] = MASK
            if rng.random() < 0.15:
                features[row, :, FEATURE_INDEX["rule"]] = 0
            if rng.random() < 0.10:
                features[row, :, FEATURE_INDEX["name"]] = 0
                features[row, :, FEATURE_INDEX["gazetteer"]] = 0
    return pieces, features, mask, roles, entities, weights


def set_loss(logits, allowed, weights):
    """−log of the probability of the allowed tags, over pieces that have any."""
    known = allowed != 0
    if not known.any():
        return logits.sum() * 0, 0.0
    rows = logits[known]
    bits = allowed[known][:, None] >> torch.arange(logits.shape[-1]) & 1
    right = torch.logsumexp(rows.masked_fill(bits == 0, -1e9), -1)
    losses = (torch.logsumexp(rows, -1) - right) * weights.expand(allowed.shape)[known]
    return losses.sum(), float(known.sum())


def link_loss(links, batch):
    total, count = 0.0, 0
    for row, (item, (start, end)) in enumerate(batch):
        inside = [link for link in item.links if start <= link[0] < end]
        if not inside:
            continue
        contents = sorted({link[0] for link in inside})
        candidates = [sorted({piece for link in inside for piece in link[kind] or [] if start <= piece < end})
                      for kind in (1, 2)] + [contents]
        for kind in range(3):
            queries, keys, none = links[kind]
            for link in inside:
                targets = link[kind + 1]
                if targets is None:
                    continue
                options = candidates[kind] if kind < 2 else [piece for piece in contents if piece < link[0]]
                within = [options.index(piece) for piece in targets if piece in options]
                if targets and not within:
                    continue
                at = link[0] - start + 1
                scores = [none[row, at][None]]
                if options:
                    index = torch.tensor(options) - start + 1
                    scores.append(keys[row, index] @ queries[row, at] / math.sqrt(LINK_WIDTH))
                scores = torch.cat(scores)
                right = scores[[position + 1 for position in within]] if within else scores[:1]
                total = total + torch.logsumexp(scores, 0) - torch.logsumexp(right, 0)
                count += 1
    return total, count


def main():
    options = arguments()
    if options.mix:
        MIX.update({name: tuple(shares) for name, shares in options.mix.items()})
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    vocabulary = options.pretrained / "vocab.txt"
    data = prepare(options.work, options.shared, options.program, vocabulary)
    model = Encoder()
    load_pretrained(model, options.pretrained)
    if options.start:
        model.load_state_dict(torch.load(options.start, weights_only=True))
    model.word.weight.requires_grad_(False)
    fresh = [parameter for name, parameter in model.named_parameters() if name.startswith(("head", "features"))]
    tuned = [parameter for name, parameter in model.named_parameters()
             if not name.startswith(("head", "features", "word"))]
    optimizer = torch.optim.AdamW(
        [{"params": tuned, "lr": RATE}, {"params": fresh, "lr": HEAD_RATE}], weight_decay=DECAY, fused=True)
    average = {name: parameter.detach().clone() for name, parameter in model.named_parameters() if parameter.requires_grad}
    state = {"epoch": 0, "batch": 0, "step": 0, "seconds": 0.0}
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average, state = saved["average"], saved["state"]
        torch.set_rng_state(saved["random"])
        print(f"going on at epoch {state['epoch']}, batch {state['batch']}", flush=True)
    per_epoch = len(epoch_windows(data, 0, options.seed))
    steps = int(per_epoch * options.epochs)
    print(f"{per_epoch} batches an epoch, {steps} in all", flush=True)

    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average,
                    "state": state, "random": torch.get_rng_state()}, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").rename(checkpoint)

    def averaged():
        copy = Encoder()
        copy.load_state_dict(model.state_dict())
        with torch.no_grad():
            for name, parameter in copy.named_parameters():
                if name in average:
                    parameter.copy_(average[name])
        return copy.eval()

    def finish_epoch():
        torch.save(averaged().state_dict(), options.work / "model.pt")
        evaluate(averaged(), options.shared, options.program, vocabulary, options.work)

    rng = np.random.default_rng(options.seed + state["step"])
    shown, last_save, sums = time.time(), time.time(), np.zeros(6)
    while state["step"] < steps:
        batches = epoch_windows(data, state["epoch"], options.seed)
        while state["batch"] < len(batches) and state["step"] < steps:
            began = time.time()
            batch = batches[state["batch"]]
            pieces, features, mask, roles, entities, weights = map(torch.from_numpy, collate(batch, rng))
            progress = state["step"] / steps
            factor = min(1.0, progress / WARMUP) if progress < WARMUP else max(0.01, (1 - progress) / (1 - WARMUP))
            for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE)):
                group["lr"] = rate * factor * options.rate
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                outputs = model(pieces, features, mask)
            role_logits, entity_logits, links = split(outputs)
            role_loss, role_count = set_loss(role_logits, roles, weights)
            entity_loss, entity_count = set_loss(entity_logits, entities, weights)
            linked, link_count = link_loss(links, batch)
            # Divided by the batch's size, not by the labelled part: rare labels do not shout.
            size = float(mask.sum())
            loss = (role_loss + ENTITY_LOSS * entity_loss) / size + (LINK_LOSS * linked / max(link_count, 8))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tuned + fresh, 1.0)
            optimizer.step()
            with torch.no_grad():
                decay = min(AVERAGE, (state["step"] + 1) / (state["step"] + 10))
                for name, parameter in model.named_parameters():
                    if parameter.requires_grad:
                        average[name].lerp_(parameter, 1 - decay)
            state["batch"] += 1
            state["step"] += 1
            state["seconds"] += time.time() - began
            sums += [float(role_loss.detach()), role_count, float(entity_loss.detach()), entity_count,
                     float(linked.detach()) if link_count else 0.0, link_count]
            if time.time() - shown > 30:
                print(f"epoch {state['epoch']} step {state['step']}/{steps} roles {sums[0] / max(sums[1], 1):.4f} "
                      f"entities {sums[2] / max(sums[3], 1):.4f} links {sums[4] / max(sums[5], 1):.4f} "
                      f"{state['seconds'] / state['step']:.2f} s/step", flush=True)
                shown, sums = time.time(), np.zeros(6)
            if time.time() - last_save > 240:
                save()
                last_save = time.time()
        if state["batch"] >= len(batches):
            state["epoch"] += 1
            state["batch"] = 0
        # The weights first: a run that is over must not end with those of an epoch before.
        finish_epoch()
        save()


if __name__ == "__main__":
    sys.exit(main())
