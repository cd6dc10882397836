"""Layers: pages, and the cells that lie beside them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from crc32c import crc32c

from ._cells import (
    Array,
    Cells,
    Cursor,
    Getter,
    damaged_value,
    masked,
    plain,
    ragged_data,
    ragged_tensor,
    shapes,
    unpack,
    widened_cells,
)
from ._chunks import ChunkStore, Mapped, is_link
from ._moved import Purge
from ._pages import Page, PageError, Place, physical
from ._records import LayerColumn, LayerRecord
from .errors import FSCK, CorruptDataError
from .media import Media
from .types import NUMPY, Type

_BLOCK = 1 << 18
_UTF8 = Type("utf8")
_NONE: Mapping[int, Purge] = {}


def checksum_error(what: str, stored: int, computed: int, place: Place) -> CorruptDataError:
    return CorruptDataError(
        "SHEAF-CHK-001",
        f"{what} checksum does not match: stored=0x{stored:08x} computed=0x{computed:08x}",
        place,
        "The file is damaged; run `sheaf fsck` to list all damaged chunks",
    )


class Cache:
    """What may be forgotten: pages, by what they cost. The oldest goes first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._drops: deque[tuple[int, Callable[[], object]]] = deque()

    def add(self, cost: int, drop: Callable[[], object]) -> None:
        self._drops.append((cost, drop))
        self.used += cost
        while self.used > self.limit and len(self._drops) > 1:
            freed, forget = self._drops.popleft()
            self.used -= freed
            forget()


class Values:
    """Reads what descriptors name, for all layers of a dataset."""

    def __init__(self, store: ChunkStore, cache: Cache) -> None:
        self.store = store
        self.cache = cache
        self._texts: dict[tuple[str, int], tuple[tuple[int, int], Callable[[int], Any], int]] = {}

    def page(
        self, chunk: str, offset: int, length: int, crc: int
    ) -> tuple[bytes, int, Mapping[int, Purge]]:
        """Reads a page, which may have been written anew since its record was made. Returns the
        bytes, what their checksum must be, and the rows that were purged."""
        place = self.store.locate(chunk, offset, length, crc)
        self.store.check(place.chunk, place.offset, place.length)
        data = self.store.read(place.chunk, place.offset, place.length)
        return data, place.crc, place.purged

    def verified(self, chunk: str, offset: int, length: int, crc: int) -> bytes:
        """Reads a range by position and checks it."""
        if is_link(chunk):
            return self._linked(chunk, offset, length, crc)
        self.store.check(chunk, offset, length)
        data = self.store.read(chunk, offset, length)
        computed = crc32c(data)
        if computed != crc:
            place = (("chunk", chunk), ("offset", offset))
            raise checksum_error("Value", crc, computed, place)
        return data

    def _linked(self, link: str, offset: int, length: int, crc: int) -> bytes:
        data = self.store.links.read(link, offset, length, ())
        computed = crc32c(data)
        if computed != crc:
            what = (
                f"bytes [{offset}, {offset + length}) have the CRC-32C 0x{computed:08x}, "
                f"expected 0x{crc:08x}"
            )
            raise self.store.links.changed(link, what, (("link", link), ("offset", offset)))
        return data

    def text(self, chunk: str, offset: int, length: int, crc: int, row: int) -> str:
        """Returns a row of a page of a text chunk."""
        key = (chunk, offset)
        known = self._texts.get(key)
        if known is None or known[0] != (length, crc):
            data, stored, purged = self.page(chunk, offset, length, crc)
            place = (("chunk", chunk), ("offset", offset))
            computed = crc32c(data)
            if computed != stored:
                raise checksum_error("Value", stored, computed, place)
            page = Page(data, None, 1, 3, place)
            cells = read_column(page, lambda: plain(Cursor(page, 0, 0), _UTF8, page.rows))
            get = (_PurgedCells(cells, purged, place) if purged else cells).get
            known = ((length, crc), get, page.rows)
            self._texts[key] = known
            self.cache.add(page.cost + len(data), lambda: self._texts.pop(key, None))
        if row >= known[2]:
            raise damaged_value(f"row {row} of a text page of {known[2]} rows")
        value: str | None = known[1](row)
        if value is None:
            raise damaged_value("null in a text page")
        return value


