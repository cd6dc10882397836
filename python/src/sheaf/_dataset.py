"""Datasets as sequences of samples."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np

from ._git import Commit
from ._layer import Layer
from ._order import SegmentKey, check_index
from ._records import Column
from ._version import Version, named, open_version, split_name
from .errors import (
    DatasetError,
    InvalidInputError,
    UnknownColumnError,
    suggestion,
)
from .media import Media
from .types import Type

if TYPE_CHECKING:
    import pyarrow as pa

    from .torch import TorchDataset

Sample = dict[str, Any]
_Ints = np.ndarray[Any, np.dtype[np.int64]]
_ARRAYS = ("scalar", "date", "timestamp")


def open(path: str | os.PathLike[str], ref: str | None = None) -> Dataset:
    """Opens a version of a dataset, read-only.

    Args:
        path: ``PATH.sheaf`` or ``PATH.sheaf@REV``.
        ref: the version by Git's grammar: a branch, tag or commit, ``main~2``, ``main@{1}``,
            ``@{2026-11-01}``. Without it, and without ``@REV``, the default branch.

    Returns:
        The version, pinned: later commits do not change what it shows.

    Raises:
        NotFoundError: if there is no such dataset or version.
        UnsupportedFormatError: if the version needs a feature that this package does not know.
        CorruptDataError: if what describes the version is damaged.

    >>> pets = open(DATA / "pets.sheaf")
    >>> len(pets), pets.columns
    (24, ['image', 'label'])
    """
    folder, rev, view = split_name(os.fspath(path))
    if view:
        raise InvalidInputError(
            "SHEAF-INP-004",
            f'Views do not exist yet: ":{view}"',
            (("", folder),),
            "Leave the view out",
        )
    if rev and ref is not None:
        raise InvalidInputError(
            "SHEAF-INP-004",
            f'Two versions are named: "{rev}" and "{ref}"',
            (("", folder),),
            "Give one of them",
        )
    return Dataset(open_version(folder, rev if ref is None else ref))


def _reopen(path: str, commit: str, columns: list[str]) -> Dataset:
    return Dataset(open_version(path, commit), columns)


class Dataset(Sequence[Sample]):
    """A version of a dataset: samples by index, ``0..n-1``.

    ``ds[17]`` is a dictionary of column to value; ``ds[[3, 9, 3]]`` and ``ds[10:20]`` are batches;
    ``ds["caption"]`` is a column. Values are read-only:

    * numbers, bool and times as numpy scalars (``bfloat16`` by ``ml_dtypes``; ``u1``, ``u2``,
      ``u4`` as ``uint8``, ``i4`` as ``int8``; ``date`` and ``timestamp`` as ``datetime64``, with
      zone in UTC),
    * ``utf8`` and ``json`` as ``str``, ``binary`` as ``bytes``,
    * tensors as arrays of their shape, views of the mapped file where the bytes allow; elements
      below 8 bits one a byte,
    * lists as ``list``, structs as ``dict``, media as :class:`Media`, null as ``None``.

    Immutable, safe for use by several threads and after a fork, and picklable: a copy in another
    process opens the same commit.
    """

    def __init__(self, version: Version, columns: Sequence[str] | None = None) -> None:
        self._version = version
        if columns is None:
            chosen = [c for c in version.columns if not c.name.startswith("_")]
        else:
            chosen = [self._column(name) for name in columns]
        self._columns = chosen
        self._names = [c.name for c in chosen]
        self._size = version.order.size
        self._plans: dict[SegmentKey, _Plan] = {}

    # What it is

    @property
    def path(self) -> str:
        """The folder of the dataset."""
        return self._version.path

    @property
    def commit(self) -> Commit:
        """The commit that is shown."""
        return self._version.commit

    @property
    def columns(self) -> list[str]:
        """The names of the columns that samples have, in order.

        Sheaf's own, which begin with ``_``, are there only if :meth:`select` named them.
        """
        return list(self._names)

    @property
    def schema(self) -> dict[str, Column]:
        """All columns of the version by name, Sheaf's own included."""
        return {column.name: column for column in self._version.columns}

    @property
    def refs(self) -> dict[str, str]:
        """The commit or tag object of each branch (``refs/heads/…``) and tag (``refs/tags/…``),
        as they are now."""
        return self._version.git.refs()

    def log(self, limit: int | None = None) -> list[Commit]:
        """Returns this version and those before it, newest first.

        >>> [commit.subject for commit in pets.log()]
        ['Add the pets', 'Create the dataset']
        """
        found: list[Commit] = []
        if limit is not None and limit <= 0:
            return found
        for commit in self._version.git.history(self.commit.id):
            found.append(commit)
            if limit is not None and len(found) >= limit:
                break
        return found

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        columns = ", ".join(f"{c.name}: {c.type}" for c in self._columns)
        return f"<sheaf.Dataset {self.path}@{self.commit.id[:12]} {self._size} samples [{columns}]>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopen, (os.path.abspath(self.path), self.commit.id, self._names)

    def _column(self, name: str) -> Column:
        column = self._version.by_name.get(name)
        if column is None:
            known = list(self._version.by_name)
            raise UnknownColumnError(
                "SHEAF-NF-004",
                f'Unknown column "{name}"',
                self._version.place,
                suggestion(name, known, "columns"),
            )
        return column

    def select(self, columns: Iterable[str]) -> Dataset:
        """Returns the same version with these columns, in this order.

        Raises:
            UnknownColumnError: if the version lacks one.
        """
        names = [columns] if isinstance(columns, str) else list(columns)
        return Dataset(self._version, names)

    # Samples

    @overload
    def __getitem__(self, at: int) -> Sample: ...
    @overload
    def __getitem__(self, at: slice) -> Batch: ...
    @overload
    def __getitem__(self, at: Sequence[int] | np.ndarray[Any, Any]) -> Batch: ...
    @overload
    def __getitem__(self, at: str) -> ColumnView: ...
    def __getitem__(self, at: Any) -> Any:
        """Returns a sample, a batch of samples, or a column.

        Raises:
            IndexOutOfRangeError: if the version has no such sample.
            CorruptDataError: if what is read is damaged; names column, sample and chunk.

        >>> pets[17]["label"], pets[-1]["label"]
        ('dog', 'dog')
        >>> pets[[3, 9, 3]]["label"]
        ['bird', 'cat', 'bird']
        """
        if at.__class__ is int:
            size = self._size
            if 0 <= at < size:
                return self._sample(at)
            return self._sample(check_index(at, size, self._version.place))
        if isinstance(at, str):
            return ColumnView(self, self._column(at))
        if isinstance(at, slice):
            return Batch(self, np.arange(*at.indices(self._size), dtype=np.int64))
        if isinstance(at, (list, tuple, range, np.ndarray)) and not (
            isinstance(at, np.ndarray) and at.ndim == 0
        ):
            return Batch(self, self._indices(at))
        if isinstance(at, (bool, np.bool_)):
            raise TypeError("a sample index is an integer, not a bool")
        return self._sample(check_index(operator.index(at), self._size, self._version.place))

    def __iter__(self) -> Iterator[Sample]:
        for index in range(self._size):
            yield self._sample(index)

    def _indices(self, at: Any) -> _Ints:
        indices = np.asarray(at)
        if indices.size == 0:
            return np.empty(0, np.int64)
        if indices.ndim != 1 or indices.dtype.kind not in "iu":
            raise TypeError(
                f"expected a flat sequence of integers, got {indices.dtype} {indices.shape}"
            )
        wrong = np.flatnonzero((indices < -self._size) | (indices >= self._size))
        if len(wrong):
            check_index(int(indices[wrong[0]]), self._size, self._version.place)
        indices = indices.astype(np.int64)
        return np.where(indices < 0, indices + self._size, indices)

    def _sample(self, index: int) -> Sample:
        try:
            key, slot = self._version.order.locate(index)
            plan = self._plans.get(key)
            if plan is None:
                plan = self._plan(key)
        except DatasetError as e:
            raise self._error(e, (("sample", index),)) from e.__cause__
        return plan.read(slot, index)

    def _error(self, error: DatasetError, facts: Iterable[tuple[str, object]]) -> DatasetError:
        if ("", self.path) not in error.location:
            error = named(error, self.path)
        return error.within((), facts)

    def _plan(self, key: SegmentKey) -> _Plan:
        plan = _Plan(self, key)
        if len(self._plans) >= Version.MAX_SEGMENTS:
            self._plans.clear()
        self._plans[key] = plan
        return plan

    def sample_id(self, index: int) -> str:
        """Returns the identity of a sample: the same in every version, whatever its index.

        >>> pets.sample_id(17)[16:]
        '-17'
        """
        index = check_index(index, self._size, self._version.place)
        try:
            (run, first), slot = self._version.order.locate(index)
        except DatasetError as e:
            raise self._error(e, (("sample", index),)) from e.__cause__
        return f"{run:016x}-{first + slot}"

    # Many

    def batches(self, size: int) -> Iterator[Batch]:
        """Yields all samples in order, so many at a time; the last batch has what is left.

        >>> [len(batch) for batch in pets.batches(10)]
        [10, 10, 4]
        """
        if size < 1:
            raise ValueError(f"size={size}, expected at least 1")
        for start in range(0, self._size, size):
            yield Batch(self, np.arange(start, min(start + size, self._size), dtype=np.int64))

    def to_arrow(
        self,
        columns: Iterable[str] | None = None,
        rows: Sequence[int] | slice | None = None,
    ) -> pa.Table:
        """Returns samples as an Arrow table, in memory.

        Args:
            columns: their names; without them :attr:`columns`.
            rows: indices; without them all samples.

        Returns:
            A table whose fields have the type's spelling in their metadata as ``sheaf.type``.
            Fixed tensors are ``arrow.fixed_shape_tensor``, ragged ones a struct of ``data`` and
            ``shape``, media their payloads as ``large_binary``, ``bfloat16`` its bits as
            ``uint16``, and elements below 8 bits take a byte each.

        >>> pets.to_arrow(["label"], [0, 17])["label"].to_pylist()
        ['bird', 'dog']
        """
        from ._arrow import table

        chosen = self if columns is None else self.select(columns)
        if rows is None or isinstance(rows, slice):
            return table(chosen, chosen[rows or slice(None)]._indices)
        return table(chosen, chosen[rows]._indices)

    def to_torch(
        self,
        columns: Iterable[str] | None = None,
        transform: Callable[[Sample], Any] | None = None,
    ) -> TorchDataset:
        """Returns a map-style ``torch.utils.data.Dataset`` of the samples.

        It is picklable, and safe with workers that are forked or spawned: these share the
        system's page cache and nothing else.

        Args:
            columns: their names; without them :attr:`columns`.
            transform: what makes an item of a sample, run in the worker; picklable where workers
                are spawned. Without it numbers and tensors become ``torch.Tensor`` (copies, so
                they may be written), media their bytes, all else stays as it is.

        Raises:
            ImportError: if torch is not installed.
        """
        from .torch import TorchDataset

        return TorchDataset(self if columns is None else self.select(columns), transform)

    def write_columns(
        self,
        table: Any,
        key: str = "_id",
        message: str | None = None,
        add_columns: bool = False,
    ) -> str:
        """Commits columns of an Arrow table to the dataset, by the ``sheaf apply`` command.

        The command is what ``SHEAF_BIN`` names, else ``sheaf`` on the PATH. It commits to the
        default branch; this version does not change, so open the dataset again to see the result.

        Args:
            table: a ``pyarrow.Table`` with the column ``key``, and those to write.
            key: the column that says which sample a row is: ``_id``, ``_index`` (in the newest
                version), ``_key``, or a column of the dataset whose values are distinct.
            message: of the commit; names the columns without it.
            add_columns: whether columns that the dataset does not have are added; otherwise they
                are refused.

        Returns:
            What the command printed.

        Raises:
            CommandError: if there is no such command, if it does not know ``apply``, or if it
                fails.
        """
        from ._write import write_columns

        # Named, because the command would work on the branch that its workspace switched to.
        branch = self._version.git.head().removeprefix("refs/heads/")
        return write_columns(f"{self.path}@{branch}", table, key, message, add_columns)


