"""Writes a random model and what torch makes of it in f32: material for the encoder's tests and its bench.

    random_model.py small DIRECTORY    96 dimensions, 2 layers: random.model and reference.json
    random_model.py full DIRECTORY     384 dimensions, 6 layers, 30,522 pieces: the same
"""

import json
import os
import sys

import numpy as np
import torch

from model_file import quantise, write_model

SIZES = {
    "small": dict(layers=2, hidden=96, heads=3, intermediate=192, positions=64, maxWindow=64, pieces=211),
    "full": dict(layers=6, hidden=384, heads=12, intermediate=1536, positions=512, maxWindow=192, pieces=30522),
}
FEATURES = [{"name": "case", "size": 8}, {"name": "quote", "size": 5}, {"name": "shape", "size": 16}]
ROLES = ["O", "B-SPEAKER", "I-SPEAKER", "B-CUE", "I-CUE", "B-QUOTE", "I-QUOTE"]
ENTITIES = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
LINKS = ["speaker"]


def make(size, generator):
    """Tensors whose activations are spread like a trained model's: attention picks, GELU sees both sides of 0."""

    def normal(*shape, spread=1.0):
        return (generator.standard_normal(shape) * spread).astype(np.float32)

    hidden, wide = size["hidden"], size["intermediate"]
    columns = len(ROLES) + len(ENTITIES) + size["linkWidth"]
    tensors = {}

    def dense(name, inputs, outputs, spread):
        weight = normal(inputs, outputs, spread=spread / inputs**0.5)
        tensors[f"{name}.weight"], tensors[f"{name}.scale"] = quantise(weight, 0)
        tensors[f"{name}.bias"] = normal(outputs, spread=0.1)

    def norm(name):
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = 1 + normal(hidden, spread=0.1), normal(hidden, spread=0.1)

    tensors["word"], tensors["word.scale"] = quantise(normal(size["pieces"], hidden), 1)
    tensors["position"] = normal(size["positions"], hidden, spread=0.3)
    for feature in FEATURES:
        tensors[f"feature.{feature['name']}"] = normal(feature["size"], hidden, spread=0.3)
    norm("embed.norm")
    for layer in range(size["layers"]):
        dense(f"layer.{layer}.qkv", hidden, 3 * hidden, 1.3)
        dense(f"layer.{layer}.attn", hidden, hidden, 1)
        norm(f"layer.{layer}.attn.norm")
        dense(f"layer.{layer}.up", hidden, wide, 1)
        dense(f"layer.{layer}.down", wide, hidden, 1)
        norm(f"layer.{layer}.ffn.norm")
    tensors["head.weight"] = normal(hidden, columns, spread=hidden**-0.5)
    tensors["head.bias"] = normal(columns, spread=0.1)
    return tensors


def encode(size, tensors, pieces, features, windows):
    """The specification in torch, f32, with the weights as the file has them."""
    t = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}

    def norm(x, name):
        return torch.nn.functional.layer_norm(x, (size["hidden"],), t[f"{name}.weight"], t[f"{name}.bias"], 1e-12)

    def dense(x, name):
        return x @ (t[f"{name}.weight"] * t[f"{name}.scale"]) + t[f"{name}.bias"]

    results = []
    for start, end in windows:
        ids, values = torch.tensor(pieces[start:end]), torch.tensor(features[start:end])
        x = t["word"][ids] * t["word.scale"][ids, None] + t["position"][: end - start]
        for index, feature in enumerate(FEATURES):
            x = x + t[f"feature.{feature['name']}"][values[:, index]]
        x = norm(x, "embed.norm")
        for layer in range(size["layers"]):
            name = f"layer.{layer}"
            heads = dense(x, f"{name}.qkv").reshape(end - start, 3, size["heads"], 32).permute(1, 2, 0, 3)
            weights = torch.softmax(heads[0] @ heads[1].transpose(1, 2) / 32**0.5, dim=-1)
            mixed = (weights @ heads[2]).permute(1, 0, 2).reshape(end - start, size["hidden"])
            x = norm(x + dense(mixed, f"{name}.attn"), f"{name}.attn.norm")
            x = norm(x + dense(torch.nn.functional.gelu(dense(x, f"{name}.up")), f"{name}.down"), f"{name}.ffn.norm")
        results.append(x @ t["head.weight"] + t["head.bias"])
    return torch.cat(results).numpy()


def main():
    torch.set_num_threads(1)
    kind, directory = sys.argv[1:]
    size = dict(SIZES[kind], linkWidth=24)
    generator = np.random.default_rng(20240501)
    tensors = make(size, generator)
    count = size.pop("pieces")
    manifest = dict(
        size, name=f"random-{kind}", version="1", features=FEATURES, roleTags=ROLES, entityTags=ENTITIES, links=LINKS,
        settings={"threshold": 0.5},
    )
    os.makedirs(directory, exist_ok=True)
    write_model(os.path.join(directory, "random.model"), manifest, tensors, [f"piece{n}" for n in range(count)])

    # Odd lengths, the shortest, the longest: the edges of the attention kernels' blocks.
    lengths = [1, 2, 33, 17, size["maxWindow"], 12, 13, 31, 64]
    ends = np.cumsum(lengths).tolist()
    windows = [[end - length, end] for end, length in zip(ends, lengths)]
    pieces = generator.integers(0, count, ends[-1]).tolist()
    features = [[int(generator.integers(0, f["size"])) for f in FEATURES] for _ in pieces]
    logits = encode(size, tensors, pieces, features, windows)
    with open(os.path.join(directory, "reference.json"), "w") as file:
        flat = [value for row in features for value in row]
        rounded = [round(float(value), 4) for value in logits.ravel()]
        reference = {"pieces": pieces, "features": flat, "windows": windows, "logits": rounded}
        json.dump(reference, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
