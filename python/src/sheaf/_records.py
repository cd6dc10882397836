"""JSON leaves of the version tree, checked field by field."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from . import _roaring
from ._chunks import is_chunk_name, is_link_root
from .errors import CorruptDataError, DatasetError, UnsupportedFormatError
from .types import Type

_HEX = frozenset("0123456789abcdef")
_READER_FEATURES: frozenset[str] = frozenset({"linked"})
MAX_ROWS = 65_536


class Number(str):
    """A number of a JSON document as it is spelled there."""

    __slots__ = ()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def is_id(text: object) -> bool:
    return isinstance(text, str) and len(text) == 16 and _HEX.issuperset(text)


class Leaf:
    """A JSON leaf: an object, whose fields are asked for by type."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        try:
            node = json.loads(
                data.decode("utf-8"), parse_float=Number, parse_int=Number, parse_constant=_refuse
            )
        except (ValueError, RecursionError) as e:
            self.fail(f"it is no JSON: {type(e).__name__}")
        if not isinstance(node, dict):
            self.fail("it is no JSON object")
        self.node: dict[str, Any] = node

    def fail(self, what: str) -> NoReturn:
        raise CorruptDataError(
            "SHEAF-TRE-001",
            f"Leaf of the version tree is damaged: {what}",
            (("path", self.path),),
            "Run `sheaf fsck`",
        )

    def text(self, node: dict[str, Any], name: str) -> str:
        value = node.get(name)
        if not isinstance(value, str) or isinstance(value, Number):
            self.fail(f"{name} is not a text")
        return value

    def number(self, node: dict[str, Any], name: str, low: int, high: int) -> int:
        return self.integer(node.get(name), name, low, high)

    def integer(self, value: object, name: str, low: int, high: int) -> int:
        # A number with more digits than the greatest is not converted at all.
        if not isinstance(value, Number) or len(value) > 20 or not value.lstrip("-").isdigit():
            self.fail(f"{name} is not a whole number")
        number = int(value)
        if not low <= number <= high:
            self.fail(f"{name} is {number}, expected {low} to {high}")
        return number

    def array(self, node: dict[str, Any], name: str) -> list[Any]:
        value = node.get(name, [])
        if not isinstance(value, list):
            self.fail(f"{name} is not an array")
        return value

    def object(self, node: dict[str, Any], name: str) -> dict[str, Any]:
        value = node.get(name)
        if not isinstance(value, dict):
            self.fail(f"{name} is not an object")
        return value

    def texts(self, node: dict[str, Any], name: str) -> list[str]:
        values = self.array(node, name)
        if not all(isinstance(v, str) and not isinstance(v, Number) for v in values):
            self.fail(f"{name} are not texts")
        return values

    def type(self, node: dict[str, Any], name: str) -> Type:
        try:
            return Type.parse(self.text(node, name))
        except DatasetError as e:
            raise e.within((("path", self.path),)) from e


def check_format(data: bytes, place: tuple[tuple[str, object], ...]) -> None:
    """Reads ``format.json``.

    Raises:
        UnsupportedFormatError: if the version or a feature for readers is not known.
    """
    leaf = Leaf("format.json", data)
    version = leaf.node.get("format")
    if version != "1" or not isinstance(version, Number):
        shown = leaf.number(leaf.node, "format", -(1 << 31), (1 << 31) - 1)
        if shown != 1:
            raise UnsupportedFormatError(
                "SHEAF-FMT-001",
                f"Format version is not supported: expected 1, got {shown}",
                place,
                "Update Sheaf",
            )
    for feature in leaf.texts(leaf.node, "reader"):
        if feature not in _READER_FEATURES:
            raise UnsupportedFormatError(
                "SHEAF-FMT-002",
                f'Dataset needs the feature "{feature}" to read it',
                place,
                "Update Sheaf",
            )


@dataclass(frozen=True)
class Column:
    """A column of a version.

    Attributes:
        id: 16 hex digits; the same in every version, whatever the name.
        name: its name.
        type: its type.
        default: what cells show that were never written; None for null.
        derived: for a derived column, the ids of its inputs and the code that computed it.
    """

    id: str
    name: str
    type: Type
    rank: int
    default: Any
    derived: tuple[tuple[str, ...], str] | None


def schema_column(column: str, data: bytes) -> Column:
    """Reads ``schema/<column id>.json``."""
    leaf = Leaf(f"schema/{column}.json", data)
    name = leaf.text(leaf.node, "name")
    kind = leaf.type(leaf.node, "type")
    rank = leaf.number(leaf.node, "rank", 0, (1 << 63) - 1)
    default = None
    if leaf.node.get("default") is not None:
        try:
            default = default_value(kind, leaf.node["default"])
        except (ValueError, OverflowError) as e:
            leaf.fail(f"default does not fit the type {kind}: {e}")
    derived = None
    if leaf.node.get("derived") is not None:
        node = leaf.object(leaf.node, "derived")
        derived = (tuple(leaf.texts(node, "inputs")), leaf.text(node, "code"))
    return Column(column, name, kind, rank, default, derived)