class _Plan:
    """How the chosen columns of a segment's samples are read.

    ``template`` has what no layer holds. ``dense`` are the columns that no sparse layer has:
    for each layer its columns. ``sparse`` are the others, each with its layers, newest first.
    """

    __slots__ = ("dataset", "dense", "sparse", "template")

    def __init__(self, dataset: Dataset, key: SegmentKey) -> None:
        self.dataset = dataset
        segment = dataset._version.segment(key)
        self.template: Sample = {}
        self.sparse: list[tuple[str, list[tuple[Layer, int]]]] = []
        dense: dict[int, tuple[Layer, list[tuple[str, int]]]] = {}
        for column in dataset._columns:
            self.template[column.name] = column.default
            chain = segment.chain(column.id)
            if not chain:
                continue
            layer, at = chain[0]
            if layer.slots is None:
                dense.setdefault(id(layer), (layer, []))[1].append((column.name, at))
            else:
                self.sparse.append((column.name, chain))
        self.dense = list(dense.values())

    def read(self, slot: int, index: int) -> Sample:
        sample = self.template.copy()
        name = ""
        try:
            for layer, columns in self.dense:
                name = columns[0][0]
                page, row = layer.page_of(slot)
                getters, mapped = page.getters, page.mapped
                if mapped is not None:
                    mapped.check()
                for name, at in columns:
                    get = getters[at]
                    value = page.getter(at)(row) if get is None else get(row)
                    if value.__class__ is Media:
                        value._sample = index
                    sample[name] = value
                if mapped is not None:
                    mapped.check()
            for name, chain in self.sparse:
                for layer, at in chain:
                    row = layer.row(slot)
                    if row >= 0:
                        page, row = layer.page_of(row)
                        if page.mapped is not None:
                            page.mapped.check()
                        value = page.getter(at)(row)
                        if value.__class__ is Media:
                            value._sample = index
                        sample[name] = value
                        if page.mapped is not None:
                            page.mapped.check()
                        break
        except DatasetError as e:
            facts = (("column", name), ("sample", index))
            raise self.dataset._error(e, facts) from e.__cause__
        return sample


