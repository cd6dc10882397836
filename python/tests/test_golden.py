"""The golden datasets of testdata/format/v1, cell by cell."""

import hashlib
import json

import numpy as np
import pytest

import sheaf

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
