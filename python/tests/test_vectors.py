"""Datasets that the Java class WriteVectors wrote, compared with what Java read from them."""

import json
import os

import pytest

import sheaf

from cells import same, spell
from conftest import GOLDEN, compared

FOLDERS = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())
FOLDER = os.environ.get("SHEAF_VECTORS", "")


def names(part):
    folder = os.path.join(FOLDER, part)
    if not FOLDER:
        return [pytest.param("", marks=pytest.mark.skip(reason="SHEAF_VECTORS is not set"))]
    return sorted(n for n in os.listdir(folder) if n.endswith(".jsonl") or part == "hostile")


@pytest.mark.parametrize("name", names("interop"))
def test_every_type_placement_and_edit(vectors, name):
    lines = (vectors / "interop" / name).read_text(encoding="utf-8").split("\n")
    head = json.loads(lines[0])
    ds = sheaf.open(vectors / "interop" / "dataset.sheaf", head["commit"])
    assert ds.commit.tree == head["tree"]
    assert len(ds) == head["size"]
    assert [{"name": n, "type": str(c.type)} for n, c in ds.schema.items()] == head["columns"]
    ds = ds.select(ds.schema)
    types = [c.type for c in ds.schema.values()]
    indices = []
    for line in lines[1:-1]:
        expected = json.loads(line)
        index = expected["index"]
        indices.append(index)
        assert ds.sample_id(index) == expected["id"]
        sample = ds[index]
        for (column, value), kind, cell in zip(
            sample.items(), types, expected["cells"], strict=True
        ):
            found = spell(kind, value)
            assert same(cell, found), f"{column} of {index}: expected {cell}, got {found}"
        compared["cells"] += len(types)
        compared["samples"] += 1
    compared["versions"] += 1


def test_revisions_and_log(vectors):
    document = json.loads((vectors / "interop" / "revisions.json").read_text())
    path = vectors / "interop" / "dataset.sheaf"
    for expected in document["revisions"]:
        if "error" in expected:
            with pytest.raises(sheaf.NotFoundError) as caught:
                sheaf.open(path, expected["rev"])
            check(expected["error"], caught.value, path)
        else:
            assert sheaf.open(path, expected["rev"]).commit.id == expected["commit"], expected
        compared["revisions"] = compared.get("revisions", 0) + 1
    log = [{"id": c.id, "subject": c.subject} for c in sheaf.open(path).log()]
    assert log == document["log"]


TYPES = {
    "CorruptDataException": sheaf.CorruptDataError,
    "UnsupportedFormatException": sheaf.UnsupportedFormatError,
    "NotFoundException": sheaf.NotFoundError,
    "InvalidInputException": sheaf.InvalidInputError,
}
#: Codes whose fact is worded by figures that any reader has; the others say in words of their own
#: which part of a leaf or page is wrong.
SAME_WORDS = (
    "SHEAF-CHK-001", "SHEAF-CHK-002", "SHEAF-FMT-001", "SHEAF-FMT-002", "SHEAF-FMT-006",
    "SHEAF-NF-", "SHEAF-ORD-001", "SHEAF-ORD-002", "SHEAF-ORD-003", "SHEAF-ORD-006",
    "SHEAF-ORD-007", "SHEAF-ORD-008", "SHEAF-TRE-003", "SHEAF-TRE-004", "SHEAF-GIT-004",
)  # fmt: skip


def facts(location):
    """The named facts of a Java location: ``column="image"``."""
    found = {}
    for part in location:
        name, equals, value = part.partition("=")
        if equals and name in ("column", "sample", "chunk", "page", "offset", "layer", "path"):
            found[name] = value[1:-1] if value.startswith('"') else int(value)
    return found


def check(expected, error, path):
    where = f"{error!r}, expected {expected}"
    assert isinstance(error, TYPES[expected["type"]]), where
    assert error.code == expected["code"], where
    if expected["code"].startswith(SAME_WORDS):
        assert error.headline == expected["headline"], where
    found = dict(error.location)
    for name, value in facts(expected["location"]).items():
        # Here the path is that of the very leaf, there it may be that of its folder.
        near = name == "path" and str(found.get(name)).startswith(value)
        assert found.get(name) == value or near, where
    assert str(path) in str(error), where


def test_a_damaged_page_of_a_batch_names_the_first_sample(vectors):
    folder = vectors / "hostile" / "page-bit"
    expected = json.loads((folder / "expected.json").read_text())
    wanted = next(s for s in expected["samples"] if "error" in str(s["cells"][0]))
    name = expected["columns"][0]["name"]
    ds = sheaf.open(folder / "dataset.sheaf")
    at = [sample["index"] for sample in expected["samples"]]
    with pytest.raises(sheaf.CorruptDataError) as caught:
        ds[at][name]
    check(wanted["cells"][0]["error"], caught.value, folder / "dataset.sheaf")


@pytest.mark.parametrize("name", names("hostile"))
def test_damage_is_named_and_costs_nothing_else(vectors, name):
    folder = vectors / "hostile" / name
    expected = json.loads((folder / "expected.json").read_text())
    path = folder / "dataset.sheaf"
    compared["hostile"] += 1
    if "error" in expected:
        with pytest.raises(sheaf.DatasetError) as caught:
            sheaf.open(path)
        check(expected["error"], caught.value, path)
        return
    ds = sheaf.open(path)
    assert len(ds) == expected["size"]
    golden = next((g for g in FOLDERS if g in name), "all-types")
    intact = sheaf.open(GOLDEN / golden / "dataset.sheaf")
    columns = {name: ds.select([name]) for name in ds.schema}
    for sample in expected["samples"]:
        for (column, alone), cell in zip(columns.items(), sample["cells"], strict=True):
            where = f"{column} of {sample['index']}"
            wants_error = isinstance(cell, dict) and "error" in cell
            try:
                found = spell(ds.schema[column].type, alone[sample["index"]][column])
            except sheaf.DatasetError as e:
                assert wants_error, f"{where}: expected {cell}, got {e!r}"
                check(cell["error"], e, path)
                assert e["sample"] == sample["index"]
                continue
            if wants_error:
                # A page is checked column by column here: another column of it is damaged, and
                # this one shows what it always did.
                assert cell["error"]["code"] == "SHEAF-CHK-003", f"{where}: expected {cell}"
                whole = intact.select([column])[sample["index"]][column]
                cell = spell(ds.schema[column].type, whole)
            assert same(cell, found), f"{where}: expected {cell}, got {found}"
