"""Bitmaps of slots: one Roaring bitmap in its portable serialisation, members below 65,536."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

_NO_RUNS = 12346
_RUNS = 12347
MAX_BYTES = 1 << 20


class BadBitmap(ValueError):
    """The bytes are no bitmap of slots."""


def slots(data: bytes) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Returns the members, ascending.

    Raises:
        BadBitmap: if the bytes are not a bitmap, or one with members from 65,536 on.
    """
    if len(data) > MAX_BYTES:
        raise BadBitmap(f"{len(data)} bytes are too many")
    try:
        return _slots(data)
    except struct.error as e:
        raise BadBitmap("it is cut short") from e


def _slots(data: bytes) -> np.ndarray[Any, np.dtype[np.uint16]]:
    (cookie,) = struct.unpack_from("<I", data, 0)
    at = 4
    is_run = False
    offsets = True
    if cookie & 0xFFFF == _RUNS:
        containers = (cookie >> 16) + 1
        is_run = struct.unpack_from("<B", data, at)[0] & 1 == 1
        at += (containers + 7) // 8
        # The table of offsets is left out below four containers.
        offsets = containers >= 4
    elif cookie == _NO_RUNS:
        (containers,) = struct.unpack_from("<I", data, at)
        at += 4
    else:
        raise BadBitmap(f"cookie {cookie:#x}")
    if containers == 0:
        _expect_end(data, at)
        return np.empty(0, np.uint16)
    if containers != 1:
        raise BadBitmap(f"{containers} containers")
    key, less = struct.unpack_from("<HH", data, at)
    at += 4
    if key != 0:
        raise BadBitmap(f"container {key}")
    if offsets:
        (offset,) = struct.unpack_from("<I", data, at)
        at += 4
        if offset != at:
            raise BadBitmap(f"offset {offset}")
    cardinality = less + 1
    if is_run:
        (runs,) = struct.unpack_from("<H", data, at)
        pairs = _array(data, at + 2, 2 * runs).reshape(runs, 2).astype(np.int64)
        _expect_end(data, at + 2 + 4 * runs)
        ends = pairs[:, 0] + pairs[:, 1]
        if (ends > 65_535).any() or (pairs[1:, 0] <= ends[:-1]).any():
            raise BadBitmap("runs overlap")
        if int((pairs[:, 1] + 1).sum()) != cardinality:
            raise BadBitmap("runs do not add up")
        spans = [np.arange(first, end + 1) for first, end in zip(pairs[:, 0], ends, strict=True)]
        return np.concatenate(spans).astype(np.uint16)
    if cardinality > 4096:
        bits = np.frombuffer(data, np.uint8, 8192, at) if len(data) >= at + 8192 else None
        if bits is None:
            raise BadBitmap("it is cut short")
        _expect_end(data, at + 8192)
        members = np.flatnonzero(np.unpackbits(bits, bitorder="little")).astype(np.uint16)
        if len(members) != cardinality:
            raise BadBitmap("bits do not add up")
        return members
    values = _array(data, at, cardinality)
    _expect_end(data, at + 2 * cardinality)
    if (values[1:] <= values[:-1]).any():
        raise BadBitmap("values do not ascend")
    return values


def _array(data: bytes, at: int, count: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    if len(data) < at + 2 * count:
        raise BadBitmap("it is cut short")
    return np.frombuffer(data, "<u2", count, at)


def _expect_end(data: bytes, at: int) -> None:
    if at != len(data):
        raise BadBitmap(f"{len(data) - at} bytes are left")
