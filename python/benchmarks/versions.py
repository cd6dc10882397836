"""The benchmark of versions of docs/benchmarks.md in DoltLite, Lance and Deep Lake.

python versions.py doltlite|lance|deeplake FOLDER [SAMPLES]

One million samples of 20 columns; commits of 100 changed cells in samples all over the dataset.
Where a format branches, it makes a branch; where it merges, it merges two branches with changed
cells each; where it compares, it compares versions 1,000 commits and 10,000 cells apart; each
format in its own process. Packages: doltlite 0.51.3, pylance 14.0.2, deeplake 4.7.4, numpy 2.4.6,
pyarrow 26.0.1.
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


def doltlite_job(folder):
    """Dolt's engine as a library of SQLite's interface; the server is in no package registry."""
    import doltlite  # noqa: F401, I001  (takes the place of SQLite, so it comes first)
    import sqlite3

    path = folder / "v.db"
    start = time.perf_counter()
    database = sqlite3.connect(path, isolation_level=None)

    def ask(query, *values):
        return database.execute(query, values).fetchall()

    print("doltlite", ask("SELECT dolt_version()")[0][0], end=", ")
    print("synchronous", ask("PRAGMA synchronous")[0][0], ask("PRAGMA journal_mode")[0][0])
    kinds = {"U": "TEXT", "i": "INTEGER", "f": "REAL", "b": "INTEGER"}
    names = {name: kinds[values.dtype.kind] for name, values in columns(0, 1).items()}
    listed = ", ".join(f"{name} {kind}" for name, kind in names.items())
    ask(f"CREATE TABLE samples({listed.replace('key TEXT', 'key TEXT PRIMARY KEY')})")
    places = ", ".join("?" for _ in names)
    for i in range(0, SAMPLES, 100_000):
        part = columns(i, min(100_000, SAMPLES - i))
        ask("BEGIN")
        rows = zip(*(values.tolist() for values in part.values()), strict=True)
        database.executemany(f"INSERT INTO samples VALUES ({places})", rows)
        ask("COMMIT")
    ask("SELECT dolt_commit('-A', '-m', 'Begin')")
    print(f"written in {time.perf_counter() - start:.1f} s", flush=True)

    def edit(first, cells):
        ask("BEGIN")
        database.executemany(
            "UPDATE samples SET label = ? WHERE key = ?",
            ((f"new{n}", f"k{place(n)}") for n in range(first, first + cells)),
        )
        ask("COMMIT")
        ask("SELECT dolt_commit('-a', '-m', ?)", f"Edit {first}")

    def expect(wanted, got):
        if wanted != got:
            raise AssertionError(f"expected {wanted}, got {got}")

    before = size(folder)
    report(
        "commit of 100 cells",
        timed(lambda i: edit(EDITS * i, EDITS)),
        f"{(size(folder) - before) // ROUNDS} bytes each",
    )
    report("branch", timed(lambda i: ask("SELECT dolt_branch(?)", f"b{i}")))
    start = time.perf_counter()
    for i in range(1_000):
        edit(100_000 + 10 * i, 10)
    print(f"1,000 commits of 10 cells in {time.perf_counter() - start:.1f} s", flush=True)

    def opened(query):
        other = sqlite3.connect(path, isolation_level=None)
        try:
            return other.execute(query).fetchall()
        finally:
            other.close()

    stat = "SELECT rows_modified FROM dolt_diff_stat('main~1000', 'main')"
    report("diff of 10,000 cells: summary", timed(lambda i: expect([(10_000,)], opened(stat))))
    diff = "SELECT from_label, to_label FROM dolt_diff_samples('main~1000', 'main')"
    report("the same, by cell", timed(lambda i: expect(10_000, len(opened(diff)))))
    blame = "SELECT message FROM dolt_blame_samples WHERE key = 'k%d'"
    rounds = [place(100_000 + 37 * i) for i in range(3)]
    report(
        "blame of one row, 1,000 commits",
        timed(lambda i: expect(1, len(opened(blame % rounds[i]))), 3),
    )

    def merge(number):
        ask("SELECT dolt_checkout('main')")
        edit(200_000 + 20_000 * number, 10_000)
        ask("SELECT dolt_checkout(?)", f"b{number}")
        edit(210_000 + 20_000 * number, 10_000)
        ask("SELECT dolt_checkout('main')")
        begin = time.perf_counter()
        ask("SELECT dolt_merge(?)", f"b{number}")
        return time.perf_counter() - begin

    report("merge of 10,000 and 10,000 cells", [merge(i) for i in range(3)])
    new = ask("SELECT count(*) FROM samples WHERE label LIKE 'new%'")[0][0]
    expect(EDITS * ROUNDS + 10_000 + 3 * 20_000, new)


if __name__ == "__main__":
    home = Path(sys.argv[2])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    jobs = {"doltlite": doltlite_job, "lance": lance_job, "deeplake": deeplake_job}
    jobs[sys.argv[1]](home)
