"""The encoder: all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) with features added to its input and one
dense head for roles, entities and links."""
from __future__ import annotations

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from tags import ENTITY_TAGS, FEATURES, LINKS, LINK_WIDTH, ROLE_TAGS

HIDDEN, HEADS, LAYERS, INNER, POSITIONS = 384, 12, 6, 1536, 512
OUTPUTS = len(ROLE_TAGS) + len(ENTITY_TAGS) + len(LINKS) * (2 * LINK_WIDTH + 1)


class Dropout:
    """Dropout from a pool of ready masks, at a random place in it: drawing fresh ones took 40 % of a step on a CPU."""

    def __init__(self, rate: float, size: int = 1 << 22):
        self.rate = rate
        self.pool = ((torch.rand(size) >= rate).float() / (1 - rate)).bfloat16() if rate else None

    def __call__(self, x):
        count = x.numel()
        start = int(torch.randint(0, max(1, self.pool.numel() - count), (1,)))
        mask = self.pool[start:start + count]
        if mask.numel() < count:
            mask = self.pool.repeat(count // self.pool.numel() + 1)[:count]
        return x * mask.view(x.shape).to(x.dtype)


class Layer(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = dropout

    def forward(self, x, bias):
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(qkv[0], qkv[1].transpose(-1, -2)) / math.sqrt(HIDDEN // HEADS) + bias
        mixed = torch.matmul(scores.softmax(-1), qkv[2]).transpose(1, 2).reshape(batch, length, HIDDEN)
        drop = self.dropout if self.training and self.dropout.rate else lambda x: x
        x = self.attention_norm(x + drop(self.attention(mixed)))
        return self.norm(x + drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, vocabulary: int = 30522, dropout: float = 0.1):
        super().__init__()
        self.word = nn.Embedding(vocabulary, HIDDEN)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.features = nn.ModuleList(nn.Embedding(size, HIDDEN) for _, size in FEATURES)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(self.dropout) for _ in range(LAYERS))
        self.head = nn.Linear(HIDDEN, OUTPUTS)
        for table in self.features:
            nn.init.zeros_(table.weight)

    def forward(self, pieces, features, mask):
        """pieces [B, L], features [B, L, F], mask [B, L] (true: a piece) → outputs [B, L, OUTPUTS] in f32."""
        positions = torch.arange(pieces.shape[1])
        x = self.word(pieces) + self.position(positions)
        for index, table in enumerate(self.features):
            x = x + table(features[..., index])
        x = self.norm(x)
        if self.training and self.dropout.rate:
            x = self.dropout(x)
        bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias.to(x.dtype))
        return self.head(x).float()


def split(outputs):
    """Columns of the head: roles, entities, and for each link (queries, keys, score of no link)."""
    roles = outputs[..., :len(ROLE_TAGS)]
    entities = outputs[..., len(ROLE_TAGS):len(ROLE_TAGS) + len(ENTITY_TAGS)]
    rest = outputs[..., len(ROLE_TAGS) + len(ENTITY_TAGS):]
    links = []
    for index in range(len(LINKS)):
        start = index * (2 * LINK_WIDTH + 1)
        links.append((rest[..., start:start + LINK_WIDTH], rest[..., start + LINK_WIDTH:start + 2 * LINK_WIDTH],
                      rest[..., start + 2 * LINK_WIDTH]))
    return roles, entities, links


def load_pretrained(model: Encoder, folder: Path) -> None:
    """Takes the published weights; the token type's vector goes into the positions."""
    from safetensors.torch import load_file
    weights = {name.removeprefix("bert."): tensor for name, tensor in load_file(folder / "model.safetensors").items()}
    take = lambda name: weights[name]
    with torch.no_grad():
        model.word.weight.copy_(take("embeddings.word_embeddings.weight"))
        model.position.weight.copy_(
            take("embeddings.position_embeddings.weight") + take("embeddings.token_type_embeddings.weight")[0])
        model.norm.weight.copy_(take("embeddings.LayerNorm.weight"))
        model.norm.bias.copy_(take("embeddings.LayerNorm.bias"))
        for index, layer in enumerate(model.layers):
            at = f"encoder.layer.{index}."
            for kind in ("weight", "bias"):
                parts = [take(f"{at}attention.self.{name}.{kind}") for name in ("query", "key", "value")]
                getattr(layer.qkv, kind).copy_(torch.cat(parts))
                for module, name in ((layer.attention, "attention.output.dense"),
                                     (layer.attention_norm, "attention.output.LayerNorm"),
                                     (layer.up, "intermediate.dense"), (layer.down, "output.dense"),
                                     (layer.norm, "output.LayerNorm")):
                    getattr(module, kind).copy_(take(f"{at}{name}.{kind}"))