class Batch(Sequence[Sample]):
    """Some samples of a dataset: rows, and columns that are read when they are asked for.

    ``batch[0]`` is a sample; ``batch["score"]`` a column: a numpy array ``[n, …]`` for numbers,
    times and fixed tensors (a masked array where there are nulls), else a list.
    """

    def __init__(self, dataset: Dataset, indices: _Ints) -> None:
        self._dataset = dataset
        self._indices = indices
        self._places: list[tuple[SegmentKey, _Ints, _Ints]] | None = None

    @property
    def columns(self) -> list[str]:
        return self._dataset.columns

    @property
    def indices(self) -> _Ints:
        """The index of each sample."""
        return self._indices.copy()

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, at: SupportsIndex) -> Sample: ...
    @overload
    def __getitem__(self, at: slice) -> Batch: ...
    @overload
    def __getitem__(self, at: str) -> Any: ...
    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, str):
            return self._values(at)
        if isinstance(at, slice):
            return Batch(self._dataset, self._indices[at])
        return self._dataset._sample(int(self._indices[at]))

    def __iter__(self) -> Iterator[Sample]:
        for index in self._indices.tolist():
            yield self._dataset._sample(index)

    def to_dict(self) -> dict[str, Any]:
        """Returns all columns by name."""
        return {name: self._values(name) for name in self._dataset._names}

    def to_arrow(self) -> pa.Table:
        """Returns the samples as an Arrow table; see :meth:`Dataset.to_arrow`."""
        from ._arrow import table

        return table(self._dataset, self._indices)

    def __repr__(self) -> str:
        return f"<sheaf.Batch {len(self)} samples of {self._dataset!r}>"

    def _values(self, name: str) -> Any:
        if name not in self._dataset._names:
            self._dataset._column(name)
            raise UnknownColumnError(
                "SHEAF-NF-004",
                f'Column "{name}" was not selected',
                self._dataset._version.place,
                suggestion(name, self._dataset._names, "selected"),
            )
        column = self._dataset._column(name)
        values, valid = self.read(column)
        if valid is None or not isinstance(values, np.ndarray):
            return values
        return np.ma.MaskedArray(values, ~_spread(valid, values))

    def _located(self) -> list[tuple[SegmentKey, _Ints, _Ints]]:
        """Returns the samples by segment: (segment, slots, positions in the batch)."""
        if self._places is None:
            locate = self._dataset._version.order.locate
            groups: dict[SegmentKey, tuple[list[int], list[int]]] = {}
            order = np.argsort(self._indices, kind="stable").tolist()
            indices = self._indices.tolist()
            for position in order:
                try:
                    key, slot = locate(indices[position])
                except DatasetError as e:
                    facts = (("sample", indices[position]),)
                    raise self._dataset._error(e, facts) from e.__cause__
                slots, positions = groups.setdefault(key, ([], []))
                slots.append(slot)
                positions.append(position)
            self._places = [
                (key, np.array(slots, np.int64), np.array(positions, np.int64))
                for key, (slots, positions) in groups.items()
            ]
        return self._places

    def read(self, column: Column) -> tuple[Any, np.ndarray[Any, Any] | None]:
        """Returns the values of a column, and where they are an array which are not null (None
        if all)."""
        kind = column.type
        is_array = kind.kind in _ARRAYS or kind.is_fixed_tensor
        out = _Array(kind, len(self)) if is_array else _List(len(self))
        out.fill(column.default)
        for key, slots, positions in self._located():
            try:
                chain = self._dataset._version.segment(key).chain(column.id)
                for layer, at in chain:
                    if len(slots) == 0:
                        break
                    rows, here = slots, positions
                    if layer.slots is not None:
                        found = np.searchsorted(layer.slots, slots)
                        found[found == len(layer.slots)] = 0
                        has = (
                            layer.slots[found] == slots
                            if len(layer.slots)
                            else np.zeros(len(slots), np.bool_)
                        )
                        rows, here = found[has], positions[has]
                        slots, positions = slots[~has], positions[~has]
                    self._read_layer(layer, at, rows, here, out)
                    if layer.slots is None:
                        break
            except DatasetError as e:
                raise self._damaged(e, column) from e.__cause__
        return out.result()

    def _damaged(self, error: DatasetError, column: Column) -> DatasetError:
        """Reads row by row, so that the error names its sample."""
        alone = self._dataset.select([column.name])
        for index in self._indices.tolist():
            alone._sample(index)
        return self._dataset._error(error, (("column", column.name),))

    def _read_layer(
        self, layer: Layer, at: int, rows: _Ints, positions: _Ints, out: _Array | _List
    ) -> None:
        if len(rows) == 0:
            return
        numbers = np.searchsorted(layer.first, rows, side="right") - 1
        # Places ascend, so rows of one page are neighbours.
        cuts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(rows)]
        for start, end in pairwise(cuts):
            number = int(numbers[start])
            page = layer.page(number)
            within = rows[start:end] - layer.first[number]
            here = positions[start:end]
            if page.mapped is not None:
                page.mapped.check()
            cells = page.column(at)
            gathered = cells.gather(within) if isinstance(out, _Array) else None
            if gathered is not None:
                assert isinstance(out, _Array)
                out.put(here, gathered, None if cells.valid is None else cells.valid[within])
            else:
                get = cells.get
                for position, row in zip(here.tolist(), within.tolist(), strict=True):
                    value = get(row)
                    if value.__class__ is Media:
                        value._sample = int(self._indices[position])
                    out.set(position, value)
            if page.mapped is not None:
                page.mapped.check()


