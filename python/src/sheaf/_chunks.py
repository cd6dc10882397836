"""Chunk files: read by position, or mapped."""

from __future__ import annotations

import mmap
import os
import resource
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from ._moved import MAX_FILE, MovedChunk, Purge, damaged
from .errors import FSCK, CorruptDataError, NotFoundError

_HEX = frozenset("0123456789abcdef")
Place = tuple[tuple[str, object], ...]


def is_chunk_name(name: object) -> bool:
    return isinstance(name, str) and len(name) == 64 and _HEX.issuperset(name)


_LINK = "link:"


def is_link(name: str) -> bool:
    """Tells whether a name is that of a root of links or of a linked file, not of a chunk."""
    return name.startswith(_LINK)


def is_link_root(name: object) -> bool:
    """Tells whether a name is ``link:`` and the name of a root."""
    if not isinstance(name, str) or not is_link(name):
        return False
    root = name[len(_LINK) :]
    bad = any(c in "/\\:;=" or ord(c) < 32 or 127 <= ord(c) < 160 for c in root)
    return 0 < len(root) <= 255 and root[0] != "." and not bad


def link_fault(path: str) -> str | None:
    """Says what is wrong with a path below a root, if something is."""
    if not 0 < len(path) <= 4096:
        return f"a path of {len(path)} characters"
    if any(c == "\\" or ord(c) < 32 or 127 <= ord(c) < 160 for c in path):
        return "a path with control characters or \\"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "a path that is not below its root"
    if path[1:2] == ":" and path[0].isascii() and path[0].isalpha():
        return "a path with a drive"
    return None


class Links:
    """Where this machine has the folders that links begin at: by the variable ``SHEAF_LINKS``,
    by ``local/links``, or beside the dataset under the root's own name."""

    def __init__(self, dataset: str) -> None:
        self._dataset = os.path.abspath(dataset)
        self._variable = os.environ.get("SHEAF_LINKS", "").split(os.pathsep)

    def folder(self, root: str) -> str:
        found = _roots(self._variable).get(root) or self._written().get(root) or root
        return os.path.normpath(os.path.join(os.path.dirname(self._dataset), found))

    def _written(self) -> dict[str, str]:
        try:
            with open(os.path.join(self._dataset, "local", "links"), encoding="utf-8") as file:
                return _roots(file.read().split("\n"))
        except FileNotFoundError:
            return {}

    def read(self, link: str, offset: int, length: int, place: Place) -> bytes:
        """Returns a range of a linked file, which is opened anew: it may change at any moment."""
        root, _, path = link[len(_LINK) :].partition("/")
        place = (*place, ("link", link))
        fault = link_fault(path) if is_link_root(_LINK + root) else "a bad root"
        if fault is not None:
            raise CorruptDataError(
                "SHEAF-LNK-004", f"Link is damaged: it names {fault}", place, FSCK
            )
        folder = self.folder(root)
        file = os.path.join(folder, *path.split("/"))
        try:
            fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            if not os.path.isdir(folder):
                raise NotFoundError(
                    "SHEAF-LNK-003",
                    f'Folder of the links "{root}" is not here: {folder}',
                    place,
                    f"Say where this machine has it: SHEAF_LINKS={root}=FOLDER",
                ) from None
            raise NotFoundError(
                "SHEAF-LNK-001",
                f"Linked file is missing: {file}",
                place,
                "Bring it back, or delete the sample; `sheaf fsck` lists all that is missing",
            ) from None
        try:
            size = os.fstat(fd).st_size
            if offset + length > size:
                what = f"expected bytes [{offset}, {offset + length}), it has {size}"
                raise self.changed(link, what, place)
            data = b""
            while len(data) < length:
                more = os.pread(fd, length - len(data), offset + len(data))
                if not more:
                    raise self.changed(link, f"it ends at byte {offset + len(data)}", place)
                data += more
            return data
        finally:
            os.close(fd)

    def changed(self, link: str, what: str, place: Place) -> CorruptDataError:
        root, _, path = link[len(_LINK) :].partition("/")
        file = os.path.join(self.folder(root), *path.split("/"))
        return CorruptDataError(
            "SHEAF-LNK-002",
            f"Linked file has changed: {file}: {what}",
            place,
            "Bring the old file back, or take the new one in with `sheaf ingest --link`",
        )


