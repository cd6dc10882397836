"""Cells as JSON, in the spelling of the expected cells of the Java tests (``CellJson``).

Floating point is the hex digits of its bits, dates and moments are counts, tensors are shape and
little-endian bytes, and what is longer than 48 bytes is its length and SHA-256.
"""

import hashlib

import numpy as np

import sheaf
from sheaf._cells import tensor_bytes

SHOWN = 48


def digest(data):
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def spell_bytes(data):
    return digest(data) if len(data) > SHOWN else bytes(data).hex()


def spell(kind, value):
    """Returns a value of a type as JSON, after checks of its Python type and dtype."""
    if value is None:
        return None
    if kind.kind == "scalar":
        assert isinstance(value, np.generic), type(value)
        assert value.dtype == kind.numpy, (value.dtype, kind)
        if kind.dtype == "bool":
            return bool(value)
        if "float" in kind.dtype:
            width = value.dtype.itemsize
            return f"{int(value.view(f'u{width}')):0{2 * width}x}"
        return int(value)
    if kind.kind in ("utf8", "json"):
        assert type(value) is str
        data = value.encode()
        return digest(data) if len(data) > SHOWN else value
    if kind.kind == "binary":
        assert type(value) is bytes
        return spell_bytes(value)
    if kind.kind in ("date", "timestamp"):
        assert isinstance(value, np.datetime64) and value.dtype == kind.numpy, value
        return int(value.astype(np.int64))
    if kind.kind == "tensor":
        assert isinstance(value, np.ndarray) and value.dtype == kind.numpy
        assert not value.flags.writeable and len(value.shape) == len(kind.axes)
        return {"shape": list(value.shape), "data": spell_bytes(tensor_bytes(value, kind.dtype))}
    if kind.kind == "list":
        assert type(value) is list
        return [spell(kind.element, element) for element in value]
    if kind.kind == "struct":
        assert type(value) is dict and list(value) == [name for name, _ in kind.fields]
        return {name: spell(field, value[name]) for name, field in kind.fields}
    assert isinstance(value, sheaf.Media) and value.kind == kind.media
    payload = value.bytes
    assert len(value) == len(payload) == len(value.view())
    return {
        "kind": value.kind,
        "sha256": value.sha256,
        "payload": spell_bytes(payload),
        "facts": dict(sorted(value.facts.items())),
    }


def same(expected, found):
    """Whether two JSON values are equal; 1 is not true here."""
    if type(expected) is not type(found):
        return False
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(same(expected[k], found[k]) for k in found)
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return expected == found
