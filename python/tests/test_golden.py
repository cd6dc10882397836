"""The golden datasets of testdata/format/v1, cell by cell."""

import hashlib
import json

import numpy as np
import pytest

import sheaf
from sheaf._chunks import ChunkStore
from sheaf._order import Order
from sheaf._version import Version

from cells import same, spell
from conftest import GOLDEN, compared

FOLDERS = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


VERSIONS = [
    pytest.param(folder, version, id=f"{folder}-{number}")
    for folder in FOLDERS
    for number, version in enumerate(
        json.loads((GOLDEN / folder / "expected.json").read_text())["versions"]
    )
]


@pytest.mark.parametrize(("folder", "version"), VERSIONS)
def test_shows_every_cell(folder, version):
    ds = sheaf.open(GOLDEN / folder / "dataset.sheaf", version["rev"])
    assert ds.commit.tree == version["tree"]
    assert len(ds) == version["size"]
    columns = {c["name"]: c["type"] for c in version["columns"]}
    assert {name: str(c.type) for name, c in ds.schema.items()} == columns
    ds = ds.select(ds.schema)
    for expected in version["samples"]:
        index = expected["index"]
        assert ds.sample_id(index) == expected["id"]
        sample = ds[index]
        assert list(sample) == ds.columns
        assert sample.keys() == expected["cells"].keys()
        for name, cell in expected["cells"].items():
            found = spell(ds.schema[name].type, sample[name])
            assert same(cell, found), f"{name} of sample {index}: expected {cell}, got {found}"
            compared["cells"] += 1
        compared["samples"] += 1
    if "_key" in columns:
        keys = "\n".join(ds["_key"][:]).encode()
        assert hashlib.sha256(keys).hexdigest() == version["keys"]
    compared["versions"] += 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_shows_the_same_with_little_memory_and_without_mappings(folder, monkeypatch):
    path = GOLDEN / folder / "dataset.sheaf"
    ds = sheaf.open(path)
    ds = ds.select(ds.schema)
    types = [column.type for column in ds.schema.values()]
    monkeypatch.setattr(Version, "CACHE_BYTES", 10_000)
    monkeypatch.setattr(Version, "MAX_SEGMENTS", 1)
    monkeypatch.setattr(ChunkStore, "MAX_OPEN", 1)
    monkeypatch.setattr(Order, "MAX_LEAVES", 1)
    monkeypatch.setattr("sheaf._chunks._limit_of_maps", lambda: 0)
    small = sheaf.open(path).select(ds.schema)
    step = max(1, len(ds) // 100)
    for _ in range(2):
        for index in [*range(0, len(ds), step), *range(len(ds) - 1, -1, -step)]:
            expected = list(map(spell, types, ds[index].values()))
            assert list(map(spell, types, small[index].values())) == expected
    for name, column in ds.schema.items():
        if column.type.kind in ("utf8", "scalar") and len(ds):
            assert list(map(str, small[name][::step])) == list(map(str, ds[name][::step]))


@pytest.mark.parametrize(("folder", "version"), VERSIONS)
def test_columns_of_batches_show_the_same(folder, version):
    ds = sheaf.open(GOLDEN / folder / "dataset.sheaf", version["rev"])
    ds = ds.select(ds.schema)
    at = [sample["index"] for sample in version["samples"]][::-1]
    batch = ds[at]
    for name, column in ds.schema.items():
        values = batch[name]
        for i, sample in enumerate(reversed(version["samples"])):
            value = values[i]
            if column.type.kind == "tensor" and isinstance(values, np.ndarray):
                value = None if np.ma.getmaskarray(values)[i].all() and values[i].size else value
                if values[i].size == 0 or value is None:
                    continue
                value = np.asarray(value)
                value.flags.writeable = False
            elif value is np.ma.masked:
                value = None
            assert same(sample["cells"][name], spell(column.type, value)), (name, i)


def test_tags_and_branches_resolve():
    count = 0
    for folder in FOLDERS:
        document = json.loads((GOLDEN / folder / "expected.json").read_text())
        trees = {version["rev"]: version["tree"] for version in document["versions"]}
        for tag, rev in document["tags"].items():
            tagged = sheaf.open(GOLDEN / folder / "dataset.sheaf", tag)
            assert tagged.commit.tree == trees[rev]
            count += 1
    assert count > 0
