"""The golden dataset of moved chunks: what is there, what was purged, and damage."""

import json
import shutil
import struct

import pytest
from crc32c import crc32c

import sheaf

from cells import same, spell
from conftest import GOLDEN, compared

MOVED = GOLDEN.parent / "moved"
VERSIONS = json.loads((MOVED / "expected.json").read_text())["versions"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version["rev"])
def test_shows_what_is_there_and_what_was_purged(version):
    ds = sheaf.open(MOVED / "dataset.sheaf", version["rev"])
    assert len(ds) == len(version["samples"])
    for expected in version["samples"]:
        for name, cell in expected["cells"].items():
            kind = ds.schema[name].type
            if isinstance(cell, dict) and "purged" in cell:
                code, reason = cell["purged"]
                with pytest.raises(sheaf.PurgedError, match="Value was purged on 20") as error:
                    spell(kind, ds.select([name])[expected["index"]][name])
                assert error.value.code == code
                assert error.value.headline.endswith("Z: " + reason)
                assert error.value["column"] == name
                assert error.value["sample"] == expected["index"]
            else:
                found = spell(kind, ds.select([name])[expected["index"]][name])
                assert same(cell, found), f"{name} of {expected['index']}"
            compared["cells"] += 1


def test_columns_refuse_purged_rows_and_show_the_others():
    ds = sheaf.open(MOVED / "dataset.sheaf", "v1")
    for name in ("age", "name", "vector", "story"):
        with pytest.raises(sheaf.PurgedError, match="consent withdrawn"):
            ds[name][1:5]
        assert len(ds[name][4:7]) == 3
    assert len(sheaf.open(MOVED / "dataset.sheaf")["age"][:]) == 29


def _moved_files(path):
    return sorted(path.glob("chunks/*/*.moved"))


def _sealed(data):
    return data[:-4] + struct.pack("<I", crc32c(data[:-4]))


def _read_all(path):
    ds = sheaf.open(path, "main")
    for name in ds.schema:
        for index in range(len(ds)):
            spell(ds.schema[name].type, ds.select(ds.schema)[index][name])


def test_every_damaged_byte_is_refused(tmp_path):
    path = tmp_path / "copy.sheaf"
    shutil.copytree(MOVED / "dataset.sheaf", path)
    file = next(f for f in _moved_files(path) if len(f.read_bytes()) > 120)
    whole = file.read_bytes()
    chunk = sheaf._chunks.ChunkStore(str(path))
    for at in range(0, len(whole), 7):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        chunk._moves.clear()
        with pytest.raises(sheaf.CorruptDataError) as error:
            chunk.locate(file.stem, 0, 1, 0)
        assert error.value.code == "SHEAF-CHK-008"
        compared["hostile"] += 1


@pytest.mark.parametrize(
    ("at", "value", "what"),
    [
        (0, b"XXXX", "magic"),
        (4, b"\x02", "version"),
        (5, b"\x02", "flags"),
        (8, b"\xff\xff\xff\xff", "number of purges"),
        (12, b"\xff\xff\xff\x7f", "number of ranges"),
        (12, b"\0\0\0\0", "number of ranges"),
        (56, b"\xff\xff\xff\x7f", "length of a reason"),
    ],
)
def test_a_lie_with_a_good_checksum_is_refused(tmp_path, at, value, what):
    path = tmp_path / "copy.sheaf"
    shutil.copytree(MOVED / "dataset.sheaf", path)
    for file in _moved_files(path):
        data = file.read_bytes()
        file.write_bytes(_sealed(data[:at] + value + data[at + len(value) :]))
    with pytest.raises(sheaf.CorruptDataError, match=f"bad {what}"):
        _read_all(path)


def test_a_circle_of_successors_is_refused(tmp_path):
    path = tmp_path / "copy.sheaf"
    shutil.copytree(MOVED / "dataset.sheaf", path)
    for file in _moved_files(path):
        data = file.read_bytes()
        file.write_bytes(_sealed(data[:16] + bytes.fromhex(file.stem) + data[48:]))
    with pytest.raises(sheaf.CorruptDataError, match=r"circle|neither kept"):
        _read_all(path)
