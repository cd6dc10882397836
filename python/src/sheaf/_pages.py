"""Pages: one Arrow record batch each, checked before it is read. The section "Pages"."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import numpy as np

from .errors import FSCK, CorruptDataError, UnsupportedFormatError
from .types import Type

MAX_PAGE = 1 << 30
MAX_RATIO = 40_000
_RECORD_BATCH = 3
_ZSTD = 1
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Place = tuple[tuple[str, object], ...]


class PageError(ValueError):
    """A page is not what the specification says; the text says which part."""


class _Table:
    """A table of a flatbuffer. Every access is checked against the bytes there are."""

    def __init__(self, data: bytes | memoryview, at: int) -> None:
        self.data = data
        self.at = at
        vtable = at - self._number("<i", at)
        size = self._number("<H", vtable)
        if size < 4 or vtable < 0 or vtable + size > len(data):
            raise PageError("flatbuffer")
        self.vtable = vtable
        self.fields = (size - 4) // 2

    def _number(self, form: str, at: int) -> int:
        if at < 0:
            raise PageError("flatbuffer")
        try:
            value: int = struct.unpack_from(form, self.data, at)[0]
        except struct.error:
            raise PageError("flatbuffer") from None
        return value

    def _place(self, field: int) -> int:
        if field >= self.fields:
            return 0
        offset = self._number("<H", self.vtable + 4 + 2 * field)
        return self.at + offset if offset else 0

    def number(self, field: int, form: str, default: int = 0) -> int:
        at = self._place(field)
        return self._number(form, at) if at else default

    def table(self, field: int) -> _Table | None:
        at = self._place(field)
        return _Table(self.data, at + self._number("<I", at)) if at else None

    def pairs(self, field: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Returns a vector of structs of two 64-bit integers."""
        at = self._place(field)
        if not at:
            return np.empty((0, 2), np.int64)
        at += self._number("<I", at)
        count = self._number("<I", at)
        if at + 4 + 16 * count > len(self.data):
            raise PageError("flatbuffer")
        return np.frombuffer(self.data, "<i8", 2 * count, at + 4).reshape(count, 2)


class Page:
    """A checked record batch: nodes, and buffers by number."""

    __slots__ = ("_buffers", "_cache", "body", "compressed", "cost", "nodes", "place", "rows")

    def __init__(
        self, data: bytes | memoryview, rows: int | None, nodes: int, buffers: int, place: Place
    ) -> None:
        """Checks a page whose CRC-32C holds.

        Raises:
            CorruptDataError: if it is no record batch of so many rows, nodes and buffers.
        """
        self.place = place
        try:
            self._parse(memoryview(data).toreadonly(), rows, nodes, buffers)
        except PageError as e:
            raise CorruptDataError(
                "SHEAF-CHK-003", f"Page is damaged: bad {e}", place, FSCK
            ) from None

    def _parse(self, data: memoryview, rows: int | None, nodes: int, buffers: int) -> None:
        if len(data) < 8 or bytes(data[:4]) != b"\xff\xff\xff\xff":
            raise PageError("continuation mark")
        (length,) = struct.unpack_from("<i", data, 4)
        if not 0 < length <= len(data) - 8:
            raise PageError("metadata")
        metadata = bytes(data[8 : 8 + length])
        if len(metadata) < 4:
            raise PageError("metadata")
        message = _Table(metadata, struct.unpack_from("<I", metadata)[0])
        batch = message.table(2)
        if message.number(1, "<B") != _RECORD_BATCH or batch is None:
            raise PageError("record batch")
        body = data[8 + length :]
        if message.number(3, "<q") != len(body):
            raise PageError("body length")
        count = batch.number(0, "<q")
        if (rows is not None and count != rows) or not 0 <= count <= len(data) * 8:
            raise PageError("row count")
        self.rows = count
        node = batch.pairs(1)
        if len(node) != nodes:
            raise PageError("node count")
        buffer = batch.pairs(2)
        if len(buffer) != buffers:
            raise PageError("buffer count")
        if ((node[:, 0] < 0) | (node[:, 0] > MAX_PAGE)).any():
            raise PageError("node length")
        if ((node[:, 1] < 0) | (node[:, 1] > node[:, 0])).any():
            raise PageError("null count")
        offset, size = buffer[:, 0], buffer[:, 1]
        if ((size < 0) | (size > len(body))).any():
            raise PageError("buffer length")
        if ((offset < 0) | (offset > len(body) - size)).any():
            raise PageError("buffer offset")
        self.nodes: list[list[int]] = node.tolist()
        self._buffers: list[list[int]] = buffer.tolist()
        self._cache: dict[int, memoryview] = {}
        self.body = body
        compression = batch.table(3)
        self.compressed = compression is not None
        self.cost = 4096
        if compression is not None:
            if compression.number(0, "<b") != _ZSTD:
                raise PageError("ZSTD compression")
            self.cost += self._check_frames()

    def _check_frames(self) -> int:
        total = 0
        for number, (offset, size) in enumerate(self._buffers):
            if size == 0:
                continue
            if size < 8:
                raise PageError("compressed buffer")
            (length,) = struct.unpack_from("<q", self.body, offset)
            if length == -1:
                self._cache[number] = self.body[offset + 8 : offset + size]
                total += size - 8
                continue
            if not 0 <= length <= MAX_PAGE or length > MAX_RATIO * (size - 8):
                raise PageError("uncompressed length")
            if _frame_size(self.body[offset + 8 : offset + size]) != length:
                raise PageError("uncompressed length")
            total += length
        if total > MAX_PAGE:
            raise PageError("uncompressed length")
        return total

    def buffer(self, number: int) -> memoryview:
        """Returns a buffer, decompressed if it is compressed. Kept then."""
        offset, size = self._buffers[number]
        if not self.compressed or size == 0:
            return self.body[offset : offset + size]
        known = self._cache.get(number)
        if known is None:
            import pyarrow as pa

            (length,) = struct.unpack_from("<q", self.body, offset)
            frame = bytes(self.body[offset + 8 : offset + size])
            try:
                plain = pa.Codec("zstd").decompress(frame, length, asbytes=True)
            except (OSError, ValueError, pa.ArrowException) as e:
                raise PageError("ZSTD frame") from e
            known = memoryview(plain)
            if len(known) != length:
                raise PageError("uncompressed length")
            self._cache[number] = known
        return known


