"""What a user of the package relies on, on the golden datasets."""

import concurrent.futures
import multiprocessing
import os
import pickle
import stat
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

import sheaf

from conftest import GOLDEN

ALL = GOLDEN / "all-types" / "dataset.sheaf"
WIDE = GOLDEN / "wide-values" / "dataset.sheaf"
EDITS = GOLDEN / "edits-and-deletes" / "dataset.sheaf"
PAGES = GOLDEN / "many-pages" / "dataset.sheaf"


@pytest.fixture
def edits():
    return sheaf.open(EDITS)


def keys(ds):
    return ds["_key"][:]


def test_indexes_count_from_both_ends(edits):
    alone = edits.select(["_key"])
    assert alone[-1] == alone[len(alone) - 1]
    assert alone[-len(alone)] == alone[0]
    assert alone[np.int64(3)] == alone[3]
    for index in (len(alone), -len(alone) - 1, 1 << 70):
        with pytest.raises(sheaf.IndexOutOfRangeError) as caught:
            alone[index]
        assert caught.value.code == "SHEAF-NF-001"
        assert isinstance(caught.value, IndexError)
        assert str(caught.value) == (
            f"Sample index {index} is out of range at {EDITS}. "
            f"The version has {len(alone)} samples: 0 to {len(alone) - 1}, or -1 for the last"
        )
    with pytest.raises(TypeError):
        alone[True]
    with pytest.raises(TypeError):
        alone[1.5]


def test_lists_and_slices_are_batches(edits):
    every = keys(edits)
    batch = edits.select(["_key"])[[3, -1, 3]]
    assert [row["_key"] for row in batch] == [every[3], every[-1], every[3]]
    assert batch["_key"] == [every[3], every[-1], every[3]]
    assert batch[1]["_key"] == every[-1] and len(batch) == 3
    assert batch.indices.tolist() == [3, len(every) - 1, 3]
    assert edits["_key"][10:20] == every[10:20]
    assert edits["_key"][::-7] == every[::-7]
    assert edits["_key"][np.array([5, 4])] == [every[5], every[4]]
    assert len(edits[[]]) == 0 and edits[[]]["n"].shape == (0,)
    assert list(edits["_key"]) == [sample["_key"] for sample in edits.select(["_key"])] == every
    with pytest.raises(IndexError):
        edits[[0, len(edits)]]
    with pytest.raises(TypeError):
        edits[[0.5]]


def test_columns_are_named_and_selected(edits):
    assert all(not name.startswith("_") for name in edits.columns)
    assert "_key" in edits.schema
    assert edits.select(["_key", "n"]).columns == ["_key", "n"]
    assert list(edits.select(["_key", "n"])[0]) == ["_key", "n"]
    assert edits["n"].type == sheaf.Type.parse(str(edits.schema["n"].type))
    with pytest.raises(sheaf.UnknownColumnError, match=r'Unknown column "imagee".*Did you mean'):
        edits["imagee"]
    with pytest.raises(KeyError):
        edits.select(["nothing"])
    with pytest.raises(sheaf.UnknownColumnError, match="was not selected"):
        edits.select(["n"])[:]["_key"]


def test_numbers_become_arrays_and_nulls_are_masked():
    ds = sheaf.open(ALL)
    for name, column in ds.schema.items():
        values = ds[name][:]
        alone = list(ds[name])
        if column.type.kind == "scalar":
            assert values.dtype == column.type.numpy and values.shape == (len(ds),)
            mask = np.ma.getmaskarray(values)
            assert mask.tolist() == [value is None for value in alone]
        elif not isinstance(values, np.ndarray):
            assert len(values) == len(alone)
            assert [value is None for value in values] == [value is None for value in alone]


def test_batches_cover_all_samples(edits):
    found = [batch["_key"] for batch in edits.select(["_key"]).batches(7)]
    assert [len(part) for part in found[:-1]] == [7] * (len(found) - 1)
    assert [key for part in found for key in part] == keys(edits)
    with pytest.raises(ValueError, match="size=0"):
        next(edits.batches(0))


def test_tensors_are_read_only_views_of_the_mapped_chunk():
    ds = sheaf.open(WIDE)
    fixed = [
        name
        for name, column in ds.schema.items()
        if column.type.is_fixed_tensor and column.type.width >= 1024 and not column.type.is_packed
    ]
    assert fixed
    for name in fixed:
        values = [v for v in ds[name] if v is not None]
        again = [v for v in ds[name] if v is not None]
        for value, second in zip(values, again, strict=True):
            assert not value.flags.writeable and not value.flags.owndata
            assert np.shares_memory(value, second)
            with pytest.raises(ValueError, match="read-only"):
                value[...] = 0


