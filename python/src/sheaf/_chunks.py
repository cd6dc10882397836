"""Chunk files: read by position, or mapped."""

from __future__ import annotations

import mmap
import os
import resource
from collections import OrderedDict

from .errors import FSCK, CorruptDataError, NotFoundError

_HEX = frozenset("0123456789abcdef")


def is_chunk_name(name: object) -> bool:
    return isinstance(name, str) and len(name) == 64 and _HEX.issuperset(name)


def _limit_of_maps() -> int:
    """A mapping keeps a descriptor of its file, so the process's limit counts."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 16_384 if soft == resource.RLIM_INFINITY else max(16, min(16_384, soft // 3))


class ChunkStore:
    """The chunks of one dataset. Reads only; safe for use by several threads, and after a fork.

    A chunk never changes, so descriptors and mappings are kept: descriptors up to 128 of them,
    mappings up to a third of the process's limit of open files. Beyond that, reads are positional.
    """

    MAX_OPEN = 128

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.place = (("", dataset),)
        self._folder = os.path.join(dataset, "chunks")
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._maps: dict[str, Mapped] = {}
        self._max_maps = _limit_of_maps()

    def read(self, chunk: str, offset: int, length: int) -> bytes:
        """Returns bytes of a chunk, read by position into memory of their own."""
        file = self._files.get(chunk)
        if file is None:
            file = self._open(chunk)
        data = os.pread(file.fd, length, offset)
        while len(data) < length:
            more = os.pread(file.fd, length - len(data), offset + len(data))
            if not more:
                raise self._short(chunk, offset, length, os.fstat(file.fd).st_size)
            data += more
        return data

    def check(self, chunk: str, offset: int, length: int) -> None:
        """Refuses a range that the file does not have, before anything is allocated for it."""
        file = self._files.get(chunk)
        if file is None:
            file = self._open(chunk)
        if offset < 0 or length < 0 or offset + length > file.size:
            raise self._short(chunk, offset, length, file.size)

    def map(self, chunk: str) -> Mapped | None:
        """Maps a whole chunk; None when too many are mapped."""
        try:
            return self._maps[chunk]
        except KeyError:
            pass
        if len(self._maps) >= self._max_maps:
            return None
        file = self._open(chunk)
        if file.size == 0:
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