def read_column(page: Page, read: Callable[[], Cells]) -> Cells:
    try:
        return read()
    except PageError as e:
        raise CorruptDataError(
            "SHEAF-CHK-003", f"Page is damaged: bad {e}", page.place, FSCK
        ) from None


class Layer:
    """The rows of some columns of a segment."""

    def __init__(self, name: str, record: LayerRecord, leaf: bytes | None, values: Values) -> None:
        self.name = name
        self.record = record
        self.leaf = leaf
        self.values = values
        self.first = record.first
        self.columns = {
            column.id: at for at, column in enumerate(record.columns) if not column.aspect
        }
        at = [(0, 0)]
        for column in record.columns:
            nodes, buffers = physical(column.type, column.form)
            if column.form in ("media", "linked"):
                assert column.facts is not None
                facts = physical(column.facts, "plain")
                nodes, buffers = nodes + facts[0], buffers + facts[1]
            at.append((at[-1][0] + nodes, at[-1][1] + buffers))
        self._at = at
        self._pages: dict[int, _PageColumns] = {}
        self._verified: dict[int, bytearray] = {}
        self._matrices: dict[int, tuple[Array, Mapped] | None] = {}
        # The types that the version shows; another version may show wider ones.
        self.shown = [column.type for column in record.columns]
        # The slots of a sparse layer: one array for many look-ups at once, one that bisects fast.
        self.slots = None if record.slots is None else record.slots.astype(np.int64)
        self._slots = None if record.slots is None else array("H", record.slots.tobytes())

    def row(self, slot: int) -> int:
        """Returns the row of a slot, or -1 if the layer does not have it."""
        slots = self._slots
        if slots is None:
            return slot
        row = bisect_left(slots, slot)
        return row if row < len(slots) and slots[row] == slot else -1

    def page_of(self, row: int) -> tuple[_PageColumns, int]:
        """Returns the page of a row, and the row within it."""
        number = bisect_right(self.first, row) - 1
        page = self._pages.get(number)
        if page is None:
            page = self._load(number)
        return page, row - self.first[number]

    def page(self, number: int) -> _PageColumns:
        page = self._pages.get(number)
        return self._load(number) if page is None else page

    def page_place(self, number: int) -> Place:
        chunk = self.record.chunk
        named = ("layer", self.name) if chunk is None else ("chunk", chunk)
        return (named, ("page", number), ("offset", self.record.offset[number]))

    def _load(self, number: int) -> _PageColumns:
        record = self.record
        offset, length = record.offset[number], record.length[number]
        place = self.page_place(number)
        data: bytes | memoryview
        stored, purged = record.crc32c[number], _NONE
        if record.chunk is None:
            leaf = self.leaf
            if leaf is None:
                raise CorruptDataError(
                    "SHEAF-TRE-002", "Leaf of the layer is missing",
                    (("layer", self.name),), "Run `sheaf fsck`",
                )  # fmt: skip
            if offset + length > len(leaf):
                raise CorruptDataError(
                    "SHEAF-CHK-002",
                    f"Leaf is too short: expected {offset + length} bytes, got {len(leaf)}",
                    (("layer", self.name),),
                    "Run `sheaf fsck`",
                )
            data = leaf[offset : offset + length]
        else:
            data, stored, purged = self.values.page(record.chunk, offset, length, stored)
        computed = crc32c(data)
        if computed != stored:
            raise checksum_error("Page", stored, computed, place)
        nodes, buffers = self._at[-1]
        page = Page(data, record.page_rows[number], nodes, buffers, place)
        # What the columns take once they are read: some objects each, and two bytes a row.
        cost = page.cost + len(record.columns) * (2048 + 2 * page.rows)
        mapped = None
        if not page.compressed and record.chunk is not None:
            # Verified, so from here on it is read from the mapping, which other processes share.
            mapped = self.values.store.map(record.chunk)
            if mapped is not None and mapped.size >= offset + length:
                view = mapped.view[offset : offset + length]
                page = Page(view, page.rows, nodes, buffers, place)
            else:
                mapped = None
                cost += length
        columns = _PageColumns(self, number, page, mapped, purged)
        self._pages[number] = columns
        self.values.cache.add(cost, lambda: self._pages.pop(number, None))
        return columns

    def verified(self, column: int) -> bytearray:
        """Returns for each row of a column whether its value outside the page was verified."""
        found = self._verified.get(column)
        if found is None:
            found = self._verified[column] = bytearray(self.record.rows)
        return found

    def matrix(self, column: int) -> tuple[Array, Mapped] | None:
        """Returns the mapped cells of a fixed column, ``[rows, …axes]``, packed ones as
        ``uint8[rows, width]``, and their chunk; None if that is not mapped or too short."""
        try:
            return self._matrices[column]
        except KeyError:
            pass
        tensor = self.record.tensors[column]
        kind = self.record.columns[column].type
        mapped = self.values.store.map(tensor.chunk)
        matrix = None
        rows = self.record.rows
        if mapped is not None and tensor.offset + rows * tensor.width <= mapped.size:
            if kind.is_packed:
                dtype: np.dtype[Any] = np.dtype(np.uint8)
                shape: tuple[int, ...] = (rows, tensor.width)
            else:
                dtype, shape = NUMPY[kind.dtype], (rows, *(axis or 0 for axis in kind.axes))
            if tensor.offset % dtype.itemsize == 0:
                matrix = np.ndarray(shape, dtype, mapped.view, tensor.offset), mapped
        self._matrices[column] = matrix
        return matrix