def test_media_are_lazy_and_travel_with_their_payload():
    ds = sheaf.open(WIDE)
    name = next(n for n, c in ds.schema.items() if c.type.kind == "media")
    media = next(v for v in ds[name] if v is not None and len(v) > 1024)
    copy = pickle.loads(pickle.dumps(media))
    assert copy.bytes == media.bytes and copy.facts == media.facts
    assert (copy.kind, copy.sha256, len(copy)) == (media.kind, media.sha256, len(media))
    assert media.open().read() == media.bytes == bytes(media.view())
    assert media.view().readonly
    assert "Media" in repr(media) and str(len(media)) in repr(media)


def test_reads_long_payloads_block_by_block(vectors):
    ds = sheaf.open(vectors / "interop" / "dataset.sheaf")
    name = next(n for n, c in ds.schema.items() if c.type.kind == "media")
    tried = 0
    for column in (n for n, c in ds.schema.items() if c.type.kind == "media"):
        for index in range(len(ds)):
            media = ds.select([column])[index][column]
            if media is None or len(media) <= 1 << 20:
                continue
            with media.open() as file:
                assert file.seekable()
                file.seek(300_000)
                middle = file.read(10)
                file.seek(-5, 2)
                end = file.read()
                assert file.read(1) == b""
                file.seek(0)
                whole = file.read()
            assert whole == media.bytes
            assert middle == whole[300_000:300_010] and end == whole[-5:]
            tried += 1
            break
    assert tried > 0, name


def test_a_damaged_block_costs_that_block(vectors, tmp_path):
    import shutil

    source = vectors / "interop" / "dataset.sheaf"
    path = tmp_path / "copy.sheaf"
    shutil.copytree(source, path)
    ds = sheaf.open(path)
    for column in (n for n, c in ds.schema.items() if c.type.kind == "media"):
        for index in range(len(ds)):
            media = ds.select([column])[index][column]
            if media is None or len(media) <= 1 << 20:
                continue
            chunk, offset, _ = media._source.refs.place(media._row)
            with open(path / "chunks" / chunk[:2] / f"{chunk}.arrow", "r+b") as file:
                file.seek(offset + (1 << 18) + 5)
                byte = file.read(1)
                file.seek(-1, 1)
                file.write(bytes([byte[0] ^ 1]))
            with media.open() as file:
                file.read(1 << 18)
                with pytest.raises(sheaf.CorruptDataError) as caught:
                    file.read(1)
            error = caught.value
            assert (error.code, error["column"], error["sample"]) == (
                "SHEAF-CHK-001", column, index,
            )  # fmt: skip
            with pytest.raises(sheaf.CorruptDataError):
                _ = media.bytes
            return
    pytest.fail("no payload above 1 MiB")


