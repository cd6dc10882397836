"""Samples as Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ._records import Column
from .types import Type

if TYPE_CHECKING:
    from ._dataset import Dataset

_ROWS = 4096
_PLAIN = {
    "bool": pa.bool_(), "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(),
    "int64": pa.int64(), "uint8": pa.uint8(), "uint16": pa.uint16(), "uint32": pa.uint32(),
    "uint64": pa.uint64(), "float16": pa.float16(), "bfloat16": pa.uint16(),
    "float32": pa.float32(), "float64": pa.float64(),
    "u1": pa.uint8(), "u2": pa.uint8(), "u4": pa.uint8(), "i4": pa.int8(),
}  # fmt: skip


def arrow_type(kind: Type) -> pa.DataType:
    """Returns the Arrow type that a column of a table has."""
    if kind.kind == "scalar":
        return _PLAIN[kind.dtype]
    if kind.kind in ("utf8", "json"):
        return pa.string()
    if kind.kind == "binary":
        return pa.binary()
    if kind.kind == "media":
        return pa.large_binary()
    if kind.kind == "date":
        return pa.date32()
    if kind.kind == "timestamp":
        return pa.timestamp(kind.unit, kind.zone)
    if kind.kind == "list":
        assert kind.element is not None
        return pa.list_(arrow_type(kind.element))
    if kind.kind == "struct":
        return pa.struct([(name, arrow_type(field)) for name, field in kind.fields])
    element = _PLAIN[kind.dtype]
    if kind.is_fixed_tensor:
        # Arrow has no array of lists of the fixed length 0.
        return pa.list_(element, kind.count) if kind.count else pa.list_(element)
    return pa.struct([("data", pa.list_(element)), ("shape", pa.list_(pa.int32()))])


def table(dataset: Dataset, indices: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
    """Returns samples as a table, with a chunk for every 4,096 of them."""
    from ._dataset import Batch

    fields = [
        pa.field(c.name, _field_type(c.type), metadata={"sheaf.type": str(c.type)})
        for c in dataset._columns
    ]
    schema = pa.schema(fields)
    batches = []
    for start in range(0, len(indices), _ROWS):
        batch = Batch(dataset, indices[start : start + _ROWS])
        arrays = [_array(column, *batch.read(column)) for column in dataset._columns]
        batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)


def _field_type(kind: Type) -> pa.DataType:
    if kind.is_fixed_tensor and kind.count:
        return pa.fixed_shape_tensor(_PLAIN[kind.dtype], [axis or 0 for axis in kind.axes])
    return arrow_type(kind)


def _array(column: Column, values: Any, valid: np.ndarray[Any, Any] | None) -> pa.Array:
    kind = column.type
    mask = None if valid is None else ~valid
    if kind.is_fixed_tensor and kind.count == 0:
        nothing: list[list[int] | None] = [
            [] if valid is None or valid[i] else None for i in range(len(values))
        ]
        return pa.array(nothing, arrow_type(kind))
    if kind.is_fixed_tensor:
        element = pa.array(_numbers(values.reshape(-1), kind), _PLAIN[kind.dtype])
        nulls = None if mask is None else pa.array(mask)
        storage = pa.FixedSizeListArray.from_arrays(element, kind.count, mask=nulls)
        return pa.ExtensionArray.from_storage(_field_type(kind), storage)
    if isinstance(values, np.ndarray):
        if kind.kind == "date":
            days = pa.array(values.view(np.int64).astype(np.int32), pa.int32(), mask=mask)
            return days.view(pa.date32())
        if kind.kind == "timestamp":
            units = pa.array(values.view(np.int64), pa.int64(), mask=mask)
            return units.view(arrow_type(kind))
        return pa.array(_numbers(values, kind), arrow_type(kind), mask=mask)
    return pa.array([_plain(kind, value) for value in values], arrow_type(kind))


def _numbers(values: np.ndarray[Any, Any], kind: Type) -> np.ndarray[Any, Any]:
    return values.view(np.uint16) if kind.dtype == "bfloat16" else values


def _plain(kind: Type, value: Any) -> Any:
    """Returns a value as pyarrow takes it."""
    if value is None:
        return None
    if kind.kind == "media":
        return value.bytes
    if kind.kind == "tensor":
        numbers = _numbers(np.ascontiguousarray(value).reshape(-1), kind)
        if kind.is_fixed_tensor:
            return numbers.tolist() if kind.dtype != "float16" else list(numbers)
        data = numbers.tolist() if kind.dtype != "float16" else list(numbers)
        return {"data": data, "shape": list(value.shape)}
    if kind.kind == "list":
        assert kind.element is not None
        return [_plain(kind.element, element) for element in value]
    if kind.kind == "struct":
        return {name: _plain(field, value[name]) for name, field in kind.fields}
    if kind.kind == "date":
        return int(value.astype(np.int64))
    if kind.kind == "timestamp":
        return int(value.astype(np.int64))
    if kind.kind == "scalar":
        if kind.dtype == "bfloat16":
            return int(value.view(np.uint16))
        return value if kind.dtype == "float16" else value.item()
    return value