class _PageColumns:
    """A page, and the columns of it that were read so far."""

    __slots__ = ("_cells", "first", "getters", "layer", "mapped", "number", "page", "purged")

    def __init__(
        self,
        layer: Layer,
        number: int,
        page: Page,
        mapped: Mapped | None = None,
        purged: Mapping[int, Purge] = _NONE,
    ) -> None:
        self.layer = layer
        self.purged = purged
        self.number = number
        self.page = page
        # Where the page lies in mapped memory: to be checked after its cells were read.
        self.mapped = mapped
        self.first = layer.first[number]
        self._cells: list[Cells | None] = [None] * len(layer.record.columns)
        # By column, what reads a row; None until the column is used.
        self.getters: list[Getter | None] = [None] * len(layer.record.columns)

    def column(self, at: int) -> Cells:
        """Returns the cells of a column, as the type that the version has for it."""
        cells = self._cells[at]
        if cells is None:
            column, shown = self.layer.record.columns[at], self.layer.shown[at]
            cells = read_column(self.page, lambda: self._read(at, column))
            if column.type != shown:
                cells = widened_cells(cells, column.type, shown)
            if self.purged:
                cells = _PurgedCells(cells, self.purged, self.layer.page_place(self.number))
            self._cells[at] = cells
            self.getters[at] = cells.get
        return cells

    def getter(self, at: int) -> Getter:
        return self.column(at).get

    def _read(self, at: int, column: LayerColumn) -> Cells:
        cursor = Cursor(self.page, *self.layer._at[at])
        if column.form == "plain":
            return plain(cursor, column.type, self.page.rows)
        if column.form == "fixed":
            return _FixedCells(cursor, self, at, column.type)
        if column.form == "varying":
            return _varying(cursor, self, at, column.type)
        return _media(cursor, self, at, column)