def default_value(kind: Type, node: Any) -> Any:
    """Returns the value that a JSON default is: the table of "Missing cells".

    Raises:
        ValueError: if the default is none of the type.
    """
    is_text = isinstance(node, str) and not isinstance(node, Number)
    if kind.kind == "json" and node is not None:
        return compact(node)
    if node is None:
        return None
    if kind.kind == "scalar":
        return _scalar_default(kind, node)
    if kind.kind == "utf8" and is_text:
        return node
    if kind.kind == "date" and is_text:
        if not _DATE.fullmatch(node):
            raise ValueError("expected a date as 2026-11-01")
        return np.datetime64(node, "D")
    if kind.kind == "timestamp" and is_text:
        return _moment(kind, node)
    if kind.kind == "list" and isinstance(node, list) and kind.element is not None:
        return [default_value(kind.element, element) for element in node]
    if kind.kind == "struct" and isinstance(node, dict):
        return {name: default_value(field, node.get(name)) for name, field in kind.fields}
    raise ValueError("it has the wrong kind")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.([0-9]{1,9}))?(Z?)"
)
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def _moment(kind: Type, text: str) -> np.datetime64:
    time = _TIME.fullmatch(text)
    if time is None or (kind.zone is None) == (time[3] == "Z"):
        raise ValueError("expected a time as 2026-11-01T10:00:00.5, with Z if the type has a zone")
    seconds = int(np.datetime64(time[1], "s").astype(np.int64))
    nanos = int((time[2] or "0").ljust(9, "0"))
    per = _PER_SECOND[kind.unit]
    units = seconds * per + nanos * per // 10**9
    if not -(1 << 63) <= units < 1 << 63:
        raise ValueError("the time is out of range")
    found: np.datetime64 = np.int64(units).view(np.dtype(f"datetime64[{kind.unit}]"))
    return found


def _scalar_default(kind: Type, node: Any) -> Any:
    dtype = kind.numpy
    assert dtype is not None
    if kind.dtype == "bool":
        if not isinstance(node, bool):
            raise ValueError("expected true or false")
        return np.bool_(node)
    if not isinstance(node, Number):
        raise ValueError("expected a number")
    if kind.dtype in ("float16", "bfloat16", "float32", "float64"):
        return rounded(node, dtype)
    if len(node) > 20 or not node.lstrip("-").isdigit():
        raise ValueError("expected a whole number")
    low, high = _range(kind.dtype)
    value = int(node)
    if not low <= value <= high:
        raise ValueError(f"expected {low} to {high}")
    return dtype.type(value)


def _range(dtype: str) -> tuple[int, int]:
    from .types import BITS

    bits = BITS[dtype]
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if dtype[0] == "i" else (0, (1 << bits) - 1)


def rounded(text: str, dtype: np.dtype[Any]) -> Any:
    """Returns a decimal number rounded to float64, to float32, and to a narrower dtype."""
    with np.errstate(over="ignore"):
        value: Any = np.float64(text)
        if dtype.itemsize < 8:
            value = np.float32(value)
        return value.astype(dtype)


def compact(node: Any) -> str:
    """Returns the compact text of a JSON value, numbers as they were spelled."""
    if isinstance(node, Number):
        return str(node)
    if isinstance(node, dict):
        fields = (f"{compact(k)}:{compact(v)}" for k, v in node.items())
        return "{" + ",".join(fields) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(compact, node)) + "]"
    text = json.dumps(node, ensure_ascii=False)
    return _CONTROL.sub(lambda match: match[1] + match[2].upper(), text)


# What json spells in lower case: the digits of a control character behind a backslash that counts.
_CONTROL = re.compile(r"((?<!\\)(?:\\\\)*\\u00)([01][0-9a-f])")


class SegmentRecord:
    """``segment.json``, as far as a reader of cells needs it."""

    def __init__(self, path: str, data: bytes) -> None:
        leaf = Leaf(path, data)
        self.rows = leaf.number(leaf.node, "rows", 1, MAX_ROWS)
        self.layers = leaf.texts(leaf.node, "layers")
        if len(self.layers) > 1 << 20:
            leaf.fail("there are too many layers")
        if not all(map(is_id, self.layers)):
            leaf.fail("layers are not names of layers")


def bitmap(leaf_path: str, data: bytes) -> np.ndarray[Any, np.dtype[np.uint16]]:
    try:
        return _roaring.slots(data)
    except _roaring.BadBitmap as e:
        raise CorruptDataError(
            "SHEAF-TRE-001",
            f"Leaf of the version tree is damaged: bad bitmap: {e}",
            (("path", leaf_path),),
            "Run `sheaf fsck`",
        ) from None


@dataclass(frozen=True)
class LayerColumn:
    """A field of the pages of a layer."""

    id: str
    aspect: str
    name: str
    type: Type
    form: str
    facts: Type | None


@dataclass(frozen=True)
class TensorChunk:
    """Where the cells of a fixed column lie."""

    chunk: str
    offset: int
    width: int


