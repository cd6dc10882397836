"""Random access to samples of about 27 KB: Sheaf, Hugging Face datasets, Lance.

    python random_access.py prepare FOLDER    writes the same samples in each format, once
    python random_access.py run FOLDER        measures, each format in a process of its own

A sample has id: int64, caption: utf8 (about 60 bytes), embedding: float32[512], image: 24 KiB of
bytes that do not compress, and six scalars. `prepare` needs the sheaf command (SHEAF_BIN or PATH),
datasets and pylance; a format that is not installed is left out. Every format returns all columns,
the embedding as a numpy array and the image as bytes, and every value is touched. Files are in the
page cache (a first pass reads them); Sheaf's first pass also checks the checksums.

Reported are the medians of five passes.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np

SAMPLES = 20_000
MILLION = 1_000_000
IMAGE = 24 * 1024
PASSES = 5


def samples(start, stop):
    """Returns samples as a table; the same for the same numbers."""
    import pyarrow as pa

    rng = np.random.default_rng(start)
    count = stop - start
    words = ("a", "photo", "of", "the", "red", "old", "quiet", "bicycle", "harbour", "mountain")
    captions = [" ".join(words[i] for i in row) for row in rng.integers(0, 10, (count, 11))]
    images = rng.bytes(count * IMAGE)
    vectors = rng.standard_normal((count, 512), np.float32).reshape(-1)
    columns = {
        "id": pa.array(np.arange(start, stop)),
        "caption": pa.array(captions),
        "embedding": pa.FixedSizeListArray.from_arrays(pa.array(vectors), 512),
        "image": pa.array([images[i * IMAGE : (i + 1) * IMAGE] for i in range(count)], pa.binary()),
        "width": pa.array(rng.integers(64, 4096, count, np.int32)),
        "height": pa.array(rng.integers(64, 4096, count, np.int32)),
        "score": pa.array(rng.random(count, np.float32)),
        "aesthetic": pa.array(rng.random(count)),
        "flag": pa.array(rng.random(count) < 0.5),
        "source": pa.array(rng.integers(0, 100, count).astype(np.int16)),
    }
    return pa.table(columns)


def prepare(folder):
    import pyarrow as pa

    os.makedirs(folder, exist_ok=True)
    arrow = os.path.join(folder, "samples.arrow")
    if not os.path.exists(arrow):
        schema = samples(0, 1).schema
        with pa.OSFile(arrow + ".part", "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for start in range(0, SAMPLES, 1000):
                writer.write_table(samples(start, start + 1000))
        os.rename(arrow + ".part", arrow)
    small = os.path.join(folder, "million.arrow")
    if not os.path.exists(small):
        numbers = np.arange(MILLION)
        table = pa.table({"id": numbers, "score": np.sqrt(numbers)})
        with pa.OSFile(small, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=10_000)
    command = os.environ.get("SHEAF_BIN") or shutil.which("sheaf")
    for name in ("samples", "million"):
        target = os.path.join(folder, f"{name}.sheaf")
        if command is None:
            print("no sheaf command: set SHEAF_BIN", file=sys.stderr)
        elif not os.path.exists(target):
            source = os.path.join(folder, f"{name}.arrow")
            subprocess.run([command, "ingest", source, target], check=True)
    table = pa.ipc.open_file(pa.memory_map(arrow)).read_all()
    try:
        import datasets

        target = os.path.join(folder, "samples.hf")
        if not os.path.exists(target):
            datasets.Dataset(table).save_to_disk(target)
    except ImportError:
        print("datasets is not installed", file=sys.stderr)
    try:
        import lance

        target = os.path.join(folder, "samples.lance")
        if not os.path.exists(target):
            lance.write_dataset(table, target)
    except ImportError:
        print("pylance is not installed", file=sys.stderr)


# What each format does. `one` returns a sample as a dictionary, `many` columns.


class Sheaf:
    def __init__(self, folder):
        import sheaf

        self.ds = sheaf.open(os.path.join(folder, "samples.sheaf"))
        self.one = self.ds.__getitem__

    def many(self, indices):
        return self.ds[indices].to_dict()

    def raw(self):
        return self.ds.to_torch(["image"], raw_image)


class HuggingFace:
    def __init__(self, folder):
        import datasets

        datasets.disable_progress_bars()
        ds = datasets.load_from_disk(os.path.join(folder, "samples.hf"))
        self.ds = ds.with_format("numpy")
        self.plain = ds
        self.one = self.ds.__getitem__
        self.many = self.ds.__getitem__

    def raw(self):
        return Raw(self.plain.select_columns(["image"]))


class HuggingFaceArrow(HuggingFace):
    """The fastest way to get the same values out of it: its tables, decoded by hand."""

    def __init__(self, folder):
        super().__init__(folder)
        self.ds = self.plain.with_format("arrow")

    def one(self, index):
        return from_table(self.ds[index])

    def many(self, indices):
        return columns_of(self.ds[indices])


class Lance:
    def __init__(self, folder):
        import lance

        self.path = os.path.join(folder, "samples.lance")
        self.ds = lance.dataset(self.path)

    def one(self, index):
        return from_table(self.ds.take([index]))

    def many(self, indices):
        return columns_of(self.ds.take(indices))

    def raw(self):
        return LanceRaw(self.path)


def from_table(table):
    sample = {}
    for name in table.column_names:
        chunk = table.column(name).chunk(0)
        is_vector = name == "embedding"
        sample[name] = chunk.flatten().to_numpy() if is_vector else chunk[0].as_py()
    return sample


def columns_of(table):
    columns = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if name == "embedding":
            columns[name] = column.flatten().to_numpy().reshape(-1, 512)
        elif name in ("image", "caption"):
            columns[name] = column.to_pylist()
        else:
            columns[name] = column.to_numpy(zero_copy_only=False)
    return columns


def raw_image(sample):
    return sample["image"]


class Raw:
    def __init__(self, ds):
        self.ds = ds

    def __len__(self):
        return len(self.ds)

    def __getitem__(self, index):
        return self.ds[index]["image"]


class LanceRaw:
    """Opens the dataset in the worker."""

    def __init__(self, path):
        self.path = path
        self.ds = None

    def __len__(self):
        return SAMPLES

    def __getitem__(self, index):
        return self.__getitems__([index])[0]

    def __getitems__(self, indices):
        if self.ds is None:
            import lance

            self.ds = lance.dataset(self.path)
        return self.ds.take(indices, columns=["image"]).column("image").to_pylist()


FORMATS = {
    "sheaf": Sheaf,
    "datasets": HuggingFace,
    "datasets-arrow": HuggingFaceArrow,
    "lance": Lance,
}


def touch(sample):
    assert sample["embedding"].shape[-1] == 512
    total = float(sample["embedding"].ravel()[-1]) + len(sample["caption"])
    image = sample["image"]
    total += len(image) + image[-1] if isinstance(image, bytes) else len(image)
    for name in ("id", "width", "height", "score", "aesthetic", "flag", "source"):
        total += float(np.ravel(sample[name])[0])
    return total


def median_of(run):
    """Runs a function that returns how many samples it read; returns seconds a sample."""
    times = []
    for _ in range(PASSES):
        start = time.perf_counter()
        count = run()
        times.append((time.perf_counter() - start) / count)
    return statistics.median(times)


def measure(name, folder, seconds):
    reader = FORMATS[name](folder)
    rng = np.random.default_rng(1)
    found = {"format": name}
    for index in rng.permutation(SAMPLES)[:4000].tolist():
        touch(reader.one(index))
    start = time.perf_counter()
    for index in rng.integers(0, SAMPLES, 200).tolist():
        touch(reader.one(index))
    each = (time.perf_counter() - start) / 200
    count = max(100, int(seconds / PASSES / each))

    def one():
        for index in rng.integers(0, SAMPLES, count).tolist():
            touch(reader.one(index))
        return count

    found["one_us"] = round(median_of(one) * 1e6, 2)
    calls = max(2, int(seconds / PASSES / each / 256))

    def many():
        for _ in range(calls):
            columns = reader.many(rng.integers(0, SAMPLES, 256).tolist())
            assert len(columns["image"]) == 256 and columns["embedding"].shape == (256, 512)
            sum(map(len, columns["image"]))
        return 256 * calls

    found["batch_256_us"] = round(median_of(many) * 1e6, 2)
    try:
        import torch.utils.data
    except ImportError:
        return found
    loader = torch.utils.data.DataLoader(
        reader.raw(),
        batch_size=64,
        shuffle=True,
        num_workers=2,
        collate_fn=len,
        persistent_workers=True,
        # Lance does not survive a fork.
        multiprocessing_context="spawn" if name == "lance" else "fork",
    )
    # The first epoch starts the workers.
    for _ in range(2):
        start = time.perf_counter()
        assert sum(loader) == SAMPLES
        taken = time.perf_counter() - start
    found["loader_2_workers_samples_per_s"] = round(SAMPLES / taken)
    return found


def open_million(folder):
    import sheaf

    start = time.perf_counter()
    ds = sheaf.open(os.path.join(folder, "million.sheaf"))
    opened = time.perf_counter()
    assert len(ds) == MILLION
    assert int(ds[777_777]["id"]) == 777_777
    return {
        "open_ms": round((opened - start) * 1e3, 2),
        "first_sample_ms": round((time.perf_counter() - opened) * 1e3, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["prepare", "run", "one", "open"])
    parser.add_argument("folder")
    parser.add_argument("format", nargs="?", choices=list(FORMATS))
    parser.add_argument("--seconds", type=float, default=10, help="a measurement, about")
    arguments = parser.parse_args()
    if arguments.what == "prepare":
        prepare(arguments.folder)
    elif arguments.what == "open":
        print(json.dumps(open_million(arguments.folder)))
    elif arguments.what == "one":
        print(json.dumps(measure(arguments.format, arguments.folder, arguments.seconds)))
    else:
        chosen = [arguments.format] if arguments.format else list(FORMATS)
        again = [sys.executable, __file__]
        for name in chosen:
            seconds = ["--seconds", str(arguments.seconds)]
            done = subprocess.run([*again, "one", arguments.folder, name, *seconds], check=False)
            if done.returncode != 0:
                print(f"{name}: left out", file=sys.stderr)
        subprocess.run([*again, "open", arguments.folder], check=False)


if __name__ == "__main__":
    main()
