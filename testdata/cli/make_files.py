"""Makes files/: what the cases of this folder ingest. Python 3, standard library only; the result is the same every time."""

import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent / "files"


def png(width, height, colour):
    def part(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    # Stored, not compressed: the bytes do not depend on the version of zlib.
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows + struct.pack(">I", zlib.adler32(rows))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", stored) + part(b"IEND", b"")


def write(name, content):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


write("images/cats/tabby.png", png(4, 3, (200, 150, 90)))
write("images/cats/tiger.png", png(2, 2, (250, 120, 0)))
write("images/dogs/beagle.png", png(3, 4, (120, 80, 40)))
write("images/dogs/spitz 2.png", png(1, 1, (0, 0, 0)))
write("changed/tiger.png", png(2, 2, (255, 255, 255)))
write("scans/a.png", png(24, 24, (10, 20, 30)))
write("scans/b.png", png(24, 25, (40, 50, 60)))
write("changed/a.png", png(24, 24, (11, 20, 30)))
write("more/birds/robin.png", png(5, 5, (200, 30, 30)))
write("broken/whole.png", png(2, 2, (1, 2, 3)))
write("broken/cut.png", png(8, 8, (1, 2, 3))[:40])

ROWS = [
    {"caption": "a cat", "score": 0.5, "count": 3, "ok": True, "tags": ["cat", "indoor"], "place": {"city": "Köln", "zip": None}},
    {"caption": "two dogs\nplaying", "score": 1e-3, "count": -1, "ok": False, "tags": [], "place": {"city": "北京", "zip": 7}},
    {"caption": "", "score": None, "count": 0, "ok": None, "tags": None, "place": None},
]
write("table.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS))
write("table.csv", "name,age,file\nTom,3,images/cats/tabby.png\nRex,11,images/dogs/beagle.png\n")
write("ragged.csv", "name,age\nTom,3\nRex\n")
