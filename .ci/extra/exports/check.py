"""Reads each export of a dataset with a column of every type by the library that its format is made for.

The values are those of ManyTypes.java. Usage: check.py FOLDER FORMAT...
"""

import datetime
import io
import json
import math
import sys
from pathlib import Path

import numpy as np

SAMPLES = 5
TORCH = ("torch", "torch.distributed", "torch.utils", "torch.utils.data")
UTC = datetime.timezone.utc


def caption(i):
    return "" if i == 1 else f'née "{i}",\n 猫'


def extra(i):
    return {"n": i, "deep": [1.5, None]}


def ragged(i):
    return np.arange(2 * i, dtype=np.float32).reshape(i, 2) / 4


def grid(i):
    return np.array([[i, 1, -2], [3, -4, 5]], dtype=np.int16)


def vector(i):
    return np.array([i, 0.1, -2.5, 1e-7], dtype=np.float32)


def mask(i):
    bits = [(0b10101010 + i) >> k & 1 for k in range(8)] + [1]
    return np.array(bits, dtype=bool).reshape(3, 3)


def bits(i):
    return np.array([0, 1, 2, 3, i & 3], dtype=np.uint8)


def brains(i):
    return np.array([1.5, 2.0 if i % 2 == 0 else 4.0], dtype=np.float32)


def tags(i):
    return [] if i == 2 else [f"a{i}", None, "b"]


def box(i):
    return {"x": 0.25 * i, "name": None if i == 3 else f"box{i}"}


def sound(i):
    return b"RIFF" + bytes([i, 0, 0, 0]) + b"WAVEfmt "


def raw(i):
    return bytes([i, 0xFF, 0])


def scalars(i):
    return {
        "flag": i % 2 == 0,
        "small": i - 2,
        "count": (1 << 60) + i,
        "big": (1 << 64) - 1 - i,
        "nibble": i - 8,
        "half": 0.5 * i,
        "brain": 1.5 * i,
        "single": float(np.float32(np.float32(0.1) * np.float32(i))),
        "score": i / 3,
    }


DAYS = [datetime.date(2026, 11, 1 + i) for i in range(SAMPLES)]
MOMENTS = [datetime.datetime(2026, 11, 1, 10, 0, i, 1, UTC) for i in range(SAMPLES)]
LOCALS = [datetime.datetime(2026, 11, 1, 10, 0, i, 500_000) for i in range(SAMPLES)]


def equal(actual, expected, what):
    if isinstance(expected, np.ndarray):
        actual = np.asarray(actual)
        fine = actual.shape == expected.shape and np.array_equal(actual, expected)
    else:
        fine = actual == expected
    if not fine:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def same_scalars(row, i, where, names=None):
    for name, value in scalars(i).items():
        if names is None or name in names:
            equal(row[name], value, f"{where} {name} of {i}")


def picture(image, where):
    image.load()
    if image.format != "JPEG" or image.width < 16:
        raise AssertionError(f"{where}: {image}")


def check_arrow(folder):
    import pyarrow as pa

    table = pa.ipc.open_file(folder / "data-000000.arrow").read_all()
    table.validate(full=True)
    same_table(table, "arrow")
    equal(str(table.schema.field("extra").type), "extension<arrow.json>", "arrow type of extra")
    tensors = table.column("grid").combine_chunks()
    tensors = tensors.chunk(0) if isinstance(tensors, pa.ChunkedArray) else tensors
    equal(tensors.to_numpy_ndarray(), np.stack([grid(i) for i in range(SAMPLES)]), "arrow grid")
    for i, value in enumerate(table.column("ragged").combine_chunks().to_pylist()):
        equal(np.asarray(value["data"], np.float32).reshape(value["shape"]), ragged(i), "arrow ragged")


def check_parquet(folder):
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "data-000000.parquet")
    table.validate(full=True)
    same_table(table, "parquet")
    for i in range(SAMPLES):
        equal(np.asarray(table.column("grid")[i].as_py()), grid(i), "parquet grid")
        equal(np.asarray(table.column("mask")[i].as_py()), mask(i), "parquet mask")
        equal(table.column("ragged")[i].as_py(), ragged(i).tolist(), "parquet ragged")
    facts = pq.ParquetFile(folder / "data-000000.parquet").metadata.row_group(0)
    codecs = {facts.column(i).path_in_schema: facts.column(i).compression for i in range(facts.num_columns)}
    equal(codecs["image.bytes"], "UNCOMPRESSED", "codec of payloads")
    equal(codecs["caption"], "ZSTD", "codec of text")


