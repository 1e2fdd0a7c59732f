#!/usr/bin/env python3
"""Quantises a trained model and writes the file that the service reads:

    python export.py --weights WORK/model.pt --vocabulary vocab.txt --version 1 OUT.model [--settings settings.json]
    python export.py … --golden FIXTURE.json      also inputs with the logits that PyTorch computes for them"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from model import HEADS, HIDDEN, INNER, LAYERS, POSITIONS, Encoder
from model_file import quantise, write_model
from tags import ENTITY_TAGS, FEATURES, LINK_WIDTH, LINKS, MAX_WINDOW, ROLE_TAGS


def tensors(model: Encoder) -> dict[str, np.ndarray]:
    """Everything in the file, dense weights as input × output; what was quantised is put back into the model, so that it
    then computes what the file says."""
    result = {}

    def plain(name, parameter):
        result[name] = parameter.detach().numpy().astype(np.float32)

    def eighths(name, parameter, axis, transpose):
        weight = parameter.detach().numpy().astype(np.float32)
        values, scales = quantise(weight.T if transpose else weight, axis)
        result[name if name == "word" else f"{name}.weight"] = values
        result[f"{name}.scale"] = scales.astype(np.float32).reshape(-1)
        restored = values.astype(np.float32) * (scales.reshape(-1, 1) if axis == 1 else scales.reshape(1, -1))
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(restored.T if transpose else restored)))

    eighths("word", model.word.weight, 1, False)
    plain("position", model.position.weight)
    for (name, _), table in zip(FEATURES, model.features):
        plain(f"feature.{name}", table.weight)
    plain("embed.norm.weight", model.norm.weight)
    plain("embed.norm.bias", model.norm.bias)
    for index, layer in enumerate(model.layers):
        for name, module in (("qkv", layer.qkv), ("attn", layer.attention), ("up", layer.up), ("down", layer.down)):
            eighths(f"layer.{index}.{name}", module.weight, 0, True)
            plain(f"layer.{index}.{name}.bias", module.bias)
        for name, module in (("attn.norm", layer.attention_norm), ("ffn.norm", layer.norm)):
            plain(f"layer.{index}.{name}.weight", module.weight)
            plain(f"layer.{index}.{name}.bias", module.bias)
    result["head.weight"] = np.ascontiguousarray(model.head.weight.detach().numpy().T.astype(np.float32))
    plain("head.bias", model.head.bias)
    return result


def golden(model: Encoder, seed: int = 7) -> dict:
    """Fixed random inputs and some of the logits that the quantised weights give in f32."""
    rng = np.random.default_rng(seed)
    cases = []
    for length in (3, 17, 60, 128, MAX_WINDOW):
        pieces = rng.integers(1000, 20000, length)
        pieces[0], pieces[-1] = 101, 102
        features = np.stack([rng.integers(0, size, length) for _, size in FEATURES], 1)
        features[[0, -1]] = 0
        with torch.no_grad():
            outputs = model(torch.from_numpy(pieces)[None], torch.from_numpy(features)[None],
                            torch.ones(1, length, dtype=torch.bool))[0].numpy()
        columns = len(ROLE_TAGS) + len(ENTITY_TAGS)
        cases.append({"pieces": pieces.tolist(), "features": features.reshape(-1).tolist(),
                      "tags": [round(float(value), 4) for value in outputs[:, :columns].reshape(-1)]})
    return {"columns": len(ROLE_TAGS) + len(ENTITY_TAGS), "cases": cases}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--settings", type=Path, help="JSON: numbers tuned on the development sets")
    parser.add_argument("--golden", type=Path)
    options = parser.parse_args()
    model = Encoder(dropout=0)
    model.load_state_dict(torch.load(options.weights, weights_only=True))
    model.eval()
    settings = json.loads(options.settings.read_text()) if options.settings else {}
    manifest = {
        "name": "quoted-en", "version": options.version, "layers": LAYERS, "hidden": HIDDEN, "heads": HEADS,
        "intermediate": INNER, "positions": POSITIONS, "maxWindow": MAX_WINDOW,
        "features": [{"name": name, "size": size} for name, size in FEATURES], "roleTags": ROLE_TAGS,
        "entityTags": ENTITY_TAGS, "links": LINKS, "linkWidth": LINK_WIDTH, "settings": settings}
    vocabulary = options.vocabulary.read_text(encoding="utf-8").rstrip("\n").split("\n")
    write_model(options.out, manifest, tensors(model), vocabulary)
    if options.golden:
        options.golden.write_text(json.dumps(golden(model)))
    print(f"{options.out}: {Path(options.out).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
