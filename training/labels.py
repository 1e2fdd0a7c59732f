"""From annotated spans to what the loss needs: for each piece the set of tags that would be right, and links."""
from __future__ import annotations

import bisect
from dataclasses import dataclass, field

import numpy as np

from tags import ENTITIES, ENTITY_TAGS, ROLE_TAGS, entity_tag, role_tag

ALL_ROLES = (1 << len(ROLE_TAGS)) - 1
ALL_ENTITIES = (1 << len(ENTITY_TAGS)) - 1
SPEECH, ATTITUDE = 0, 3          # offsets into ROLES
OUTSIDE = 1
ATTITUDES = sum(1 << role_tag(role, inside) for role in (3, 4, 5) for inside in (0, 1))


@dataclass
class Encoded:
    """One text as the encoder reads it, with its labels. Sets of tags are bit masks; 0 means: no loss here."""
    id: str
    corpus: str
    pieces: np.ndarray           # int32 [T]
    features: np.ndarray         # uint8 [T, F]
    starts: np.ndarray
    ends: np.ndarray
    blocks: np.ndarray
    sentences: np.ndarray
    roles: np.ndarray = None     # int32 [T]
    entities: np.ndarray = None  # int32 [T]
    weight: float = 1.0
    # (content piece, [cue pieces], [source pieces], [previous content pieces]); None: unknown, []: there is none
    links: list = field(default_factory=list)


class Pieces:
    """Spans of scalars to ranges of pieces."""

    def __init__(self, starts, ends):
        self.starts, self.ends = starts, ends

    def range(self, start: int, end: int):
        first = bisect.bisect_right(self.ends, start)
        last = bisect.bisect_left(self.starts, end)
        return first, last


def label(document: dict, encoded: Encoded) -> None:
    """Fills in the labels of a text from its document (see corpora.py)."""
    pieces = Pieces(encoded.starts.tolist(), encoded.ends.tolist())
    encoded.roles = _roles(document, encoded, pieces)
    encoded.entities = _entities(document, len(encoded.pieces), pieces)


def _roles(document, encoded, pieces):
    size = len(encoded.pieces)
    if document["roles"] is None:
        return np.zeros(size, np.int32)
    outside = OUTSIDE if document["roles"] == "all" else OUTSIDE | ATTITUDES
    roles = np.full(size, outside, np.int32)
    taken = np.zeros(size, bool)
    rows = [row for row in document["attributions"] if not row.get("nested")]
    # Speech first, so that a source that serves both is a source of speech.
    rows.sort(key=lambda row: (row["speech"] is not True, row["speech"] is None))
    firsts = []
    for row in rows:
        kinds = [SPEECH] if row["speech"] is True else [ATTITUDE] if row["speech"] is False else [SPEECH, ATTITUDE]
        doubtful = OUTSIDE if row["speech"] is None and document["roles"] == "speech" else 0
        found = []
        for role, name in ((1, "cue"), (0, "source"), (2, "content")):
            found.append([_mark(roles, taken, pieces.range(*span), role, kinds, doubtful) for span in row[name]])
        firsts.append(found)
    for row, (cues, sources, contents) in zip(rows, firsts):
        cues = [piece for piece in cues if piece is not None]
        sources = [piece for piece in sources if piece is not None]
        contents = sorted(piece for piece in contents if piece is not None)
        for position, piece in enumerate(contents):
            encoded.links.append((
                piece,
                cues if cues or not row["cue"] else None,
                sources if sources or not row["source"] else None,
                contents[position - 1:position] if position else []))
    encoded.links.sort(key=lambda link: link[0])
    return roles


def _mark(roles, taken, bounds, role, kinds, doubtful):
    """Marks a span unless it runs into another; the first piece, or None if there is no room for it.

    A source or cue that an earlier span holds already is shared, not marked again."""
    first, last = bounds
    if first >= last:
        return None
    if taken[first:last].any():
        if role == 2:
            # Contents give way to cues and sources inside them: the longest free stretch from the start.
            free = [piece for piece in range(first, last) if not taken[piece]]
            if not free or taken[first] or len(free) < 0.6 * (last - first):
                return None
            for piece in free:
                inside = piece > first and not taken[piece - 1]
                roles[piece] = sum(1 << role_tag(kind + role, inside) for kind in kinds) | doubtful
                taken[piece] = True
            return first
        begins = roles[first] & sum(1 << role_tag(kind + role, False) for kind in (SPEECH, ATTITUDE))
        return first if begins else None
    for piece in range(first, last):
        roles[piece] = sum(1 << role_tag(kind + role, piece > first) for kind in kinds) | doubtful
    taken[first:last] = True
    return first


def _entities(document, size, pieces):
    if document["entities"] is None:
        return np.zeros(size, np.int32)
    outside = OUTSIDE
    for name in document["hidden"]:
        outside |= 3 << entity_tag(ENTITIES.index(name), False)
    tags = np.full(size, outside, np.int32)
    for start, end, allowed in sorted(document["entities"], key=lambda row: row[0] - row[1]):
        first, last = pieces.range(start, end)
        for piece in range(first, last):
            tags[piece] = sum(1 << entity_tag(ENTITIES.index(name), piece > first) for name in allowed)
    return tags