def same_table(table, where):
    for i in range(SAMPLES):
        row = {name: table.column(name)[i] for name in table.column_names}
        values = {name: row[name].as_py() for name in ("caption", "raw", "extra", "day", "moment", "local", "tags", "box")}
        same_scalars({name: row[name].as_py() for name in scalars(i)}, i, where)
        equal(values["caption"], caption(i), f"{where} caption")
        equal(values["raw"], raw(i), f"{where} raw")
        extra_value = values["extra"]
        equal(json.loads(extra_value) if isinstance(extra_value, str) else extra_value, extra(i), f"{where} extra")
        equal(values["day"], DAYS[i], f"{where} day")
        equal(values["moment"], MOMENTS[i], f"{where} moment")
        equal(values["local"], LOCALS[i], f"{where} local")
        equal(values["tags"], tags(i), f"{where} tags")
        equal(values["box"], box(i), f"{where} box")
        equal(row["image"].as_py()["bytes"][:3], b"\xff\xd8\xff", f"{where} image")
        equal(row["sound"].as_py(), {"bytes": sound(i), "path": None}, f"{where} sound")
        equal(np.asarray(row["vector"].as_py(), np.float32), vector(i), f"{where} vector")
        equal(np.asarray(row["bits"].as_py(), np.uint8), bits(i), f"{where} bits")
        equal(np.asarray(row["brains"].as_py(), np.float32), brains(i), f"{where} brains")


def check_datasets(folder):
    import datasets

    datasets.disable_progress_bars()
    table = datasets.load_dataset("parquet", data_files=str(folder / "parquet" / "*.parquet"), split="train")
    features = table.features
    equal(type(features["image"]).__name__, "Image", "feature image")
    equal(type(features["sound"]).__name__, "Audio", "feature sound")
    equal(repr(features["grid"]), repr(datasets.Array2D(shape=(2, 3), dtype="int16")), "feature grid")
    equal(type(features["ragged"]).__name__, "Array2D", "feature ragged")
    # Decoding sound needs torchcodec.
    table = table.cast_column("sound", datasets.Audio(decode=False))
    for i, row in enumerate(table):
        same_scalars(row, i, "datasets")
        picture(row["image"], "datasets image")
        equal(row["sound"]["bytes"], sound(i), "datasets sound")
        equal(np.asarray(row["grid"]), grid(i), "datasets grid")
        equal(np.asarray(row["vector"], np.float32), vector(i), "datasets vector")
        equal(np.asarray(row["ragged"], np.float32).reshape(-1, 2), ragged(i), "datasets ragged")
        equal(row["tags"], tags(i), "datasets tags")
    equal(table.num_rows, SAMPLES, "datasets rows")
    images = datasets.load_dataset("imagefolder", data_dir=str(folder / "imagefolder"), split="train")
    equal(images.num_rows, SAMPLES, "imagefolder rows")
    for row in images:
        picture(row["image"], "imagefolder image")
    equal(sorted(images["count"]), [scalars(i)["count"] for i in range(SAMPLES)], "imagefolder count")
    pets = datasets.load_dataset("imagefolder", data_dir=str(folder / "pets"), split="train")
    equal(pets.features["label"].names, ["bird", "cat", "dog"], "classes")
    equal(pets.num_rows, 24, "pets")


def same_json(row, i, where):
    same_scalars(row, i, where)
    equal(row["extra"], extra(i), f"{where} extra")
    equal(row["day"], DAYS[i].isoformat(), f"{where} day")
    equal(row["moment"], MOMENTS[i].isoformat().replace("+00:00", "Z"), f"{where} moment")
    equal(datetime.datetime.fromisoformat(row["local"]), LOCALS[i], f"{where} local")
    equal(row["tags"], tags(i), f"{where} tags")
    equal(row["box"], box(i), f"{where} box")


def check_jsonl(folder):
    lines = (folder / "data.jsonl").read_text("utf-8").split("\n")
    equal(lines.pop(), "", "end of the last line")
    for i, line in enumerate(lines):
        row = json.loads(line)
        same_json(row, i, "jsonl")
        equal(row["caption"], caption(i), "jsonl caption")
        equal(np.asarray(row["grid"]), grid(i), "jsonl grid")
        equal(np.asarray(row["mask"]), mask(i), "jsonl mask")
        equal(np.asarray(row["brains"]), brains(i), "jsonl brains")
        equal((folder / row["sound"]).read_bytes(), sound(i), "jsonl sound")
    equal(len(lines), SAMPLES, "jsonl rows")


