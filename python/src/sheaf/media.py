"""Encoded media: images, video, audio and files."""

from __future__ import annotations

import hashlib
import io
from typing import Any, Protocol

from .errors import DatasetError, InvalidInputError

_BLOCK = 1 << 18
_Bytes = bytes


class _Source(Protocol):
    kind: str

    def length(self, row: int) -> int: ...
    def payload(self, row: int) -> bytes: ...
    def view(self, row: int) -> bytes | memoryview: ...
    def sha256(self, row: int) -> str: ...
    def facts(self, row: int) -> dict[str, Any] | None: ...
    def blocks(self, row: int) -> list[int] | None: ...
    def block(self, row: int, number: int, crc: int) -> bytes: ...
    def place(self, row: int) -> tuple[tuple[str, object], ...]: ...


class Media:
    """An encoded payload, byte for byte as it came, and facts about it.

    Lazy: facts come from the page of the sample, and the payload is read, and checked by its
    CRC-32C when it is read first, only when it is asked for. A pickled object carries its payload.

    >>> m = Media.of("file", b"abc")
    >>> m.bytes, len(m), m.kind
    (b'abc', 3, 'file')
    """

    __slots__ = ("_row", "_sample", "_source")

    def __init__(self, source: _Source, row: int) -> None:
        self._source = source
        self._row = row
        self._sample = -1

    @staticmethod
    def of(kind: str, payload: _Bytes, facts: dict[str, Any] | None = None) -> Media:
        """Makes media of bytes, apart from any dataset."""
        return Media(_Detached(kind, payload, facts or {}), 0)

    @property
    def kind(self) -> str:
        """``image``, ``video``, ``audio`` or ``file``."""
        return self._source.kind

    @property
    def facts(self) -> dict[str, Any]:
        """What was found at ingest, without what is unknown; numbers as ``int``."""
        found = self._located(self._source.facts) or {}
        return {
            name: fact.item() if hasattr(fact, "item") else fact
            for name, fact in found.items()
            if fact is not None
        }

    @property
    def codec(self) -> str | None:
        """A lower-case name, for example ``jpeg``; None if unknown."""
        value = self.facts.get("codec")
        return None if value is None else str(value)

    @property
    def width(self) -> int | None:
        """Pixels, as stored; None if unknown."""
        return self.facts.get("width")

    @property
    def height(self) -> int | None:
        """Pixels, as stored; None if unknown."""
        return self.facts.get("height")

    @property
    def sha256(self) -> str:
        """SHA-256 of the payload, 64 hex digits, as the sample has it."""
        digest: str = self._located(self._source.sha256)
        return digest

    def __len__(self) -> int:
        """Bytes of the payload, without reading it."""
        length: int = self._located(self._source.length)
        return length

    def __bool__(self) -> bool:
        return True

    @property
    def bytes(self) -> _Bytes:
        """The payload."""
        data: _Bytes = self._located(self._source.payload)
        return data

    def view(self) -> memoryview:
        """The payload, read-only; over the mapped file where it was verified before.

        A file that is cut short while it is mapped ends the process; copy what must outlive that.
        """
        return memoryview(self._located(self._source.view)).toreadonly()

    def open(self) -> io.BufferedIOBase:
        """Opens the payload as a file. Of a payload above 1 MiB only the 256 KiB blocks that are
        read are fetched and checked."""
        blocks = self._located(self._source.blocks)
        if blocks is None:
            return io.BytesIO(self.bytes)
        return io.BufferedReader(_Blocks(self, blocks), _BLOCK)

    def decode(self) -> Any:
        """Decodes the payload.

        Returns:
            Of an image ``uint8[height, width, 3]``, RGB, as stored: EXIF's orientation is not
            applied (needs Pillow). Of a video ``uint8[frames, height, width, 3]``, RGB, and of
            audio ``float32[channels, samples]`` (both need PyAV). Of a file its bytes.

        Raises:
            ImportError: if the library is not installed.
        """
        if self.kind == "image":
            return _decode_image(self)
        if self.kind == "file":
            return self.bytes
        return _decode_av(self)

    def _located(self, read: Any) -> Any:
        try:
            return read(self._row)
        except DatasetError as e:
            dataset, *facts = self._source.place(self._row)
            if self._sample >= 0:
                facts.append(("sample", self._sample))
            raise e.within((dataset,), facts) from e.__cause__

    def __reduce__(self) -> tuple[Any, ...]:
        return Media.of, (self.kind, self.bytes, self.facts)

    def __repr__(self) -> str:
        codec = self.codec or "?"
        size = f" {self.width}x{self.height}" if self.width is not None else ""
        return f"<Media {self.kind} {codec}{size} {len(self)} bytes>"


class _Detached:
    """A payload apart from any dataset."""

    def __init__(self, kind: str, payload: bytes, facts: dict[str, Any]) -> None:
        if kind not in ("image", "video", "audio", "file"):
            raise InvalidInputError("SHEAF-FMT-004", f'Unknown media kind "{kind}"')
        self.kind = kind
        self._payload = bytes(payload)
        self._facts = facts

    def length(self, row: int) -> int:
        return len(self._payload)

    def payload(self, row: int) -> bytes:
        return self._payload

    def view(self, row: int) -> bytes:
        return self._payload

    def sha256(self, row: int) -> str:
        return hashlib.sha256(self._payload).hexdigest()

    def facts(self, row: int) -> dict[str, Any]:
        return self._facts

    def blocks(self, row: int) -> None:
        return None

    def block(self, row: int, number: int, crc: int) -> bytes:
        raise AssertionError("no blocks")

    def place(self, row: int) -> tuple[tuple[str, object], ...]:
        return ()


class _Blocks(io.RawIOBase):
    """A long payload as a file that reads block by block."""

    def __init__(self, media: Media, blocks: list[int]) -> None:
        self._media = media
        self._blocks = blocks
        self._length = len(media)
        self._at = 0
        self._last: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._at, self._length)[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._length:
            return 0
        number, within = divmod(self._at, _BLOCK)
        if self._last[0] != number:
            source, crc = self._media._source, self._blocks[number]
            data = self._media._located(lambda row: source.block(row, number, crc))
            self._last = (number, data)
        piece = self._last[1][within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _decode_image(media: Media) -> Any:
    import numpy as np

    try:
        from PIL import Image
    except ImportError as e:
        raise ImportError("decoding images needs Pillow: pip install 'sheaf[image]'") from e
    with Image.open(io.BytesIO(media.bytes)) as image:
        return np.asarray(image.convert("RGB"))


def _decode_av(media: Media) -> Any:
    import numpy as np

    try:
        import av
    except ImportError as e:
        raise ImportError(f"decoding {media.kind} needs PyAV: pip install 'sheaf[video]'") from e
    with av.open(media.open(), "r") as container:
        if media.kind == "video":
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
            return np.stack(frames)
        planar = av.AudioResampler(format="fltp")
        pieces = [
            piece.to_ndarray()
            for frame in container.decode(audio=0)
            for piece in planar.resample(frame)
        ]
        return np.concatenate(pieces, axis=1)
