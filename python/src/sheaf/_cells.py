"""Arrays of a page, as functions from a row to its value. The sections "Forms" and "Arrow types".

A page is checked for each column when the column is first used; after that no access can leave it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._pages import Page, PageError
from .errors import FSCK, CorruptDataError
from .types import BITS, MAX_VOLUME, NUMPY, PACKED, Type

Array = np.ndarray[Any, Any]
Getter = Callable[[int], Any]

#: Integers that are indexed one by one.
Ints = memoryview
_OFFSETS = np.dtype("<i4")
_NO_OFFSETS = memoryview(bytes(4)).cast("i")


def damaged_value(what: str) -> CorruptDataError:
    return CorruptDataError("SHEAF-CHK-005", f"Value is damaged: {what}", (), FSCK)


class Cells:
    """The cells of a column of a page.

    Attributes:
        get: from a row of the page to the value, or None.
        values: where there is one, the array of all rows; what it has at null rows means nothing.
        valid: which rows are not null; None if all are.
    """

    __slots__ = ("get", "valid", "values")

    def __init__(self, get: Getter, values: Array | None = None, valid: Array | None = None):
        self.get = get
        self.values = values
        self.valid = valid

    def gather(self, rows: Array) -> Array | None:
        """Returns values of many rows as one array; None where they are no array."""
        return None if self.values is None else self.values[rows]


class Cursor:
    """Walks the nodes and buffers of a page, in the order of its fields."""

    def __init__(self, page: Page, node: int, buffer: int) -> None:
        self.page = page
        self._node = node
        self._buffer = buffer

    def node(self, rows: int) -> int:
        """Checks the length of the next node, and returns its null count."""
        length, nulls = self.page.nodes[self._node]
        self._node += 1
        if length != rows:
            raise PageError("node length")
        return nulls

    def peek(self) -> int:
        return self.page.nodes[self._node][0]

    def buffer(self, least: int) -> memoryview:
        data = self.page.buffer(self._buffer)
        self._buffer += 1
        if len(data) < least:
            raise PageError("buffer length")
        return data

    def skip_buffer(self) -> None:
        self._buffer += 1

    def valid(self, rows: int) -> Array | None:
        """Reads a node and its validity buffer: a boolean a row, or None if no row is null."""
        nulls = self.node(rows)
        if nulls == 0:
            self.skip_buffer()
            return None
        if nulls == rows:
            self.skip_buffer()
            return frozen(np.zeros(rows, np.bool_))
        bits = np.frombuffer(self.buffer((rows + 7) // 8), np.uint8)
        valid = np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)
        valid.flags.writeable = False
        return valid

    def fixed(self, rows: int, dtype: np.dtype[Any], shape: tuple[int, ...] = ()) -> Array:
        count = rows
        for axis in shape:
            count *= axis
        data = self.buffer(count * dtype.itemsize)
        if count == 0:
            return np.empty((rows, *shape), dtype)
        return np.frombuffer(data, dtype, count).reshape(rows, *shape)

    def ints(self, rows: int, form: str) -> Ints:
        """Reads integers of the form ``i``, ``I`` or ``Q`` without a copy: single ones are had
        faster from a memoryview than from an array."""
        size = 8 if form == "Q" else 4
        return self.buffer(rows * size)[: rows * size].cast("B").cast(form)  # type: ignore[call-overload, no-any-return]

    def offsets(self, rows: int) -> Ints:
        """Reads 32-bit offsets; an array without rows may have none."""
        if rows == 0:
            self.skip_buffer()
            return _NO_OFFSETS
        found = self.ints(rows + 1, "i")
        offsets = np.frombuffer(found, _OFFSETS)
        if offsets[0] < 0 or (offsets[1:] < offsets[:-1]).any():
            raise PageError("offsets")
        return found


def masked(get: Getter, valid: Array | None) -> Getter:
    if valid is None:
        return get
    known = valid.tobytes()
    return lambda row: get(row) if known[row] else None


def plain(cursor: Cursor, kind: Type, rows: int) -> Cells:
    """Reads an array of the form ``plain``."""
    return _READERS[kind.kind](cursor, kind, rows)


def _scalar(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    if kind.dtype == "bool":
        bits = np.frombuffer(cursor.buffer((rows + 7) // 8), np.uint8)
        values: Array = np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)
        values.flags.writeable = False
    else:
        values = cursor.fixed(rows, NUMPY[kind.dtype])
    return Cells(masked(values.__getitem__, valid), values, valid)


def _date(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    days = cursor.fixed(rows, np.dtype("<i4"))
    values = days.astype("<i8").view("datetime64[D]")
    values.flags.writeable = False
    return Cells(masked(values.__getitem__, valid), values, valid)


def _timestamp(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    values = cursor.fixed(rows, np.dtype(f"<M8[{kind.unit}]"))
    return Cells(masked(values.__getitem__, valid), values, valid)


def _text(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    offsets, data = _bytes(cursor, rows)

    def get(row: int) -> str:
        return str(data[offsets[row] : offsets[row + 1]], "utf-8", "replace")

    return Cells(masked(get, valid), None, valid)


def _binary(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    offsets, data = _bytes(cursor, rows)
    return Cells(
        masked(lambda row: bytes(data[offsets[row] : offsets[row + 1]]), valid), None, valid
    )


def _bytes(cursor: Cursor, rows: int) -> tuple[Ints, memoryview]:
    offsets = cursor.offsets(rows)
    return offsets, cursor.buffer(offsets[-1])


def _list(cursor: Cursor, kind: Type, rows: int) -> Cells:
    assert kind.element is not None
    valid = cursor.valid(rows)
    offsets = cursor.offsets(rows)
    length = cursor.peek()
    if offsets[-1] > length:
        raise PageError("offsets")
    element = plain(cursor, kind.element, length).get

    def get(row: int) -> list[Any]:
        return [element(i) for i in range(offsets[row], offsets[row + 1])]

    return Cells(masked(get, valid), None, valid)


def _struct(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    fields = [(name, plain(cursor, field, rows).get) for name, field in kind.fields]
    return Cells(masked(lambda row: {name: get(row) for name, get in fields}, valid), None, valid)


def _tensor(cursor: Cursor, kind: Type, rows: int) -> Cells:
    read = _fixed_tensor if kind.is_fixed_tensor else _ragged
    return read(cursor, kind, rows)


def _fixed_tensor(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    axes = tuple(axis or 0 for axis in kind.axes)
    if kind.is_packed and kind.width:
        packed = np.frombuffer(cursor.buffer(rows * kind.width), np.uint8)[: rows * kind.width]
        packed = packed.reshape(rows, kind.width)
        get: Getter = lambda row: unpack(packed[row], kind.dtype, axes)  # noqa: E731
        return Cells(masked(get, valid), None, valid)
    count = 0 if kind.is_packed else kind.count
    if rows * count > cursor.peek():
        raise PageError("node length")
    cursor.node(rows * count)
    cursor.skip_buffer()
    if kind.is_packed:
        cursor.buffer(0)
        values: Array = np.empty((rows, *axes), NUMPY[kind.dtype])
    else:
        values = cursor.fixed(rows, NUMPY[kind.dtype], axes)
    values.flags.writeable = False
    return Cells(masked(row_getter(values), valid), values, valid)


def row_getter(values: Array) -> Getter:
    """Rows of an array as arrays, also where they have no axes."""
    if values.ndim > 1:
        return values.__getitem__
    return lambda row: values[row, ...]


def _ragged(cursor: Cursor, kind: Type, rows: int) -> Cells:
    valid = cursor.valid(rows)
    data = ragged_data(cursor, kind, rows)
    shape = shapes(cursor, kind, rows)
    return Cells(masked(lambda row: ragged_tensor(kind, shape(row), data(row)), valid), None, valid)


def ragged_data(cursor: Cursor, kind: Type, rows: int) -> Callable[[int], memoryview]:
    """Reads the elements of ragged tensors: from a row to its bytes."""
    cursor.valid(rows)
    if kind.is_packed:
        offsets, data = _bytes(cursor, rows)
        width = 1
    else:
        width = BITS[kind.dtype] // 8
        offsets = cursor.offsets(rows)
        length = cursor.peek()
        if offsets[-1] > length:
            raise PageError("offsets")
        cursor.node(length)
        cursor.skip_buffer()
        data = cursor.buffer(length * width)
    return lambda row: data[offsets[row] * width : offsets[row + 1] * width]


def shapes(cursor: Cursor, kind: Type, rows: int) -> Callable[[int], tuple[int, ...]]:
    """Reads the axes of ragged tensors, checked against the type."""
    valid = cursor.valid(rows)
    rank = len(kind.axes)
    cursor.node(rows * rank)
    cursor.skip_buffer()
    axes = cursor.ints(rows * rank, "i")

    def get(row: int) -> tuple[int, ...]:
        if valid is not None and not valid[row]:
            raise damaged_value("tensor without a shape")
        found = tuple(axes[row * rank : (row + 1) * rank])
        volume = 1
        for axis, wanted in zip(found, kind.axes, strict=True):
            volume *= axis or 1
            if axis < 0 or (wanted is not None and axis != wanted):
                raise damaged_value(f"shape {list(found)} of a {kind}")
        if volume > MAX_VOLUME:
            raise damaged_value(f"shape {list(found)} is more than an array can have")
        return found

    return get


def ragged_tensor(kind: Type, shape: tuple[int, ...], data: memoryview | bytes) -> Array:
    """Returns a tensor over bytes: a view where they are aligned and the dtype is not packed."""
    count = 1
    for axis in shape:
        count *= axis
    if (count * BITS[kind.dtype] + 7) // 8 != len(data):
        raise damaged_value(f"{len(data)} bytes for the shape {list(shape)} of a {kind}")
    if kind.is_packed:
        return unpack(np.frombuffer(data, np.uint8), kind.dtype, shape)
    if count == 0:
        return frozen(np.empty(shape, NUMPY[kind.dtype]))
    values = np.frombuffer(data, NUMPY[kind.dtype], count)
    if not values.flags.aligned:
        values = frozen(values.copy())
    return values.reshape(shape)


def frozen(values: Array) -> Array:
    values.flags.writeable = False
    return values


def unpack(packed: Array, dtype: str, shape: tuple[int, ...]) -> Array:
    """Returns elements of fewer than 8 bits, one a byte.

    Args:
        packed: ``uint8[ceil(n * bits / 8)]``, from the lowest bits up.
        dtype: ``bool``, ``u1``, ``u2``, ``u4`` or ``i4``.
        shape: the axes; n is their product.
    """
    count = 1
    for axis in shape:
        count *= axis
    if count == 0:
        return frozen(np.empty(shape, NUMPY[dtype]))
    bits = BITS[dtype]
    if bits == 1:
        values: Array = np.unpackbits(packed, count=count, bitorder="little")
    else:
        shifts = np.arange(0, 8, bits, dtype=np.uint8)
        values = (packed[:, None] >> shifts & ((1 << bits) - 1)).reshape(-1)[:count]
    if dtype == "bool":
        values = values.view(np.bool_)
    elif dtype == "i4":
        values = ((values ^ 8).astype(np.int8) - 8).astype(np.int8)
    return frozen(values.reshape(shape))


_READERS: dict[str, Callable[[Cursor, Type, int], Cells]] = {
    "scalar": _scalar,
    "date": _date,
    "timestamp": _timestamp,
    "utf8": _text,
    "json": _text,
    "binary": _binary,
    "list": _list,
    "struct": _struct,
    "tensor": _tensor,
}


# Widening


def widened(values: Array, narrow: str, wide: str) -> Array:
    """Returns the same numbers in a wider dtype; a NaN keeps sign and mantissa, aligned left."""
    to = NUMPY[wide]
    if narrow not in _MANTISSA:
        return frozen(values.astype(to))
    # By bits, as the processor makes every NaN a quiet one.
    with np.errstate(invalid="ignore"):
        result = values.astype(to)
    nan = np.isnan(values.astype(np.float32) if narrow == "bfloat16" else values)
    if nan.any():
        bits = values[nan].view(f"<u{values.dtype.itemsize}").astype("<u8")
        from_bits, to_bits = BITS[narrow], BITS[wide]
        mantissa = bits & np.uint64((1 << _MANTISSA[narrow]) - 1)
        sign = bits >> np.uint64(from_bits - 1)
        exponent = ((1 << (to_bits - 1 - _MANTISSA[wide])) - 1) << _MANTISSA[wide]
        made = (
            sign << np.uint64(to_bits - 1)
            | np.uint64(exponent)
            | mantissa << np.uint64(_MANTISSA[wide] - _MANTISSA[narrow])
        )
        result.view(f"<u{to.itemsize}")[nan] = made.astype(f"<u{to.itemsize}")
    return frozen(result)


_MANTISSA = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52}


def widened_cells(cells: Cells, narrow: Type, wide: Type) -> Cells:
    assert cells.values is not None
    values = widened(cells.values, narrow.dtype, wide.dtype)
    return Cells(masked(values.__getitem__, cells.valid), values, cells.valid)


def tensor_bytes(values: Array, dtype: str) -> bytes:
    """Returns the elements of a tensor as the format stores them; for tests and digests."""
    if dtype not in PACKED:
        return np.ascontiguousarray(values).tobytes()
    flat = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
    bits = BITS[dtype]
    per = 8 // bits
    padded = np.zeros((len(flat) + per - 1) // per * per, np.uint8)
    padded[: len(flat)] = flat & ((1 << bits) - 1)
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return bytes((padded.reshape(-1, per) << shifts).sum(axis=1).astype(np.uint8))
