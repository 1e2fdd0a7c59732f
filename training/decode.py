"""A plain decoder for watching training: tags to spans to attributions, without what the service adds. Its figures are
lower than the service's."""
from __future__ import annotations

import numpy as np

from tags import ENTITIES, ENTITY_TAGS, FEATURE_INDEX


def log_softmax(scores):
    shifted = scores - scores.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def role_scores(logits, attitudes: bool, bias: float = 0.0):
    """Scores [T, 7] of O and B/I of source, cue, content: attitudes count as outside, or like speech when asked for.
    `bias` is added to what attitudes hold against speech."""
    scores = log_softmax(logits)
    speech, attitude = scores[:, 1:7], scores[:, 7:13]
    if attitudes:
        return np.concatenate([scores[:, :1], np.logaddexp(speech, attitude)], 1)
    outside = np.logaddexp.reduce(np.concatenate([scores[:, :1], attitude + bias], 1), axis=1)
    return np.concatenate([outside[:, None], speech], 1)


def viterbi(scores):
    """The best tags under BIO: I only after B or I of the same kind. Tags: O, B0, I0, B1, I1, …"""
    length, tags = scores.shape
    allowed = np.full((tags, tags), 0.0)
    for after in range(2, tags, 2):
        allowed[:, after] = -1e9
        allowed[after - 1, after] = allowed[after, after] = 0.0
    best = scores[0].copy()
    best[2::2] = -1e9
    back = np.zeros((length, tags), np.int32)
    for position in range(1, length):
        total = best[:, None] + allowed
        back[position] = total.argmax(0)
        best = total.max(0) + scores[position]
    path = [int(best.argmax())]
    for position in range(length - 1, 0, -1):
        path.append(int(back[position, path[-1]]))
    return path[::-1]


def spans(path):
    """(kind, first, last) of each span."""
    result = []
    for position, tag in enumerate(path):
        if tag == 0:
            continue
        if tag % 2 == 1:
            result.append([(tag - 1) // 2, position, position + 1])
        else:
            result[-1][2] = position + 1
    return result


def attributions(item, window, roles, links, attitudes=False, bias=0.0):
    """Predicted attributions of one window, in scalars."""
    first, last = window
    found = spans(viterbi(role_scores(roles, attitudes, bias)))
    kinds = [[span for span in found if span[0] == kind] for kind in range(3)]
    cues, sources, contents = kinds[1], kinds[0], kinds[2]
    groups = []

    def best(link, piece, candidates):
        queries, keys, none = links[link]
        scores = [queries[piece] @ keys[candidate[1]] / 8 for candidate in candidates] + [none[piece]]
        choice = int(np.argmax(scores))
        return candidates[choice] if choice < len(candidates) else None

    for position, content in enumerate(contents):
        previous = best(2, content[1], contents[:position])
        group = next((group for group in groups if previous is not None and previous in group["content"]), None)
        if group is None:
            group = {"content": [], "cue": None, "source": None}
            groups.append(group)
        group["content"].append(content)
        group["cue"] = group["cue"] or best(0, content[1], cues)
        group["source"] = group["source"] or best(1, content[1], sources)
    scalars = lambda span: [int(item.starts[first + span[1]]), int(item.ends[first + span[2] - 1])]
    result = []
    for group in groups:
        inside = [item.features[first + piece, FEATURE_INDEX["marks"]] in (1, 2, 3, 4, 5, 6)
                  for span in group["content"] for piece in range(span[1], span[2])]
        kind = "direct" if all(inside[:-1]) and inside[0] else "mixed" if any(inside) else "indirect"
        result.append({"content": [scalars(span) for span in group["content"]],
                       "cue": [scalars(group["cue"])] if group["cue"] else [],
                       "source": [scalars(group["source"])] if group["source"] else [], "kind": kind, "speaker": None})
    return result


def entities(item, window, logits):
    first, _ = window
    found = spans(viterbi(log_softmax(logits)))
    return [(int(item.starts[first + start]), int(item.ends[first + end - 1]), ENTITIES[kind])
            for kind, start, end in found]