class _PurgedCells(Cells):
    """Cells of a page from which rows were purged; these are null in it, and refused."""

    __slots__ = ("_cells", "_place", "_purged")

    def __init__(self, cells: Cells, purged: Mapping[int, Purge], place: Place) -> None:
        self._cells = cells
        self._purged = purged
        self._place = place
        read = cells.get

        def get(row: int) -> Any:
            if row in purged:
                raise purged[row].error(place)
            return read(row)

        super().__init__(get, None, cells.valid)

    def gather(self, rows: Array) -> Array | None:
        for row in rows.tolist():
            if row in self._purged:
                raise self._purged[row].error(self._place)
        return self._cells.gather(rows)


class _FixedCells(Cells):
    """Cells in a tensor chunk."""

    __slots__ = ("crcs", "first", "kind", "layer", "mapped", "matrix", "tensor", "verified")

    def __init__(self, cursor: Cursor, columns: _PageColumns, at: int, kind: Type) -> None:
        rows = columns.page.rows
        valid = cursor.valid(rows)
        self.crcs = cursor.ints(rows, "I")
        self.layer = columns.layer
        self.first = columns.first
        self.kind = kind
        self.tensor = self.layer.record.tensors[at]
        found = self.layer.matrix(at)
        self.matrix: Array | None = None if found is None else found[0]
        self.mapped: Mapped | None = None if found is None else found[1]
        self.verified = self.layer.verified(at)
        super().__init__(masked(self._getter(), valid), None, valid)

    def _getter(self) -> Getter:
        matrix, first, verified = self.matrix, self.first, self.verified
        if matrix is None or self.mapped is None or self.kind.is_packed or matrix.ndim == 1:
            return lambda row: self._shown(self._raw(row))
        load, check = self._load, self.mapped.check

        def get(row: int) -> Any:
            at = first + row
            if not verified[at]:
                load(row)
            check()
            return matrix[at]

        return get

    def _shown(self, raw: Array | bytes) -> Array:
        axes = tuple(axis or 0 for axis in self.kind.axes)
        if self.kind.is_packed:
            packed = np.frombuffer(raw, np.uint8) if isinstance(raw, bytes) else raw
            return unpack(packed, self.kind.dtype, axes)
        if isinstance(raw, bytes):
            return np.frombuffer(raw, NUMPY[self.kind.dtype]).reshape(axes)
        return raw

    def _raw(self, row: int) -> Array | bytes:
        matrix, mapped = self.matrix, self.mapped
        if matrix is None or mapped is None:
            return self._load(row)
        if not self.verified[self.first + row]:
            return self._load(row)
        mapped.check()
        if not self.kind.is_packed:
            view: Array = matrix[self.first + row, ...]
            return view
        copy: bytes = matrix[self.first + row].tobytes()
        mapped.check()
        return copy

    def _load(self, row: int) -> bytes:
        tensor, at = self.tensor, self.first + row
        offset = tensor.offset + at * tensor.width
        store = self.layer.values.store
        store.check(tensor.chunk, offset, tensor.width)
        data = store.read(tensor.chunk, offset, tensor.width)
        computed = crc32c(data)
        if computed != self.crcs[row]:
            place = (("row", at), ("chunk", tensor.chunk))
            raise checksum_error("Tensor", self.crcs[row], computed, place)
        self.verified[at] = 1
        return data

    def gather(self, rows: Array) -> Array | None:
        matrix, mapped = self.matrix, self.mapped
        if matrix is None or mapped is None or self.kind.is_packed:
            return None
        first, verified = self.first, self.verified
        known = None if self.valid is None else self.valid
        for row in rows.tolist():
            if not verified[first + row] and (known is None or known[row]):
                self._load(row)
        mapped.check()
        found: Array = matrix[rows + first]
        mapped.check()
        return found


