"""The benchmark of versions of docs/benchmarks.md in Lance and Deep Lake, each in its own process.

python versions.py lance|deeplake FOLDER [SAMPLES]

One million samples of 20 columns; commits of 100 changed cells in samples all over the dataset.
Where a format branches, it makes a branch; where it merges, it merges two branches with 1,000
changed cells each.
"""

import shutil
import statistics
import sys
import time
from pathlib import Path

import numpy as np

SAMPLES = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
EDITS = 100
ROUNDS = 10


def columns(first, count):
    """Returns the samples from one number on as arrays by column."""
    random = np.random.default_rng(first)
    data = {"key": np.array([f"k{i}" for i in range(first, first + count)])}
    data["label"] = np.array([f"label{n}" for n in random.integers(1000, size=count)])
    for i in range(6):
        data[f"n{i}"] = random.integers(1 << (8 * (i + 1)), size=count)
    for i in range(7):
        data[f"x{i}"] = random.random(count, dtype=np.float32)
    for i in range(4):
        data[f"text{i}"] = np.array([f"{n:x}" for n in random.integers(1 << 60, size=count)])
    data["flag"] = random.integers(2, size=count).astype(bool)
    return data


def place(number):
    """Returns another sample for each number, neighbours far from each other."""
    return number * 618_033 % SAMPLES


def report(name, times, extra=""):
    milliseconds = sorted(1000 * t for t in times)
    median, worst = statistics.median(milliseconds), milliseconds[-1]
    print(f"{name}: median {median:.1f} ms, worst {worst:.1f} {extra}", flush=True)


def size(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def timed(action, rounds=ROUNDS):
    times = []
    for i in range(rounds):
        start = time.perf_counter()
        action(i)
        times.append(time.perf_counter() - start)
    return times


def lance_job(folder):
    import lance
    import pyarrow as pa

    print("pylance", lance.__version__)
    path = folder / "v.lance"
    start = time.perf_counter()
    batches = (
        pa.RecordBatch.from_pydict(
            {k: pa.array(v) for k, v in columns(i, min(100_000, SAMPLES - i)).items()}
        )
        for i in range(0, SAMPLES, 100_000)
    )
    first = next(batches)
    reader = pa.RecordBatchReader.from_batches(
        first.schema, (b for part in ([first], batches) for b in part)
    )
    dataset = lance.write_dataset(reader, str(path))
    print(f"written in {time.perf_counter() - start:.1f} s", flush=True)

    def edit(target, number):
        keys = [f"k{place(EDITS * number + i)}" for i in range(EDITS)]
        table = pa.table({"key": keys, "label": [f"new{number}-{i}" for i in range(EDITS)]})
        target.merge_insert("key").when_matched_update_all().execute(table)

    before = size(path)
    report(
        "commit of 100 cells",
        timed(lambda i: edit(dataset, i)),
        f"{(size(path) - before) // ROUNDS} bytes each",
    )
    report("open", timed(lambda i: lance.dataset(str(path)).count_rows()))
    report("versions", timed(lambda i: lance.dataset(str(path)).versions()))
    if hasattr(dataset, "create_branch"):
        report("branch", timed(lambda i: dataset.create_branch(f"b{i}")))
    print("diff of cells, merge, blame: not offered")


def deeplake_job(folder):
    import deeplake

    print("deeplake", deeplake.__version__)
    path = folder / "v.deeplake"
    start = time.perf_counter()
    dataset = deeplake.create(f"file://{path}")
    sample = columns(0, 1)
    kinds = {
        "U": deeplake.types.Text(),
        "i": deeplake.types.Int64(),
        "f": deeplake.types.Float32(),
        "b": deeplake.types.Bool(),
    }
    for name, values in sample.items():
        dataset.add_column(name, kinds[values.dtype.kind])
    for i in range(0, SAMPLES, 100_000):
        part = columns(i, min(100_000, SAMPLES - i))
        dataset.append({k: v.tolist() if v.dtype.kind == "U" else v for k, v in part.items()})
    dataset.commit("Begin")
    print(f"written in {time.perf_counter() - start:.1f} s", flush=True)

    def edit(target, number, cells=EDITS):
        column = target["label"]
        for i in range(cells):
            column[place(EDITS * number + i)] = f"new{number}-{i}"
        target.commit(f"Edit {number}")

    before = size(path)
    report(
        "commit of 100 cells",
        timed(lambda i: edit(dataset, i)),
        f"{(size(path) - before) // ROUNDS} bytes each",
    )
    report("open", timed(lambda i: len(deeplake.open(f"file://{path}"))))
    report("history", timed(lambda i: [str(v) for v in deeplake.open(f"file://{path}").history]))
    report("branch", timed(lambda i: dataset.branch(f"b{i}")))
    branch = dataset.branches["b0"].open()
    edit(branch, 1000, 1_000)
    edit(dataset, 2000, 1_000)
    start = time.perf_counter()
    dataset.merge("b0")
    report("merge of 1,000 and 1,000 cells", [time.perf_counter() - start])
    print("diff of cells, blame: not offered")


if __name__ == "__main__":
    home = Path(sys.argv[2])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    {"lance": lance_job, "deeplake": deeplake_job}[sys.argv[1]](home)
