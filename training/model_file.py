"""Writes model files of format 1, which the Swift module TransformerEncoder reads.

Layout, little endian: a header of 64 bytes (magic, format, CRC-32C of everything behind the header, file length,
place of the manifest), the manifest as JSON, then the tensors and the vocabulary, each at a multiple of 64.
"""

import json
import os
import struct

import numpy as np

MAGIC = b"QUOTEDM1"
FORMAT = 1
HEADER = 64
ALIGNMENT = 64

TYPES = {np.dtype(np.int8): "i8", np.dtype(np.float32): "f32", np.dtype(np.float16): "f16"}


def _crc_table():
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0x82F63B78), table >> 1)
    return table


_TABLE = _crc_table()


def _advance(crc, zeros):
    """The CRC register after so many bytes of zero: by squaring, as the step is linear over bits."""
    # column[i]: what bit i becomes after one byte.
    column = np.array([int(_TABLE[(1 << i) & 255]) ^ ((1 << i) >> 8) for i in range(32)], dtype=np.uint64)

    def apply(columns, value):
        result = 0
        for i in range(32):
            if value >> i & 1:
                result ^= int(columns[i])
        return result

    while zeros:
        if zeros & 1:
            crc = apply(column, crc)
        column = np.array([apply(column, int(c)) for c in column], dtype=np.uint64)
        zeros >>= 1
    return crc


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli) of `data`: numpy takes many pieces side by side, which are then joined."""
    data = np.frombuffer(data, dtype=np.uint8)
    lanes = 4096
    length = len(data) // lanes
    crc = 0xFFFFFFFF
    if length:
        pieces = data[: lanes * length].reshape(lanes, length).T.copy()
        registers = np.zeros(lanes, dtype=np.uint32)
        registers[0] = crc
        for byte in pieces:
            registers = _TABLE[(registers ^ byte) & 255] ^ (registers >> 8)
        # Joined by halves, so that a distance is worked out once for all pairs.
        distance = length
        while len(registers) > 1:
            shift = [_advance(1 << i, distance) for i in range(32)]
            left = registers[0::2]
            moved = np.zeros(len(left), dtype=np.uint32)
            for i in range(32):
                moved ^= np.where(left >> np.uint32(i) & 1, np.uint32(shift[i]), np.uint32(0))
            registers = moved ^ registers[1::2]
            distance *= 2
        crc = int(registers[0])
    for byte in data[lanes * length :]:
        crc = int(_TABLE[(crc ^ int(byte)) & 255]) ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _round_up(offset):
    return (offset + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


def _place(manifest, tensors, vocabulary, start):
    """The manifest with all places filled in, if the first tensor lies at `start`; and the end of the file."""
    offset, entries = start, []
    for name, array in tensors.items():
        if array.dtype not in TYPES:
            raise TypeError(f"tensor {name}: {array.dtype} is not one of {sorted(map(str, TYPES))}")
        entries.append(
            {
                "name": name,
                "dtype": TYPES[array.dtype],
                "shape": list(array.shape),
                "offset": offset,
                "length": array.nbytes,
            }
        )
        offset = _round_up(offset + array.nbytes)
    place = {"offset": offset, "length": len(vocabulary)}
    return dict(manifest, vocabulary=place, tensors=entries), offset + len(vocabulary)


def write_model(path: str, manifest: dict, tensors: dict[str, np.ndarray], vocabulary: list[str]) -> None:
    """Writes a model file; replaces an old one in one step.

    `manifest`: everything but "vocabulary" and "tensors", which are filled in here.
    `tensors`: int8, float32 or float16, by the names of the specification, in the order they are to lie in the file.
    `vocabulary`: a piece per row of the tensor "word".
    """
    pieces = "\n".join(vocabulary).encode()
    if pieces.count(b"\n") + 1 != len(vocabulary) or any(not piece for piece in vocabulary):
        raise ValueError("a piece of the vocabulary is empty or contains a newline")
    if len(vocabulary) != tensors["word"].shape[0]:
        raise ValueError(f"{len(vocabulary)} pieces, but {tensors['word'].shape[0]} rows in the tensor word")

    # The manifest's length depends on the offsets in it: widen the gap until it fits.
    start, text = HEADER, b""
    while True:
        full, end = _place(manifest, tensors, pieces, start)
        text = json.dumps(full, ensure_ascii=False, separators=(",", ":")).encode()
        if HEADER + len(text) <= start:
            break
        start = _round_up(HEADER + len(text))

    data = bytearray(end)
    data[HEADER : HEADER + len(text)] = text
    for entry, array in zip(full["tensors"], tensors.values()):
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        data[entry["offset"] : entry["offset"] + entry["length"]] = little.tobytes()
    data[full["vocabulary"]["offset"] :] = pieces
    checksum = crc32c(bytes(data[HEADER:]))
    data[:HEADER] = struct.pack("<8sIIQQQ", MAGIC, FORMAT, checksum, end, HEADER, len(text)).ljust(HEADER, b"\0")

    temporary = f"{path}.new"
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def quantise(weight: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric 8-bit values and their scales; one scale for each index that remains when `axis` is reduced.

    Dense weights [in, out]: axis 0, a scale per output column. Word embeddings [pieces, hidden]: axis 1, a scale per
    row.
    """
    largest = np.abs(weight).max(axis=axis)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    rounded = np.rint(weight / np.expand_dims(scale, axis))
    return np.clip(rounded, -127, 127).astype(np.int8), scale
