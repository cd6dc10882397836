"""The types of columns, as docs/format-spec.md spells them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np

from .errors import UnsupportedFormatError

MAX_DEPTH = 32
MAX_AXES = 32
#: What numpy can address: the product of the axes that are not 0.
MAX_VOLUME = 1 << 59
_WORD_START = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_WORD = _WORD_START | frozenset("0123456789")

#: Bits of an element by dtype.
BITS: dict[str, int] = {
    "bool": 1, "int8": 8, "int16": 16, "int32": 32, "int64": 64,
    "uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64,
    "float16": 16, "bfloat16": 16, "float32": 32, "float64": 64,
    "u1": 1, "u2": 2, "u4": 4, "i4": 4,
}  # fmt: skip

#: What numpy shows for an element: packed dtypes in a byte each, bfloat16 by ``ml_dtypes``.
NUMPY: dict[str, np.dtype[Any]] = {
    **{
        name: np.dtype(name).newbyteorder("<")
        for name in (
            "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
            "float16", "float32", "float64",
        )
    },
    "bool": np.dtype(np.bool_),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "u1": np.dtype(np.uint8),
    "u2": np.dtype(np.uint8),
    "u4": np.dtype(np.uint8),
    "i4": np.dtype(np.int8),
}  # fmt: skip

PACKED = frozenset(("bool", "u1", "u2", "u4", "i4"))
UNITS = ("s", "ms", "us", "ns")
MEDIA_KINDS = ("image", "video", "audio", "file")


@dataclass(frozen=True)
class Type:
    """The type of a column, or of something within one.

    Attributes:
        kind: ``scalar``, ``utf8``, ``binary``, ``json``, ``date``, ``timestamp``, ``tensor``,
            ``list``, ``struct`` or ``media``.
        dtype: the element type of a scalar or tensor, for example ``bfloat16``.
        axes: the axes of a tensor; None is an axis whose length differs from cell to cell.
        unit: of a timestamp, ``s``, ``ms``, ``us`` or ``ns``.
        zone: of a timestamp; None is a wall-clock time.
        element: the type of a list's values.
        fields: the fields of a struct.
        media: the kind of media, ``image``, ``video``, ``audio`` or ``file``.

    >>> t = Type.parse("tensor<float32, [?, 512]>")
    >>> t.kind, t.dtype, t.axes
    ('tensor', 'float32', (None, 512))
    >>> str(t)
    'tensor<float32, [?, 512]>'
    """

    kind: str
    dtype: str = ""
    axes: tuple[int | None, ...] = ()
    unit: str = ""
    zone: str | None = None
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    media: str = ""

    @staticmethod
    def parse(text: str) -> Type:
        """Reads the spelling of a type.

        Raises:
            UnsupportedFormatError: if it is none.
        """
        return _parse(text)

    @property
    def is_packed(self) -> bool:
        """Whether the elements have fewer than 8 bits."""
        return self.dtype in PACKED

    @property
    def is_fixed_tensor(self) -> bool:
        return self.kind == "tensor" and None not in self.axes

    @property
    def numpy(self) -> np.dtype[Any] | None:
        """The numpy dtype of a value or its elements; None where numpy has none."""
        if self.kind in ("scalar", "tensor"):
            return NUMPY[self.dtype]
        if self.kind == "date":
            return np.dtype("datetime64[D]")
        if self.kind == "timestamp":
            return np.dtype(f"datetime64[{self.unit}]")
        return None

    @property
    def count(self) -> int:
        """The number of elements of a fixed tensor."""
        product = 1
        for axis in self.axes:
            product *= axis or 0
        return product

    @property
    def width(self) -> int:
        """The bytes of a fixed tensor."""
        return (self.count * BITS[self.dtype] + 7) // 8

    def __str__(self) -> str:
        if self.kind == "scalar":
            return self.dtype
        if self.kind == "timestamp":
            return f"timestamp<{self.unit}{'' if self.zone is None else ', ' + self.zone}>"
        if self.kind == "tensor":
            axes = ", ".join("?" if axis is None else str(axis) for axis in self.axes)
            return f"tensor<{self.dtype}, [{axes}]>"
        if self.kind == "list":
            return f"list<{self.element}>"
        if self.kind == "struct":
            return f"struct<{', '.join(f'{_quote(n)}: {t}' for n, t in self.fields)}>"
        if self.kind == "media":
            return f"media<{self.media}>"
        return self.kind


def _quote(name: str) -> str:
    if name and name[0] in _WORD_START and all(c in _WORD for c in name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@lru_cache(maxsize=10_000)
def _parse(text: str) -> Type:
    parser = _Parser(text)
    found = parser.type(1)
    parser.end()
    return found


def _unknown_dtype(name: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        "SHEAF-FMT-003", f'Unknown dtype "{name}"', (), "Known: " + ", ".join(BITS)
    )


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, wanted: str) -> UnsupportedFormatError:
        shown = self.text if len(self.text) <= 200 else self.text[:200] + "…"
        return UnsupportedFormatError(
            "SHEAF-FMT-005",
            f'Bad type "{shown}": expected {wanted} at position {self.at}',
            (),
            "Example: tensor<float32, [512]>",
        )

    def spaces(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def take(self, token: str) -> bool:
        self.spaces()
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.take(token):
            raise self.fail(f'"{token}"')

    def end(self) -> None:
        self.spaces()
        if self.at != len(self.text):
            raise self.fail("the end")

    def word(self) -> str:
        self.spaces()
        start = self.at
        if start < len(self.text) and self.text[start] in _WORD_START:
            while self.at < len(self.text) and self.text[self.at] in _WORD:
                self.at += 1
        return self.text[start : self.at]

    def type(self, depth: int) -> Type:
        if depth > MAX_DEPTH:
            raise self.fail(f"at most {MAX_DEPTH} levels")
        start = self.at
        word = self.word()
        if word in BITS:
            return Type("scalar", dtype=word)
        if word in ("utf8", "binary", "json", "date"):
            return Type(word)
        if word == "timestamp":
            return self.timestamp()
        if word == "tensor":
            return self.tensor()
        if word == "list":
            self.expect("<")
            element = self.type(depth + 1)
            self.refuse_media(element)
            self.expect(">")
            return Type("list", element=element)
        if word == "struct":
            return self.struct(depth)
        if word == "media":
            self.expect("<")
            kind = self.word()
            if kind not in MEDIA_KINDS:
                raise self.fail("one of " + ", ".join(MEDIA_KINDS))
            self.expect(">")
            return Type("media", media=kind)
        if word and word[0].islower():
            raise _unknown_dtype(word)
        self.at = start
        raise self.fail("a type")

    def refuse_media(self, inner: Type) -> None:
        if inner.kind == "media":
            raise self.fail("no media within a list or struct")

    def timestamp(self) -> Type:
        self.expect("<")
        unit = self.word()
        if unit not in UNITS:
            raise self.fail("one of " + ", ".join(UNITS))
        zone = None
        if self.take(","):
            self.spaces()
            end = self.text.find(">", self.at)
            if end <= self.at:
                raise self.fail("a zone")
            zone, self.at = self.text[self.at : end], end
        self.expect(">")
        return Type("timestamp", unit=unit, zone=zone)

    def tensor(self) -> Type:
        self.expect("<")
        dtype = self.word()
        if dtype not in BITS:
            raise _unknown_dtype(dtype) if dtype else self.fail("a dtype")
        self.expect(",")
        self.expect("[")
        axes: list[int | None] = []
        if not self.take("]"):
            while True:
                axes.append(self.axis())
                if len(axes) > MAX_AXES:
                    raise self.fail(f"at most {MAX_AXES} axes")
                if self.take("]"):
                    break
                self.expect(",")
        self.expect(">")
        volume = 1
        for axis in axes:
            volume *= axis or 1
        if volume > MAX_VOLUME:
            raise self.fail(f"a product of axes up to {MAX_VOLUME}")
        return Type("tensor", dtype=dtype, axes=tuple(axes))

    def axis(self) -> int | None:
        if self.take("?"):
            return None
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits or len(digits) > 19 or int(digits) >= 1 << 63:
            raise self.fail("an axis")
        return int(digits)

    def struct(self, depth: int) -> Type:
        self.expect("<")
        fields: list[tuple[str, Type]] = []
        if not self.take(">"):
            while True:
                name = self.name()
                if any(name == known for known, _ in fields):
                    raise self.fail("distinct field names")
                self.expect(":")
                inner = self.type(depth + 1)
                self.refuse_media(inner)
                fields.append((name, inner))
                if self.take(">"):
                    break
                self.expect(",")
        return Type("struct", fields=tuple(fields))

    def name(self) -> str:
        self.spaces()
        if not self.text.startswith('"', self.at):
            word = self.word()
            if not word:
                raise self.fail("a field name")
            return word
        self.at += 1
        out: list[str] = []
        while self.at < len(self.text):
            c = self.text[self.at]
            self.at += 1
            if c == '"':
                return "".join(out)
            if c == "\\":
                c = self.text[self.at : self.at + 1]
                self.at += 1
                if c not in ('"', "\\"):
                    raise self.fail('"\\"" or "\\\\"')
            out.append(c)
        raise self.fail("the end of a name")


def is_wider(narrow: Type, wide: Type) -> bool:
    """Whether cells of one type are shown as another: the section "Widening"."""
    if narrow.kind != "scalar" or wide.kind != "scalar" or narrow.dtype == wide.dtype:
        return False
    a, b = narrow.dtype, wide.dtype
    floats = ("float16", "bfloat16", "float32", "float64")
    if a in floats:
        return (a, b) in (
            ("float16", "float32"),
            ("float16", "float64"),
            ("bfloat16", "float32"),
            ("bfloat16", "float64"),
            ("float32", "float64"),
        )
    if "bool" in (a, b):
        return False
    bits = BITS[a]
    if b in floats:
        return bits <= {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}[b]
    a_signed, b_signed = a[0] == "i", b[0] == "i"
    return bits < BITS[b] and (a_signed == b_signed or not a_signed)