def _roots(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {name: folder for name, _, folder in pairs if name and folder}


def _limit_of_maps() -> int:
    """A mapping keeps a descriptor of its file, so the process's limit counts."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 16_384 if soft == resource.RLIM_INFINITY else max(16, min(16_384, soft // 3))


class Located(NamedTuple):
    """Where bytes lie today; of a page also its checksum and the rows that were purged."""

    chunk: str
    offset: int
    length: int
    crc: int
    purged: Mapping[int, Purge]


class ChunkStore:
    """The chunks of one dataset. Reads only; safe for use by several threads, and after a fork.

    A chunk never changes, so descriptors and mappings are kept: descriptors up to 128 of them,
    mappings up to a third of the process's limit of open files. Beyond that, reads are positional.
    """

    MAX_OPEN = 128
    MAX_MOVES = 4096

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.place = (("", dataset),)
        self.links = Links(dataset)
        self._folder = os.path.join(dataset, "chunks")
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._maps: dict[str, Mapped] = {}
        self._moves: dict[str, MovedChunk] = {}
        self._max_maps = _limit_of_maps()

    def read(self, chunk: str, offset: int, length: int) -> bytes:
        """Returns bytes of a chunk, read by position into memory of their own."""
        file = self._files.get(chunk) or self._try_open(chunk)
        if file is None:
            place = self._value(chunk, offset, length)
            chunk, offset = place.chunk, place.offset
            file = self._files.get(chunk) or self._open(chunk)
        data = os.pread(file.fd, length, offset)
        while len(data) < length:
            more = os.pread(file.fd, length - len(data), offset + len(data))
            if not more:
                raise self._short(chunk, offset, length, os.fstat(file.fd).st_size)
            data += more
        return data

    def check(self, chunk: str, offset: int, length: int) -> None:
        """Refuses a range that the file does not have, before anything is allocated for it."""
        file = self._files.get(chunk) or self._try_open(chunk)
        if file is None:
            place = self._value(chunk, offset, length)
            chunk, offset = place.chunk, place.offset
            file = self._files.get(chunk) or self._open(chunk)
        if offset < 0 or length < 0 or offset + length > file.size:
            raise self._short(chunk, offset, length, file.size)

    def _value(self, chunk: str, offset: int, length: int) -> Located:
        place = self.locate(chunk, offset, length, 0)
        if place.purged:
            raise damaged("range: a page is no value", (*self.place, ("chunk", chunk)))
        return place

    def locate(self, chunk: str, offset: int, length: int, crc: int) -> Located:
        """Finds bytes of a chunk that may be gone.

        Raises:
            PurgedError: if something in them was purged.
            NotFoundError: if neither the chunk nor a successor is there.
        """
        place = Located(chunk, offset, length, crc, {})
        for _ in range(self.MAX_MOVES):
            if place.chunk in self._files or self._try_open(place.chunk) is not None:
                return place
            moved = self._moves[place.chunk]
            found = moved.ranges[0] if length == 0 else moved.find(place.offset, place.length)
            if moved.successor is None:
                raise damaged("kind of a range", moved.place)
            if found.rows:
                if (found.offset, found.length) != (place.offset, place.length):
                    raise damaged("page: it has other bounds", moved.place)
                rows = {**found.rows, **place.purged}
                place = Located(moved.successor, found.target, found.target_length, found.crc, rows)
            else:
                target = found.target + place.offset - found.offset if length else 0
                place = place._replace(chunk=moved.successor, offset=target)
        raise damaged("successor: it leads in a circle", (*self.place, ("chunk", chunk)))

    def _try_open(self, chunk: str) -> _File | None:
        """Opens a chunk; None if it is gone and a file says where it went."""
        if chunk in self._moves:
            return None
        try:
            return self._open(chunk)
        except NotFoundError:
            path = os.path.join(self._folder, chunk[:2], chunk + ".moved")
            place = (*self.place, ("chunk", chunk))
            try:
                with open(path, "rb") as file:
                    data = file.read(MAX_FILE + 1)
            except FileNotFoundError:
                data = b""
            if not data and not os.path.exists(path):
                raise
            if len(data) > MAX_FILE:
                raise damaged("length", place) from None
            self._moves[chunk] = MovedChunk(data, place)
            return None

    def map(self, chunk: str) -> Mapped | None:
        """Maps a whole chunk; None when too many are mapped."""
        try:
            return self._maps[chunk]
        except KeyError:
            pass
        if len(self._maps) >= self._max_maps:
            return None
        file = self._try_open(chunk)
        # Ranges of a successor lie elsewhere, so it is no mapping of this chunk.
        if file is None or file.size == 0:
            return None
        mapped = Mapped(mmap.mmap(file.fd, file.size, access=mmap.ACCESS_READ), chunk)
        self._maps[chunk] = mapped
        return mapped

    def _open(self, chunk: str) -> _File:
        path = os.path.join(self._folder, chunk[:2], chunk + ".arrow")
        try:
            file = _File(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            raise NotFoundError(
                "SHEAF-NF-005",
                "Chunk file is missing",
                (*self.place, ("chunk", chunk)),
                "Copy it back from another copy of the dataset; "
                "`sheaf fsck` lists all that is missing",
            ) from None
        self._files[chunk] = file
        while len(self._files) > self.MAX_OPEN:
            # Not closed here: another thread may be reading. The last reference closes it.
            self._files.popitem(last=False)
        return file

    def _short(self, chunk: str, offset: int, length: int, size: int) -> CorruptDataError:
        return CorruptDataError(
            "SHEAF-CHK-002",
            f"Chunk file is too short: expected bytes [{offset}, {offset + length}), length={size}",
            (*self.place, ("chunk", chunk)),
            FSCK,
        )


class Mapped:
    """A mapped chunk.

    Behind the new end of a file that is cut short, memory reads as zeros to the end of its page,
    and then ends the process. So who reads asks :meth:`check` before, and again when it has a copy.
    """

    __slots__ = ("_file", "chunk", "size", "view")

    def __init__(self, file: mmap.mmap, chunk: str) -> None:
        self._file = file
        self.chunk = chunk
        self.size = len(file)
        self.view = memoryview(file).toreadonly()

    def check(self) -> None:
        """Refuses a file that has become shorter."""
        if self._file.size() < self.size:
            raise CorruptDataError(
                "SHEAF-CHK-006",
                "File was cut short while it was mapped",
                (("chunk", self.chunk),),
                FSCK,
            )


class _File:
    __slots__ = ("fd", "size")

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.size = os.fstat(fd).st_size

    def __del__(self) -> None:
        os.close(self.fd)