def check_csv(folder):
    import csv

    csv.field_size_limit(1 << 30)
    with open(folder / "data.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        equal(row["caption"], caption(i), "csv caption")
        equal(int(row["big"]), scalars(i)["big"], "csv big")
        equal(float(row["score"]), scalars(i)["score"], "csv score")
        equal(json.loads(row["box"]), box(i), "csv box")
        equal(json.loads(row["grid"]), grid(i).tolist(), "csv grid")
        equal((folder / row["sound"]).read_bytes(), sound(i), "csv sound")
    equal(len(rows), SAMPLES, "csv rows")


def check_npz(folder):
    with np.load(folder / "data.npz", allow_pickle=False) as file:
        for name, dtype in {
            "flag": "bool", "small": "int8", "count": "int64", "big": "uint64", "nibble": "int8",
            "half": "float16", "brain": "float32", "single": "float32", "score": "float64",
        }.items():  # fmt: skip
            equal(file[name].dtype.name, dtype, f"npz dtype of {name}")
            equal(file[name].tolist(), [scalars(i)[name] for i in range(SAMPLES)], f"npz {name}")
        equal(file["caption"].tolist(), [caption(i) for i in range(SAMPLES)], "npz caption")
        equal([json.loads(text) for text in file["extra"]], [extra(i) for i in range(SAMPLES)], "npz extra")
        equal(file["day"].tolist(), DAYS, "npz day")
        equal(file["moment"].tolist(), [moment.replace(tzinfo=None) for moment in MOMENTS], "npz moment")
        equal(file["local"].tolist(), LOCALS, "npz local")
        for name, make in {"vector": vector, "grid": grid, "mask": mask, "bits": bits, "brains": brains}.items():
            expected = np.stack([make(i) for i in range(SAMPLES)])
            equal(file[name].dtype, expected.dtype, f"npz dtype of {name}")
            equal(file[name], expected, f"npz {name}")


def check_webdataset(folder):
    import webdataset as wds

    rows = list(wds.WebDataset(str(folder / "shard-000000.tar"), shardshuffle=False).decode("pil"))
    raw_rows = list(wds.WebDataset(str(folder / "shard-000000.tar"), shardshuffle=False))
    for i, (row, undecoded) in enumerate(zip(rows, raw_rows)):
        equal(row["__key__"], f"set%2Fsample%2E{i}", "webdataset key")
        same_json(row["json"], i, "webdataset")
        equal(row["txt"], caption(i), "webdataset caption")
        equal(undecoded["raw.bin"], raw(i), "webdataset raw")
        equal(undecoded["sound.wav"], sound(i), "webdataset sound")
        equal(row["image.jpg"].size[0] > 16, True, "webdataset image")
        for name, make in {"vector": vector, "grid": grid, "mask": mask, "bits": bits, "brains": brains, "ragged": ragged}.items():
            equal(row[f"{name}.npy"].dtype, make(i).dtype, f"webdataset dtype of {name}")
            equal(row[f"{name}.npy"], make(i), f"webdataset {name}")
    equal(len(rows), SAMPLES, "webdataset rows")


def mds_reader():
    """Returns the library's reader of shards; the rest of the library needs torch and transformers."""
    import importlib.util
    import types
    from unittest import mock

    root = Path(importlib.util.find_spec("streaming").submodule_search_locations[0])
    for name in ("streaming", "streaming.base"):
        package = types.ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    if importlib.util.find_spec("torch") is None:
        # Imported by modules of which the reader uses other functions.
        sys.modules.update({name: mock.MagicMock() for name in TORCH})
    from streaming.base.format.mds.reader import MDSReader

    return MDSReader


def check_mds(folder):
    MDSReader = mds_reader()
    index = json.loads((folder / "index.json").read_text("utf-8"))
    equal(index["version"], 2, "mds version")
    data = []
    for shard in index["shards"]:
        equal((folder / shard["raw_data"]["basename"]).stat().st_size, shard["raw_data"]["bytes"], "mds bytes")
        reader = MDSReader.from_json(str(folder), "", shard)
        reader.validate(allow_unsafe_types=False)
        data += [reader[i] for i in range(reader.size)]
    equal(len(data), SAMPLES, "mds rows")
    for i in range(SAMPLES):
        row = data[i]
        same_scalars({name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}, i, "mds")
        equal(row["caption"], caption(i), "mds caption")
        equal(row["raw"], raw(i), "mds raw")
        equal(row["extra"], extra(i), "mds extra")
        equal(row["day"], DAYS[i].isoformat(), "mds day")
        equal(row["tags"], tags(i), "mds tags")
        equal(row["box"], box(i), "mds box")
        equal(row["sound"], sound(i), "mds sound")
        picture(row["image"], "mds image")
        for name, make in {"vector": vector, "grid": grid, "bits": bits, "brains": brains}.items():
            equal(row[name].dtype, make(i).dtype, f"mds dtype of {name}")
            equal(row[name], make(i), f"mds {name}")
        equal(row["mask"], mask(i).astype(np.uint8), "mds mask")


def main():
    folder = Path(sys.argv[1])
    for name in sys.argv[2:]:
        globals()[f"check_{name}"](folder if name == "datasets" else folder / name)
        print(f"ok: {name}")


main()