def _frame_size(frame: memoryview) -> int:
    """Returns the content size that a ZSTD frame states."""
    if len(frame) < 6 or bytes(frame[:4]) != _ZSTD_MAGIC:
        raise PageError("ZSTD frame")
    descriptor = frame[4]
    single = descriptor >> 5 & 1
    at = 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3]
    width = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    if width == 0 or len(frame) < at + width:
        raise PageError("ZSTD frame without a content size")
    size = int.from_bytes(frame[at : at + width], "little")
    return size + 256 if width == 2 else size


@lru_cache(maxsize=10_000)
def physical(kind: Type, form: str) -> tuple[int, int]:
    """Returns how many nodes and buffers a column takes in a page."""
    if form == "plain":
        return _plain(kind)
    if form == "fixed":
        return 1, 2
    if form == "media":
        nodes, buffers = 1 + 1 + 8 + 1, 1 + 3 + 15 + 2
        return nodes, buffers
    if form == "linked":
        return 1 + 1 + 8 + 1 + 1, 1 + 3 + 15 + 2 + 3
    if form == "varying":
        if kind.kind == "tensor":
            inline = (1, 3) if kind.is_packed else (2, 4)
            return 1 + inline[0] + 8 + 2, 1 + inline[1] + 15 + 3
        nodes, buffers = _plain(kind)
        return 1 + nodes + 8, 1 + buffers + 15
    raise UnsupportedFormatError(
        "SHEAF-FMT-006", f'Unknown column form "{form}"', (), "Update Sheaf"
    )


def _plain(kind: Type) -> tuple[int, int]:
    if kind.kind in ("scalar", "date", "timestamp"):
        return 1, 2
    if kind.kind in ("utf8", "json", "binary"):
        return 1, 3
    if kind.kind == "tensor":
        if kind.is_fixed_tensor:
            return (1, 2) if kind.is_packed and kind.width else (2, 3)
        return (4, 7) if kind.is_packed else (5, 8)
    if kind.kind == "list":
        assert kind.element is not None
        nodes, buffers = _plain(kind.element)
        return 1 + nodes, 2 + buffers
    nodes, buffers = 1, 1
    for _, field in kind.fields:
        more = _plain(field)
        nodes, buffers = nodes + more[0], buffers + more[1]
    return nodes, buffers
