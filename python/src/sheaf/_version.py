"""One version of a dataset: tree, schema, order and segments, loaded as they are asked for."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ._chunks import ChunkStore
from ._git import Commit, GitStore
from ._layer import Cache, Layer, Values
from ._order import Order, SegmentKey, segment_name
from ._pages import Place
from ._records import (
    Column,
    LayerRecord,
    SegmentRecord,
    bitmap,
    check_format,
    is_id,
    schema_column,
)
from .errors import CorruptDataError, DatasetError, InvalidInputError, NotFoundError
from .types import Type, is_wider

_SUFFIX = ".sheaf"
_NO_SLOTS = np.empty(0, np.uint16)


def split_name(text: str) -> tuple[str, str, str]:
    """Splits ``PATH.sheaf[@REV][:VIEW]`` after the last ``.sheaf`` that leaves such a tail.

    >>> split_name("a/pets.sheaf@main~2")
    ('a/pets.sheaf', 'main~2', '')
    >>> split_name("pets.sheaf@{2026-11-01T10:00}:small")
    ('pets.sheaf', '@{2026-11-01T10:00}', 'small')

    Raises:
        InvalidInputError: if the text is no name of a dataset.
    """
    at = text.rfind(_SUFFIX)
    while at >= 0:
        end = at + len(_SUFFIX)
        path, tail = text[:end], text[end:].lstrip("/")
        if not tail or tail[0] in "@:":
            colon, depth = -1, 0
            for i, c in enumerate(tail):
                depth += (c == "{") - (c == "}")
                if c == ":" and depth <= 0:
                    colon = i
                    break
            rev, view = (tail, "") if colon < 0 else (tail[:colon], tail[colon + 1 :])
            if rev.startswith("@") and not rev.startswith("@{"):
                rev = rev[1:]
            return path, rev, view
        at = text.rfind(_SUFFIX, 0, at)
    raise InvalidInputError(
        "SHEAF-INP-004",
        'Dataset name does not end in ".sheaf"',
        (("", text),),
        "A dataset is named PATH.sheaf[@REV]",
    )


class Segment:
    """Consecutive samples of a run, and the layers that hold their cells."""

    def __init__(self, version: Version, key: SegmentKey) -> None:
        self.version = version
        self.key = key
        run, first = key
        self.folder = f"segments/{run:016x}/{first >> 24:010x}/{first & 0xFFFFFF:06x}"
        path = f"{self.folder}/segment.json"
        self.record = SegmentRecord(path, version.leaf(path))
        self.rows = self.record.rows
        self._layers: dict[str, Layer] = {}
        self._chains: dict[str, list[tuple[Layer, int]]] = {}

    def layer(self, name: str) -> Layer:
        found = self._layers.get(name)
        if found is None:
            path = f"{self.folder}/{name}.json"
            record = LayerRecord(path, self.version.leaf(path))
            slots = record.slots
            if slots is None:
                fits = record.rows == self.rows
            else:
                fits = len(slots) == 0 or int(slots[-1]) < self.rows
            if not fits:
                raise CorruptDataError(
                    "SHEAF-TRE-003",
                    f"Layer does not fit its segment of {self.rows} slots",
                    (("path", path),),
                    "Run `sheaf fsck`",
                )
            leaf = None
            if record.chunk is None:
                leaf = self.version.leaf(f"{self.folder}/{name}.arrow")
            found = Layer(name, record, leaf, self.version.values)
            self._layers[name] = found
        return found

    def _check_type(self, written: Type, column: Column) -> None:
        if written != column.type and not is_wider(written, column.type):
            raise CorruptDataError(
                "SHEAF-TRE-004",
                f"Layer has cells of type {written}, the schema says {column.type}",
                (("column", column.name), ("segment", segment_name(self.key))),
                "Run `sheaf fsck`",
            )

    def chain(self, column: str) -> list[tuple[Layer, int]]:
        """Returns the layers that may hold cells of a column, newest first, and the position of
        the column in each. Ends with the first dense one."""
        found = self._chains.get(column)
        if found is None:
            found = []
            seen = set()
            for name in reversed(self.record.layers):
                if name in seen:
                    continue
                seen.add(name)
                layer = self.layer(name)
                at = layer.columns.get(column)
                if at is not None:
                    shown = self.version.by_id[column]
                    self._check_type(layer.record.columns[at].type, shown)
                    layer.shown[at] = shown.type
                    found.append((layer, at))
                    if layer.slots is None:
                        break
            self._chains[column] = found
        return found


class Version:
    """A commit of a dataset. Immutable; loads and keeps what is asked for."""

    MAX_SEGMENTS = 4096
    CACHE_BYTES = 256 << 20

    def __init__(self, path: str, git: GitStore, commit: Commit) -> None:
        self.path = path
        self.git = git
        self.commit = commit
        self.place: Place = (("", path),)
        self._trees: dict[str, dict[str, tuple[bool, str]]] = {}
        self.values = Values(ChunkStore(path), Cache(self.CACHE_BYTES))
        check_format(self.leaf("format.json"), self.place)
        self.columns = self._schema()
        self.by_id = {column.id: column for column in self.columns}
        self.by_name = {column.name: column for column in self.columns}
        self._segments: dict[SegmentKey, Segment] = {}
        self.order = Order(self.find, self.deleted)

    # Leaves

    def find(self, path: str) -> bytes | None:
        """Returns the content of a leaf, or None if the version has none there."""
        *folders, name = path.split("/")
        tree = self._tree(self.commit.tree, "")
        for folder in folders:
            entry = tree.get(folder)
            if entry is None or not entry[0]:
                return None
            tree = self._tree(entry[1], folder)
        entry = tree.get(name)
        if entry is None or entry[0]:
            return None
        kind, data = self.git.get(entry[1], path)
        if kind != b"blob":
            raise self.git.damage(f"expected a blob, found a {kind.decode()}", path, entry[1])
        return data

    def leaf(self, path: str) -> bytes:
        found = self.find(path)
        if found is None:
            raise NotFoundError(
                "SHEAF-NF-003",
                f'Version has no file "{path}"',
                (*self.place, ("commit", self.commit.id)),
            )
        return found

    def _tree(self, oid: str, path: str) -> dict[str, tuple[bool, str]]:
        found = self._trees.get(oid)
        if found is None:
            found = self.git.tree(oid, path)
            if len(self._trees) >= 1024:
                self._trees.clear()
            self._trees[oid] = found
        return found

    def _schema(self) -> list[Column]:
        entry = self._tree(self.commit.tree, "").get("schema")
        columns = []
        if entry is not None and entry[0]:
            for name in self._tree(entry[1], "schema"):
                column = name.removesuffix(".json")
                if name != column + ".json" or not is_id(column):
                    raise CorruptDataError(
                        "SHEAF-TRE-001",
                        "Leaf of the version tree is damaged: its name is not that of a column",
                        (("path", f"schema/{name}"),),
                        "Run `sheaf fsck`",
                    )
                columns.append(schema_column(column, self.leaf(f"schema/{name}")))
        columns.sort(key=lambda c: (c.name.startswith("_"), c.rank, c.id))
        names = [column.name for column in columns]
        for name in names:
            if names.count(name) > 1:
                raise CorruptDataError(
                    "SHEAF-SCH-001",
                    f'Duplicate column name "{name}"',
                    self.place,
                    "Run `sheaf fsck`",
                )
        return columns

    # Segments

    def segment(self, key: SegmentKey) -> Segment:
        found = self._segments.get(key)
        if found is None:
            found = Segment(self, key)
            if len(self._segments) >= self.MAX_SEGMENTS:
                self._segments.clear()
            self._segments[key] = found
        return found

    def deleted(self, key: SegmentKey) -> np.ndarray[Any, np.dtype[np.uint16]]:
        """Returns the deleted slots of a segment."""
        path = self.segment(key).folder + "/deleted"
        data = self.find(path)
        return _NO_SLOTS if data is None else bitmap(path, data)


def open_version(path: str, revision: str) -> Version:
    """Opens a version of a dataset.

    Raises:
        NotFoundError: if there is no such dataset or version.
    """
    if not os.path.isdir(os.path.join(path, "git")):
        exists = os.path.exists(path)
        raise NotFoundError(
            "SHEAF-NF-007",
            'Not a dataset: it has no folder "git"' if exists else "Dataset does not exist",
            (("", path),),
            f"Make one with `sheaf init {path}` or `sheaf ingest SOURCE {path}`",
        )
    git = GitStore(path)
    try:
        return Version(path, git, git.commit(git.resolve(revision)))
    except DatasetError as e:
        if ("", path) in e.location:
            raise
        raise named(e, path) from e.__cause__


def named(error: DatasetError, path: str) -> DatasetError:
    """Returns an error with the dataset before its other facts."""
    location = [("path", value) if name == "" else (name, value) for name, value in error.location]
    made = type(error)(error.code, error.headline, [("", path), *location], error.hint)
    made.__cause__ = error.__cause__
    return made