class LayerRecord:
    """``<layer>.json``."""

    def __init__(self, path: str, data: bytes) -> None:
        leaf = Leaf(path, data)
        node = leaf.node
        self.rows = leaf.number(node, "rows", 0, MAX_ROWS)
        self.slots = self._slots(leaf)
        columns = leaf.array(node, "columns")
        if len(columns) > 100_000:
            leaf.fail("there are too many columns")
        self.columns = [self._column(leaf, column) for column in columns]
        self.chunk = None if "chunk" not in node else self._chunk(leaf, node["chunk"])
        self._pages(leaf)
        self.blobs = [
            name if is_link_root(name) else self._chunk(leaf, name)
            for name in leaf.array(node, "blobs")
        ]
        self.tensors = self._tensors(leaf)

    def _slots(self, leaf: Leaf) -> np.ndarray[Any, np.dtype[np.uint16]] | None:
        if "slots" not in leaf.node:
            return None
        try:
            data = base64.b64decode(leaf.text(leaf.node, "slots"), validate=True)
        except (binascii.Error, ValueError):
            leaf.fail("slots are no Base64")
        slots = bitmap(leaf.path, data)
        if len(slots) != self.rows:
            leaf.fail(f"slots have {len(slots)} members, expected {self.rows}")
        return slots

    def _column(self, leaf: Leaf, node: Any) -> LayerColumn:
        if not isinstance(node, dict):
            leaf.fail("a column is not an object")
        column = leaf.text(node, "column")
        if not is_id(column):
            leaf.fail("column is no id")
        aspect = leaf.text(node, "aspect") if "aspect" in node else ""
        kind = leaf.type(node, "type")
        form = leaf.text(node, "form")
        if form not in ("plain", "varying", "fixed", "media", "linked"):
            raise UnsupportedFormatError(
                "SHEAF-FMT-006",
                f'Unknown column form "{form}"',
                (("path", leaf.path),),
                "Update Sheaf",
            )
        facts = leaf.type(node, "facts") if "facts" in node else None
        is_media = form in ("media", "linked")
        if (kind.kind == "media") != is_media or is_media != (facts is not None):
            leaf.fail(f"a column of type {kind} has the form {form}, or no facts")
        if aspect == "inputs" and (form != "plain" or kind != Type("scalar", dtype="uint64")):
            leaf.fail("digests of inputs are not uint64")
        if facts is not None and facts.kind != "struct":
            leaf.fail("facts are no struct")
        is_ragged = kind.kind == "tensor" and not kind.is_fixed_tensor
        if form == "varying" and not (is_ragged or kind.kind in ("utf8", "binary", "json")):
            leaf.fail(f"a column of type {kind} has the form varying")
        if form == "fixed" and not (kind.is_fixed_tensor and 0 < kind.width <= 1 << 30):
            leaf.fail(f"a column of type {kind} has the form fixed")
        if kind.is_fixed_tensor and kind.width > 1 << 30:
            leaf.fail(f"a tensor of {kind.width} bytes")
        return LayerColumn(column, aspect, leaf.text(node, "name"), kind, form, facts)

    def _chunk(self, leaf: Leaf, name: Any) -> str:
        if not is_chunk_name(name):
            leaf.fail("a chunk's name is not 64 hex digits")
        return str(name)

    def _pages(self, leaf: Leaf) -> None:
        node = leaf.object(leaf.node, "pages")
        high = {"offset": 1 << 40, "length": 1 << 30, "rows": MAX_ROWS, "crc32c": (1 << 32) - 1}
        found = {}
        for name, most in high.items():
            values = leaf.array(node, name)
            low = 1 if name == "rows" else 0
            found[name] = [leaf.integer(v, f"pages.{name}", low, most) for v in values]
        if len({len(values) for values in found.values()}) != 1:
            leaf.fail("arrays of pages differ in length")
        self.offset, self.length = found["offset"], found["length"]
        self.page_rows, self.crc32c = found["rows"], found["crc32c"]
        self.first = [0]
        for rows in self.page_rows:
            self.first.append(self.first[-1] + rows)
        if self.first[-1] != self.rows:
            leaf.fail(f"pages have {self.first[-1]} rows, expected {self.rows}")

    def _tensors(self, leaf: Leaf) -> dict[int, TensorChunk]:
        found: dict[int, TensorChunk] = {}
        for node in leaf.array(leaf.node, "tensors"):
            if not isinstance(node, dict):
                leaf.fail("a tensor is not an object")
            at = leaf.number(node, "column", 0, len(self.columns) - 1)
            column = self.columns[at]
            width = leaf.number(node, "width", 1, 1 << 30)
            if column.form != "fixed" or width != column.type.width or at in found:
                leaf.fail(f"tensor of column {at} does not fit it")
            offset = leaf.number(node, "offset", 0, 1 << 40)
            found[at] = TensorChunk(self._chunk(leaf, node.get("chunk")), offset, width)
        for at, column in enumerate(self.columns):
            if column.form == "fixed" and at not in found:
                leaf.fail(f"column {at} has no tensor")
        return found