class Refs:
    """The descriptors of a column of a page, and the values behind them."""

    __slots__ = (
        "blob", "blobs", "chunk", "crc", "first", "length", "link", "offset", "row", "valid",
        "values", "verified",
    )  # fmt: skip

    def __init__(self, cursor: Cursor, columns: _PageColumns, at: int) -> None:
        rows = columns.page.rows
        self.blobs = columns.layer.record.blobs
        self.values = columns.layer.values
        self.verified = columns.layer.verified(at)
        self.first = columns.first
        self.valid = cursor.valid(rows)
        numbers = []
        for form in ("I", "Q", "Q", "I"):
            cursor.valid(rows)
            numbers.append(cursor.ints(rows, form))
        self.chunk, self.offset, self.length, self.crc = numbers
        blocks = Type("list", element=Type("scalar", dtype="uint32"))
        self.blob = plain(cursor, blocks, rows).get
        row = plain(cursor, Type("scalar", dtype="uint32"), rows)
        self.row = row.get
        # From a row to the path of a linked file below its root, in the form ``linked``.
        self.link: Getter | None = None

    def place(self, row: int) -> tuple[str, int, int]:
        """Returns chunk, offset and length of a range, checked."""
        number = self.chunk[row]
        if number >= len(self.blobs):
            raise CorruptDataError(
                "SHEAF-CHK-005",
                f"Descriptor names chunk {number} of {len(self.blobs)}",
                (("row", self.first + row),),
                FSCK,
            )
        offset, length = self.offset[row], self.length[row]
        if offset > 1 << 40 or length > 1 << 30:
            raise CorruptDataError(
                "SHEAF-CHK-005",
                f"Descriptor with offset={offset} length={length}",
                (("row", self.first + row),),
                FSCK,
            )
        name = self.blobs[number]
        path = None if self.link is None else self.link(row)
        if is_link(name) != (path is not None):
            raise CorruptDataError(
                "SHEAF-CHK-005",
                "Link into a chunk of the dataset"
                if path
                else "Descriptor of a link without a path",
                (("row", self.first + row),),
                FSCK,
            )
        return name if path is None else f"{name}/{path}", offset, length

    def data(self, row: int) -> bytes:
        """Returns the value as bytes of their own memory."""
        found = self.view(row)
        if isinstance(found, bytes):
            return found
        copy = bytes(found)
        mapped = self.values.store.map(self.blobs[self.chunk[row]])
        if mapped is not None:
            mapped.check()
        return copy

    def view(self, row: int) -> bytes | memoryview:
        """Returns the value as bytes: of its own memory when it is touched first, then mapped."""
        chunk, offset, length = self.place(row)
        at = self.first + row
        text_row = self.row(row)
        if text_row is not None:
            return self.values.text(chunk, offset, length, self.crc[row], int(text_row)).encode()
        if self.verified[at]:
            mapped = self.values.store.map(chunk)
            if mapped is not None and offset + length <= mapped.size:
                mapped.check()
                return mapped.view[offset : offset + length]
        data = self.values.verified(chunk, offset, length, self.crc[row])
        # A linked file may change at any moment, so every read of it is checked.
        self.verified[at] = not is_link(chunk)
        return data

    def text(self, row: int) -> str:
        text_row = self.row(row)
        if text_row is None:
            return str(self.data(row), "utf-8", "replace")
        chunk, offset, length = self.place(row)
        return self.values.text(chunk, offset, length, self.crc[row], int(text_row))

    def blocks(self, row: int) -> list[int] | None:
        """Returns the checksums of the blocks of a long range, as many as it has."""
        found = self.blob(row)
        if found is None or self.row(row) is not None:
            return None
        if len(found) != (self.length[row] + _BLOCK - 1) // _BLOCK:
            raise damaged_value(f"{len(found)} blocks for {self.length[row]} bytes")
        return [int(crc) for crc in found]


class _Where:
    """Which of the two children of a value of varying length has it."""

    __slots__ = ("_both",)

    def __init__(self, inline: Array | None, ref: Array | None, rows: int) -> None:
        ones = np.ones(rows, np.uint8)
        near = ones if inline is None else inline.view(np.uint8)
        far = ones if ref is None else ref.view(np.uint8)
        self._both = (near + 2 * far).tobytes()

    def is_inline(self, row: int) -> bool:
        """Whether a value that is not null lies in its page.

        Raises:
            CorruptDataError: if it is nowhere, or in two places.
        """
        both = self._both[row]
        if both == 1:
            return True
        if both == 2:
            return False
        what = "in its page and elsewhere" if both else "nowhere"
        raise CorruptDataError("SHEAF-CHK-005", f"Value is {what}", (), FSCK)


