"""The order of a version: which sample each index is. The section "Order"."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from crc32c import crc32c

from .errors import CorruptDataError, IndexOutOfRangeError, UnsupportedFormatError

#: A segment: its run and its first ordinal.
SegmentKey = tuple[int, int]
IntArray = np.ndarray[Any, np.dtype[np.int64]]

_HEADER = struct.Struct("<4sBBBBIIQ")
_COUNTS, _RUNS, _EXPLICIT = 1, 2, 3
_FANOUT = 1024


def segment_name(key: SegmentKey) -> str:
    return f"{key[0]:016x}/{key[1]}"


def _corrupt(code: str, headline: str, path: str) -> CorruptDataError:
    return CorruptDataError(code, headline, (("", path),), "Run `sheaf fsck`")


class _Blob:
    """A blob whose checksum and header hold."""

    def __init__(self, path: str, data: bytes | None) -> None:
        if data is None:
            raise _corrupt("SHEAF-ORD-001", "Blob of the order is missing", path)
        self.path = path
        self.data = data
        self.kind: int
        self.level: int
        self.flags: int
        self.count: int
        self.segments: int
        self.live: int
        if len(data) < 28:
            raise _corrupt(
                "SHEAF-ORD-002",
                f"Blob of the order is too short: expected at least 28 bytes, found {len(data)}",
                path,
            )
        (stored,) = struct.unpack_from("<I", data, len(data) - 4)
        computed = crc32c(memoryview(data)[:-4])
        if stored != computed:
            raise _corrupt(
                "SHEAF-ORD-002",
                "Checksum of the order does not match: "
                f"stored=0x{stored:08x} computed=0x{computed:08x}",
                path,
            )
        magic, version, self.kind, self.level, self.flags, self.count, self.segments, self.live = (
            _HEADER.unpack_from(data)
        )
        if magic != b"SHOR":
            found = int.from_bytes(magic, "little")
            raise _corrupt(
                "SHEAF-ORD-003",
                f"Not a blob of an order: expected magic=0x524f4853, found 0x{found:08x}",
                path,
            )
        if version > 1:
            raise UnsupportedFormatError(
                "SHEAF-ORD-008",
                f"Order has a newer layout: version={version}, known up to 1",
                (("", path),),
                "Update Sheaf to read this dataset",
            )
        self.expect("version", 1, version)

    def expect(self, name: str, expected: int, found: int) -> None:
        if found != expected:
            raise _corrupt(
                "SHEAF-ORD-003",
                f"Bad header of the order: expected {name}={expected}, found {found}",
                self.path,
            )

    def range(self, name: str, low: int, high: int, found: int) -> None:
        if not low <= found <= high:
            raise self.bad(name, f"{low}..{high}", found)

    def bad(self, name: str, expected: str, found: object) -> CorruptDataError:
        return _corrupt(
            "SHEAF-ORD-005",
            f"Bad value in the order: expected {name} to be {expected}, found {found}",
            self.path,
        )

    def length(self, expected: int) -> None:
        if len(self.data) != expected:
            raise _corrupt(
                "SHEAF-ORD-004",
                f"Bad length in the order: expected {expected} bytes, found {len(self.data)}",
                self.path,
            )

    def sum(self, what: str, expected: int, found: int) -> None:
        if expected != found:
            raise _corrupt(
                "SHEAF-ORD-006",
                f"Live counts of the order disagree: expected {what}={expected}, found {found}",
                self.path,
            )

    def dictionary(self) -> list[SegmentKey]:
        pairs = np.frombuffer(self.data, "<u8", 2 * self.segments, 24).tolist()
        keys = list(zip(pairs[::2], pairs[1::2], strict=True))
        for before, key in pairwise(keys):
            if before >= key:
                raise self.bad("segments", "ascending", segment_name(key))
        return keys


class _Counts:
    """A node: live counts of its children."""

    def __init__(self, blob: _Blob, level: int | None, is_last: bool) -> None:
        blob.expect("kind", _COUNTS, blob.kind)
        if level is None:
            blob.range("level", 1, 3, blob.level)
        else:
            blob.expect("level", level, blob.level)
        blob.expect("flags", 0, blob.flags)
        blob.expect("segment count", 0, blob.segments)
        least = (2 if blob.level > 1 else 0) if level is None else 1 if is_last else _FANOUT
        blob.range("count", least, _FANOUT, blob.count)
        blob.length(28 + 8 * blob.count)
        self.level = blob.level
        self.counts: list[int] = np.frombuffer(blob.data, "<u8", blob.count, 24).tolist()
        total = 0
        self.ends = []
        for count in self.counts:
            total += count
            self.ends.append(total)
        if total >= 1 << 63:
            raise blob.bad("the sum of counts", "below 2^63", total)
        blob.sum("live", blob.live, total)


class Leaf:
    """A leaf: places in order. ``starts`` are numbers of live samples within the leaf."""

    def __init__(self, path: str, data: bytes | None, live: int, deletions: Deletions) -> None:
        blob = _Blob(path, data)
        if blob.kind not in (_RUNS, _EXPLICIT):
            blob.expect("kind", _RUNS, blob.kind)
        blob.expect("level", 0, blob.level)
        self.path = path
        self.live = blob.live
        self.deletions = deletions
        self.is_explicit = blob.kind == _EXPLICIT
        if self.is_explicit:
            self._explicit(blob)
        else:
            self._runs(blob)
        blob.sum("live", live, blob.live)

    def _head(self, blob: _Blob, most: int) -> int:
        blob.range("count", 1, most, blob.count)
        blob.range("segment count", 1, min(blob.count, 65_536), blob.segments)
        return 24 + 16 * blob.segments

    def _runs(self, blob: _Blob) -> None:
        blob.expect("flags", 0, blob.flags)
        at = self._head(blob, 512)
        blob.length(at + 16 * blob.count + 4)
        self.keys = blob.dictionary()
        runs = np.frombuffer(blob.data, "<u4", 4 * blob.count, at).reshape(-1, 4).astype(np.int64)
        segment, first, count, live = (runs[:, i] for i in range(4))
        self._check_indexes(blob, segment)
        for name, values, low, high in (
            ("first slot", first, 0, 65_535),
            ("slot count", count, 1, 65_536),
            ("first slot + slot count", first + count, 1, 65_536),
        ):
            wrong = np.flatnonzero((values < low) | (values > high))
            if len(wrong):
                raise blob.bad(name, f"{low}..{high}", int(values[wrong[0]]))
        wrong = np.flatnonzero(live > count)
        if len(wrong):
            raise blob.bad("live", "at most the slot count", int(live[wrong[0]]))
        joined = (segment[1:] == segment[:-1]) & (first[1:] == first[:-1] + count[:-1])
        if joined.any():
            raise blob.bad("a run", "apart from the one before", int(np.argmax(joined)) + 1)
        ends = np.cumsum(live)
        blob.sum("live", int(ends[-1]), blob.live)
        self.segment: list[int] = segment.tolist()
        self.first: list[int] = first.tolist()
        self.count: list[int] = count.tolist()
        self.live_of: list[int] = live.tolist()
        self.ends: list[int] = ends.tolist()
        self.starts: list[int] = (ends - live).tolist()
        self._slots: dict[int, IntArray] = {}

    def _explicit(self, blob: _Blob) -> None:
        blob.range("flags", 0, 1, blob.flags)
        at = self._head(blob, 65_536)
        dead_bytes = (blob.count + 7) // 8 if blob.flags else 0
        blob.length(at + 4 * blob.count + dead_bytes + 4)
        self.keys = blob.dictionary()
        places = np.frombuffer(blob.data, "<u2", 2 * blob.count, at).astype(np.int64)
        segment, slot = places[: blob.count], places[blob.count :]
        self._check_indexes(blob, segment)
        if blob.flags:
            raw = np.frombuffer(blob.data, np.uint8, dead_bytes, at + 4 * blob.count)
            bits = np.unpackbits(raw, bitorder="little")
            if bits[blob.count :].any():
                raise blob.bad("the bits beyond count", "0", 1)
            if not bits.any():
                raise blob.bad("flags", "0, as no place is dead", 1)
            alive = bits[: blob.count] == 0
            segment, slot = segment[alive], slot[alive]
        blob.sum("live", len(slot), blob.live)
        self.places = (segment, slot)

    def _check_indexes(self, blob: _Blob, segment: IntArray) -> None:
        used = np.zeros(blob.segments, np.bool_)
        if int(segment.max()) >= blob.segments:
            raise blob.bad("segment", f"below {blob.segments}", int(segment.max()))
        used[segment] = True
        if not used.all():
            raise blob.bad("segments", "all used", int(np.argmin(used)))

    def locate(self, number: int) -> tuple[SegmentKey, int]:
        """Returns segment and slot of a live sample of this leaf."""
        if self.is_explicit:
            segment, slot = self.places
            return self.keys[segment[number]], int(slot[number])
        run = bisect_right(self.ends, number)
        within = number - self.starts[run]
        key = self.keys[self.segment[run]]
        if self.live_of[run] == self.count[run]:
            return key, self.first[run] + within
        return key, int(self.live_slots(run)[within])

    def live_slots(self, run: int) -> IntArray:
        """Returns the live slots of a run, ascending."""
        known = self._slots.get(run)
        if known is not None:
            return known
        first, count, live = self.first[run], self.count[run], self.live_of[run]
        slots = np.arange(first, first + count, dtype=np.int64)
        if live == 0:
            slots = slots[:0]
        elif live != count:
            deleted = self.deletions(self.keys[self.segment[run]])
            alive = np.ones(65_536, np.bool_)
            alive[deleted] = False
            slots = slots[alive[slots]]
            if len(slots) != live:
                raise _corrupt(
                    "SHEAF-ORD-007",
                    "The order and the deletions of segment "
                    f"{segment_name(self.keys[self.segment[run]])} disagree: "
                    f"expected live={live} from slot {first}, found {len(slots)}",
                    self.path,
                )
        self._slots[run] = slots
        return slots

    def runs(self) -> Iterator[tuple[SegmentKey, IntArray]]:
        """Yields the live samples in order, as slots of one segment after the other."""
        if not self.is_explicit:
            for run, segment in enumerate(self.segment):
                if self.live_of[run]:
                    yield self.keys[segment], self.live_slots(run)
            return
        segments, slots = self.places
        if len(slots) == 0:
            return
        cuts = [0, *(np.flatnonzero(np.diff(segments)) + 1).tolist(), len(slots)]
        for start, end in pairwise(cuts):
            yield self.keys[segments[start]], slots[start:end]


#: Returns the deleted slots of a segment.
Deletions = Callable[[SegmentKey], np.ndarray[Any, Any]]


def _digits(number: int) -> list[str]:
    digits = []
    while True:
        number, digit = divmod(number, 1024)
        digits.append(f"{digit:03x}")
        if number == 0:
            return digits[::-1]


def leaf_path(number: int) -> str:
    return "order/" + "/".join(_digits(number)) + ".leaf"


def node_path(number: int, level: int) -> str:
    folders = [] if number == 0 else _digits(number)
    return "/".join(["order", *folders, f"counts.{level}"])


class Order:
    """Finds samples by index. Loads leaves and nodes as they are asked for, and keeps some."""

    MAX_LEAVES = 4096

    def __init__(self, read: Callable[[str], bytes | None], deletions: Deletions) -> None:
        self._read = read
        self._deletions = deletions
        self._root = _Counts(_Blob("order/counts", read("order/counts")), None, True)
        self._nodes: dict[tuple[int, int], _Counts] = {}
        self._leaves: dict[int, Leaf] = {}
        self.size = self._root.ends[-1] if self._root.ends else 0
        # The leaf that was asked for last: its first sample, its end, itself.
        self._last: tuple[int, int, Leaf | None] = (0, 0, None)

    def locate(self, index: int) -> tuple[SegmentKey, int]:
        """Returns segment and slot of the sample with an index in ``0..size-1``."""
        start, end, leaf = self._last
        if leaf is None or not start <= index < end:
            start, leaf = self.leaf_of(index)
            self._last = (start, start + leaf.live, leaf)
        return leaf.locate(index - start)

    def leaf_of(self, index: int) -> tuple[int, Leaf]:
        """Returns the leaf of an index, and the index of its first sample."""
        node, number, start = self._root, 0, 0
        while True:
            child = bisect_right(node.ends, index - start)
            live = node.counts[child]
            start += node.ends[child] - live
            number = number * _FANOUT + child
            if node.level == 1:
                return start, self._leaf(number, live)
            node = self._node(number, node.level - 1, live)

    def _node(self, number: int, level: int, live: int) -> _Counts:
        found = self._nodes.get((level, number))
        if found is None:
            path = node_path(number, level)
            blob = _Blob(path, self._read(path))
            is_last = number == self._nodes_of(level) - 1
            found = _Counts(blob, level, is_last)
            blob.sum("live", live, blob.live)
            if len(self._nodes) >= self.MAX_LEAVES:
                self._nodes.clear()
            self._nodes[level, number] = found
        return found

    def _nodes_of(self, level: int) -> int:
        """Returns how many nodes a level has, as far as the loaded levels above tell."""
        if level == self._root.level - 1:
            return len(self._root.counts)
        last_above = len(self._root.counts) - 1
        above = self._node(last_above, level + 1, self._root.counts[last_above])
        return last_above * _FANOUT + len(above.counts)

    def _leaf(self, number: int, live: int) -> Leaf:
        leaf = self._leaves.get(number)
        if leaf is None:
            path = leaf_path(number)
            leaf = Leaf(path, self._read(path), live, self._deletions)
            if len(self._leaves) >= self.MAX_LEAVES:
                self._leaves.clear()
            self._leaves[number] = leaf
        return leaf

    def runs(self, start: int, stop: int) -> Iterator[tuple[int, SegmentKey, IntArray]]:
        """Yields ``(first index, segment, slots)`` for the samples ``start..stop-1`` in order."""
        at = start
        while at < stop:
            first, leaf = self.leaf_of(at)
            for key, slots in leaf.runs():
                end = first + len(slots)
                if end > at:
                    if first >= stop:
                        break
                    piece = slots[at - first : stop - first]
                    yield at, key, piece
                    at += len(piece)
                first = end


def check_index(index: int, size: int, place: tuple[tuple[str, object], ...]) -> int:
    """Returns the index counted from 0.

    Raises:
        IndexOutOfRangeError: if the version has no such sample.
    """
    if not -size <= index < size:
        raise IndexOutOfRangeError(
            "SHEAF-NF-001",
            f"Sample index {index} is out of range",
            place,
            "The version has no samples"
            if size == 0
            else f"The version has {size} samples: 0 to {size - 1}, or -1 for the last",
        )
    return index + size if index < 0 else index