class _Array:
    """A column that becomes an array."""

    def __init__(self, kind: Type, size: int) -> None:
        dtype = kind.numpy
        shape = tuple(axis or 0 for axis in kind.axes)
        self.values: np.ndarray[Any, Any] = np.zeros((size, *shape), dtype)
        self.valid = np.zeros(size, np.bool_)

    def fill(self, default: Any) -> None:
        if default is not None:
            self.values[...] = default
            self.valid[...] = True

    def put(self, at: _Ints, values: np.ndarray[Any, Any], valid: Any) -> None:
        self.values[at] = values
        self.valid[at] = True if valid is None else valid

    def set(self, at: int, value: Any) -> None:
        self.valid[at] = value is not None
        if value is not None:
            self.values[at] = value

    def result(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        return self.values, None if self.valid.all() else self.valid


class _List:
    """A column that becomes a list."""

    def __init__(self, size: int) -> None:
        self.values: list[Any] = [None] * size

    def fill(self, default: Any) -> None:
        self.values = [default] * len(self.values)

    def set(self, at: int, value: Any) -> None:
        self.values[at] = value

    def result(self) -> tuple[list[Any], None]:
        return self.values, None


def _spread(valid: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns a mask of the shape of the values."""
    return np.broadcast_to(valid.reshape(-1, *([1] * (values.ndim - 1))), values.shape)


class ColumnView(Sequence[Any]):
    """A column of a dataset: ``ds["caption"][17]``, read when it is asked for."""

    def __init__(self, dataset: Dataset, column: Column) -> None:
        self._dataset = dataset.select([column.name])
        self._column = column

    @property
    def name(self) -> str:
        return self._column.name

    @property
    def type(self) -> Type:
        return self._column.type

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, at: Any) -> Any:
        """Returns the value of a sample; of several, a column as a :class:`Batch` has it."""
        found = self._dataset[at]
        return found[self._column.name]

    def __iter__(self) -> Iterator[Any]:
        for sample in self._dataset:
            yield sample[self._column.name]

    def to_arrow(self, rows: Sequence[int] | slice | None = None) -> pa.ChunkedArray:
        """Returns the column as an Arrow array; see :meth:`Dataset.to_arrow`."""
        return self._dataset.to_arrow(None, rows).column(0)

    def __repr__(self) -> str:
        return f"<sheaf column {self.name}: {self.type}, {len(self)} values>"