def _varying(cursor: Cursor, columns: _PageColumns, at: int, kind: Type) -> Cells:
    rows = columns.page.rows
    valid = cursor.valid(rows)
    if kind.kind == "tensor":
        start = Cursor(columns.page, cursor._node, cursor._buffer)
        near = start.valid(rows)
        data = ragged_data(cursor, kind, rows)
        refs = Refs(cursor, columns, at)
        shape = shapes(cursor, kind, rows)
        is_inline = _Where(near, refs.valid, rows).is_inline

        def tensor(row: int) -> Array:
            raw = data(row) if is_inline(row) else refs.view(row)
            return ragged_tensor(kind, shape(row), raw)

        return Cells(masked(tensor, valid), None, valid)
    inline = plain(cursor, kind, rows)
    refs = Refs(cursor, columns, at)
    is_inline = _Where(inline.valid, refs.valid, rows).is_inline
    get = inline.get
    far: Getter = refs.data if kind.kind == "binary" else refs.text
    return Cells(masked(lambda row: get(row) if is_inline(row) else far(row), valid), None, valid)


class MediaCells:
    """What the media of a column of a page read from."""

    __slots__ = ("digests", "facts", "inline", "is_inline", "kind", "name", "refs")

    def __init__(
        self,
        column: LayerColumn,
        inline: Getter,
        where: _Where,
        refs: Refs,
        digests: tuple[Array, Array | None],
        facts: Getter,
    ) -> None:
        self.kind = column.type.media
        self.name = column.name
        self.inline = inline
        self.is_inline = where.is_inline
        self.refs = refs
        self.digests = digests
        self.facts = facts

    def length(self, row: int) -> int:
        if self.is_inline(row):
            return len(self.inline(row))
        return int(self.refs.length[row])

    def payload(self, row: int) -> bytes:
        data: bytes = self.inline(row) if self.is_inline(row) else self.refs.data(row)
        return data

    def view(self, row: int) -> bytes | memoryview:
        data: bytes | memoryview = self.inline(row) if self.is_inline(row) else self.refs.view(row)
        return data

    def sha256(self, row: int) -> str:
        digests, valid = self.digests
        if valid is not None and not valid[row]:
            raise CorruptDataError("SHEAF-CHK-005", "Payload without a SHA-256", (), FSCK)
        digest: bytes = digests[row].tobytes()
        return digest.hex()

    def blocks(self, row: int) -> list[int] | None:
        if self.is_inline(row) or self.refs.verified[self.refs.first + row]:
            return None
        return self.refs.blocks(row)

    def block(self, row: int, number: int, crc: int) -> bytes:
        """Returns one block of a long payload, verified by its own checksum."""
        chunk, offset, length = self.refs.place(row)
        start = number * _BLOCK
        size = min(_BLOCK, length - start)
        return self.refs.values.verified(chunk, offset + start, size, crc)

    def place(self, row: int) -> Place:
        return (("", self.refs.values.store.dataset), ("column", self.name))


def _media(cursor: Cursor, columns: _PageColumns, at: int, column: LayerColumn) -> Cells:
    rows = columns.page.rows
    valid = cursor.valid(rows)
    inline = plain(cursor, Type("binary"), rows)
    refs = Refs(cursor, columns, at)
    known = cursor.valid(rows)
    digests = cursor.fixed(rows, np.dtype(np.uint8), (32,))
    assert column.facts is not None
    facts = plain(cursor, column.facts, rows).get
    if column.form == "linked":
        refs.link = plain(cursor, _UTF8, rows).get
    where = _Where(inline.valid, refs.valid, rows)
    source = MediaCells(column, inline.get, where, refs, (digests, known), facts)
    return Cells(masked(lambda row: Media(source, row), valid), None, valid)
