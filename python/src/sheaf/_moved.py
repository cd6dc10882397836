"""What became of chunks that are gone: ``chunks/<id>.moved``."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple, NoReturn

from crc32c import crc32c

from .errors import CorruptDataError, PurgedError

Where = tuple[tuple[str, object], ...]

MAX_FILE = 1 << 28
_HEADER = struct.Struct("<4sBBHII32s")
_RANGE = struct.Struct("<BQQ")
_PURGE = struct.Struct("<qI")
_PAGE = struct.Struct("<QIII")
_MAX_CHUNK = 1 << 40
_MAX_PAGE = 1 << 30
_MAX_ROWS = 1 << 16
_MAX_REASON = 4096
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Purge(NamedTuple):
    """When and why bytes were purged."""

    seconds: int
    reason: str

    def error(self, place: Where) -> PurgedError:
        try:
            time = (_EPOCH + timedelta(seconds=self.seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError:
            time = f"{self.seconds} s after 1970"
        return PurgedError(
            "SHEAF-PUR-001",
            f"Value was purged on {time}: {self.reason}",
            place,
            "Its bytes are gone for good; leave the sample out, or use a version without it",
        )


class Range(NamedTuple):
    """Bytes of the chunk that is gone. ``target`` is -1 where they were purged; ``rows`` are those
    that were purged from a page, whose new length and checksum follow."""

    offset: int
    length: int
    target: int
    purge: Purge | None
    rows: Mapping[int, Purge]
    target_length: int
    crc: int


class MovedChunk:
    """The ranges of a chunk that is gone, and the chunk that has what was kept of it."""

    def __init__(self, data: bytes, place: Where) -> None:
        """Reads a file.

        Raises:
            CorruptDataError: if it is not what the specification says.
        """
        self.place = place
        if len(data) < _HEADER.size + 4:
            self._damaged("length")
        end = len(data) - 4
        if crc32c(data[:end]) != int.from_bytes(data[end:], "little"):
            self._damaged("checksum")
        self._data, self._at, self._end = data, 0, end
        magic, version, flags, reserved, purges, ranges, name = self._take(_HEADER, "length")
        if magic != b"SHMV":
            self._damaged("magic")
        if version != 1:
            self._damaged("version")
        if flags > 1 or reserved:
            self._damaged("flags")
        if purges > 1 << 16:
            self._damaged("number of purges")
        if not 1 <= ranges <= (end - self._at) // _RANGE.size:
            self._damaged("number of ranges")
        self.successor: str | None = name.hex() if flags else None
        self._purges = [self._purge() for _ in range(purges)]
        self.ranges: list[Range] = []
        last = 0
        for _ in range(ranges):
            found = self._range()
            if found.offset < last:
                self._damaged("order of ranges")
            last = found.offset + found.length
            self.ranges.append(found)
        if self._at != end:
            self._damaged("length")
        self._starts = [found.offset for found in self.ranges]

    def _take(self, form: struct.Struct, what: str) -> tuple[Any, ...]:
        if form.size > self._end - self._at:
            self._damaged(what)
        values = form.unpack_from(self._data, self._at)
        self._at += form.size
        return values

    def _purge(self) -> Purge:
        seconds, length = self._take(_PURGE, "purge")
        if not 1 <= length <= min(_MAX_REASON, self._end - self._at):
            self._damaged("length of a reason")
        raw = self._data[self._at : self._at + length]
        self._at += length
        try:
            return Purge(seconds, raw.decode())
        except UnicodeDecodeError:
            self._damaged("text of a reason")

    def _range(self) -> Range:
        kind, offset, length = self._take(_RANGE, "range")
        if offset > _MAX_CHUNK or not 1 <= length <= _MAX_CHUNK - offset:
            self._damaged("length of a range")
        if kind == 1:
            (number,) = self._take(struct.Struct("<I"), "purged range")
            return Range(offset, length, -1, self._purge_of(number), {}, 0, 0)
        if kind not in (0, 2) or self.successor is None:
            self._damaged("kind of a range")
        if kind == 0:
            (target,) = self._take(struct.Struct("<Q"), "kept range")
            if target > _MAX_CHUNK - length:
                self._damaged("target of a range")
            return Range(offset, length, target, None, {}, length, 0)
        target, target_length, crc, count = self._take(_PAGE, "page")
        if target > _MAX_CHUNK or not 8 <= target_length <= _MAX_PAGE or length > _MAX_PAGE:
            self._damaged("length of a page")
        if not 1 <= count <= min(_MAX_ROWS, (self._end - self._at) // 8):
            self._damaged("number of rows")
        rows: dict[int, Purge] = {}
        last = -1
        for _ in range(count):
            row, number = self._take(struct.Struct("<II"), "row")
            if not last < row < _MAX_ROWS:
                self._damaged("row")
            last = row
            rows[row] = self._purge_of(number)
        return Range(offset, length, target, None, rows, target_length, crc)

    def _purge_of(self, number: int) -> Purge:
        if number >= len(self._purges):
            self._damaged("number of a purge")
        return self._purges[number]

    def _damaged(self, what: str) -> NoReturn:
        raise damaged(what, self.place)

    def find(self, offset: int, length: int) -> Range:
        """Returns the range that holds these bytes.

        Raises:
            PurgedError: if something in them was purged.
            CorruptDataError: if they were neither kept nor purged.
        """
        at = bisect_right(self._starts, offset) - 1
        found = self.ranges[at] if at >= 0 else None
        if found is not None and offset + length <= found.offset + found.length:
            if found.purge is not None:
                raise found.purge.error(self.place)
            return found
        for other in self.ranges[max(at, 0) :]:
            if other.offset >= offset + length:
                break
            if other.purge is not None and other.offset + other.length > offset:
                raise other.purge.error(self.place)
        raise CorruptDataError(
            "SHEAF-CHK-009",
            f"Bytes [{offset}, {offset + length}) were neither kept nor purged",
            self.place,
            "No version needed them when garbage was collected; get the chunk from another copy of"
            " the dataset if this one does",
        )


def damaged(what: str, place: Where) -> CorruptDataError:
    return CorruptDataError(
        "SHEAF-CHK-008",
        f"File that says where a chunk went is damaged: bad {what}",
        place,
        "Copy it back from another copy of the dataset; `sheaf fsck` lists all that is damaged",
    )