@pytest.mark.parametrize("folder", ["many-pages", "wide-values", "edits-and-deletes"])
@pytest.mark.parametrize("left", [0, 100, 4096, -9, -1])
def test_files_cut_short_under_a_mapping_are_noticed(golden_copy, folder, left):
    path = golden_copy(folder)
    ds = sheaf.open(path)
    indices = range(0, len(ds), max(1, len(ds) // 30))

    def read():
        found = []
        for index in indices:
            for value in ds[index].values():
                found.append(value.bytes if isinstance(value, sheaf.Media) else str(value))
        return found

    whole = read()
    assert read() == whole
    for file in path.glob("chunks/*/*.arrow"):
        data = file.read_bytes()
        os.chmod(file, 0o644)
        with open(file, "r+b") as cut:
            cut.truncate(left if left >= 0 else len(data) + left)
            try:
                assert read() == whole  # a chunk that only an older version has
            except sheaf.CorruptDataError as e:
                assert e.code in ("SHEAF-CHK-006", "SHEAF-CHK-002")
                assert e["chunk"] == file.stem and e["sample"] in indices and e["column"]
                with pytest.raises(sheaf.CorruptDataError):
                    ds[list(indices)].to_dict()["n" if "n" in ds.columns else ds.columns[0]]
                    [m.view() for m in ds[:].to_dict().get("image", []) if m is not None]
            cut.seek(0)
            cut.write(data)
            cut.truncate()
        assert read() == whole


def test_tables_hold_the_same_values():
    for name in ("all-types", "wide-values", "edits-and-deletes", "schema-changes"):
        ds = sheaf.open(GOLDEN / name / "dataset.sheaf")
        ds = ds.select(ds.schema)
        table = ds.to_arrow()
        table.validate(full=True)
        assert table.column_names == ds.columns and table.num_rows == len(ds)
        for column, info in ds.schema.items():
            field = table.schema.field(column)
            assert field.metadata[b"sheaf.type"].decode() == str(info.type)
            kind = info.type.kind
            found = table[column]
            nulls = [value is None for value in ds[column]]
            assert found.is_null().to_pylist() == nulls
            if kind in ("utf8", "json", "binary"):
                assert found.to_pylist() == list(ds[column])
            elif kind == "media":
                payloads = [value and value.bytes for value in ds[column]]
                assert found.to_pylist() == payloads
            elif kind in ("date", "timestamp"):
                counts = found.cast(pa.int32() if kind == "date" else pa.int64()).to_pylist()
                assert counts == [v if v is None else int(v.astype("i8")) for v in ds[column]]
            elif kind == "scalar" and info.type.dtype != "bfloat16":
                plain = [value if value is None else value.item() for value in ds[column]]
                assert str(found.to_pylist()) == str(plain)


def test_table_of_some_rows(edits):
    every = keys(edits)
    table = edits.to_arrow(["_key", "n"], [4, -1, 4])
    assert table["_key"].to_pylist() == [every[4], every[-1], every[4]]
    assert edits.to_arrow(["_key"], slice(2, 5))["_key"].to_pylist() == every[2:5]
    assert edits["_key"].to_arrow([1]).to_pylist() == [every[1]]
    assert edits[[1]].to_arrow().num_rows == 1


def test_versions_are_pinned_and_logged(edits):
    log = edits.log()
    assert log[0] == edits.commit and log[-1].parents == ()
    assert [c.id for c in edits.log(2)] == [c.id for c in log[:2]]
    assert edits.log(0) == []
    assert edits.refs["refs/heads/main"] == edits.commit.id
    older = sheaf.open(f"{EDITS}@main~2")
    assert older.commit.id == log[2].id == sheaf.open(EDITS, log[2].id[:9]).commit.id
    assert older.log()[0].subject == log[2].message.split("\n")[0]


def test_forgotten_history_ends(golden_copy):
    path = golden_copy("edits-and-deletes")
    ds = sheaf.open(path)
    whole = ds.log()
    assert len(whole) > 2
    (path / "git" / "shallow").write_text(whole[1].id + "\n")
    assert [c.id for c in ds.log()] == [c.id for c in whole[:2]]
    assert sheaf.open(f"{path}@main~1").log()[0].parents == ()
    with pytest.raises(sheaf.NotFoundError):
        sheaf.open(f"{path}@main~2")
    (path / "git" / "shallow").write_text("no id\n")
    with pytest.raises(sheaf.CorruptDataError, match="shallow has a damaged line"):
        sheaf.open(path).log()


def test_names_of_datasets():
    with pytest.raises(sheaf.NotFoundError, match=r"Dataset does not exist at .*gone.sheaf"):
        sheaf.open(GOLDEN / "gone.sheaf")
    with pytest.raises(sheaf.InvalidInputError, match=r"does not end in \"\.sheaf\""):
        sheaf.open(GOLDEN)
    with pytest.raises(sheaf.InvalidInputError, match="Views do not exist yet"):
        sheaf.open(f"{ALL}@main:view")
    with pytest.raises(sheaf.InvalidInputError, match="Two versions are named"):
        sheaf.open(f"{ALL}@main", "main~1")
    with pytest.raises(sheaf.NotFoundError, match=r'Unknown revision "mian".*Did you mean "main"'):
        sheaf.open(ALL, "mian")
    assert len(sheaf.open(f"{ALL}/")) == len(sheaf.open(f"{ALL}@{{now}}"))


def test_nothing_is_written_and_local_is_not_read(golden_copy):
    path = golden_copy("edits-and-deletes")
    (path / "local").mkdir()
    (path / "local").chmod(0)
    before = sorted(str(p) for p in path.rglob("*"))
    for folder in [path, *path.rglob("*")]:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if folder.name != "local":
            folder.chmod(mode & ~0o222)
    try:
        ds = sheaf.open(path)
        assert len(list(ds)) == len(ds)
        assert sorted(str(p) for p in path.rglob("*")) == before
    finally:
        for folder in [path, *path.rglob("*")]:
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o700)


def test_threads_read_the_same(edits):
    expected = keys(edits)
    alone = sheaf.open(EDITS).select(["_key"])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            found = list(pool.map(lambda i: alone[i]["_key"], range(len(alone))))
            assert found == expected


def read_in_worker(ds, queue):
    queue.put((ds.commit.id, [sample["_key"] for sample in ds], os.getpid()))


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_other_processes_open_the_same_commit(edits, method):
    context = multiprocessing.get_context(method)
    alone = edits.select(["_key"])
    _ = alone[0]
    queue = context.Queue()
    worker = context.Process(target=read_in_worker, args=(alone, queue))
    worker.start()
    commit, found, process = queue.get(timeout=60)
    worker.join(60)
    assert worker.exitcode == 0 and process != os.getpid()
    assert (commit, found) == (edits.commit.id, keys(edits))


def test_pickles_are_small_and_pin_the_commit():
    older = sheaf.open(EDITS, "main~1").select(["n"])
    data = pickle.dumps(older)
    assert len(data) < 1000
    copy = pickle.loads(data)
    assert copy.commit == older.commit and copy.columns == ["n"] and copy[0] == older[0]


def test_imports_no_heavy_library():
    code = (
        "import sheaf, sys; ds = sheaf.open(sys.argv[1]); ds[0]; "
        "print([m for m in ('pyarrow', 'torch', 'PIL', 'av') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ALL)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]" and done.stderr == ""
