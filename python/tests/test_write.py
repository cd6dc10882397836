"""write_columns hands a table to the command, and says what is missing."""

import os
import shutil
import subprocess

import pyarrow as pa
import pytest

import sheaf

from conftest import GOLDEN, ROOT

TABLE = pa.table({"_id": ["a-0"], "score": [1.5]})


@pytest.fixture
def ds():
    return sheaf.open(GOLDEN / "all-types" / "dataset.sheaf")


def command(folder, text):
    path = folder / "sheaf"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def test_says_how_to_get_the_command(ds, monkeypatch, tmp_path):
    monkeypatch.delenv("SHEAF_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sheaf.CommandError, match=r"not on the PATH.*set SHEAF_BIN"):
        ds.write_columns(TABLE)
    monkeypatch.setenv("SHEAF_BIN", str(tmp_path / "gone"))
    with pytest.raises(sheaf.CommandError, match="SHEAF_BIN does not name a command"):
        ds.write_columns(TABLE)


def test_says_that_the_command_does_not_know_apply(ds, monkeypatch, tmp_path):
    made = command(tmp_path, 'echo "Commands:"; echo "  get    read samples"; echo "  apply-not"\n')
    monkeypatch.setenv("SHEAF_BIN", str(made))
    with pytest.raises(sheaf.CommandError, match="does not know `apply`"):
        ds.write_columns(TABLE)


def test_hands_over_the_table_and_the_message(ds, monkeypatch, tmp_path):
    text = f"""
if [ "$1" = --help ]; then echo "  apply  write columns"; exit 0; fi
cp "$3" {tmp_path}/table.arrow
echo "$1|$2|$4|$5|$6|$7"
"""
    command(tmp_path, text)
    monkeypatch.delenv("SHEAF_BIN", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    printed = ds.write_columns(TABLE, message="Score")
    assert printed == f"apply|{ds.path}@main|--key|_id|-m|Score\n"
    with pa.ipc.open_file(tmp_path / "table.arrow") as reader:
        assert reader.read_all() == TABLE


@pytest.fixture
def launcher():
    """The command: what SHEAF_BIN names, else that of this checkout if it is built."""
    built = ROOT / "sheaf" if (ROOT / "cli" / "target" / "lib" / "sheaf.jar").exists() else None
    found = shutil.which(os.environ.get("SHEAF_BIN") or built or "sheaf")
    if found is None:
        pytest.skip("there is no sheaf command: build it, or set SHEAF_BIN")
    return found


def run(launcher, *arguments):
    done = subprocess.run([launcher, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_writes_what_is_read_back(launcher, monkeypatch, tmp_path):
    monkeypatch.setenv("SHEAF_BIN", launcher)
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(f'{{"name": "n{i}", "score": {i}.5}}\n' for i in range(5)))
    path = tmp_path / "a.sheaf"
    run(launcher, "ingest", str(source), str(path))
    before = sheaf.open(path)
    table = pa.table(
        {
            "name": ["n3", "n1"],
            "score": pa.array([0.25, None]),
            "vector": pa.array([[1.0, 2.0], [3.0, 4.0]], pa.list_(pa.float32(), 2)),
        }
    )
    with pytest.raises(sheaf.CommandError, match="--add-columns"):
        before.write_columns(table, key="name")
    assert sheaf.open(path).commit.id == before.commit.id

    before.write_columns(table, key="name", message="Score", add_columns=True)

    after = sheaf.open(path)
    assert after.commit.message.startswith("Score")
    assert [row["score"] for row in after] == [0.5, None, 2.5, 0.25, 4.5]
    assert [row["name"] for row in after] == [row["name"] for row in before]
    assert after[3]["vector"].tolist() == [1.0, 2.0]
    assert after[1]["vector"].tolist() == [3.0, 4.0]
    assert after[0]["vector"] is None
    # The same again changes nothing.
    after.write_columns(table, key="name")
    assert sheaf.open(path).commit.id == after.commit.id

    # By the ids that other readers see.
    ids = pa.table({"_id": [after.sample_id(0)], "score": [9.5]})
    after.write_columns(ids)
    assert sheaf.open(path)[0]["score"] == 9.5


def test_reports_a_failure(ds, monkeypatch, tmp_path):
    text = 'if [ "$1" = --help ]; then echo "  apply"; exit 0; fi\necho broken >&2; exit 3\n'
    monkeypatch.setenv("SHEAF_BIN", str(command(tmp_path, text)))
    with pytest.raises(sheaf.CommandError, match="exit code 3: broken"):
        ds.write_columns(TABLE)


def test_refuses_what_is_no_table_with_the_key(ds):
    with pytest.raises(TypeError, match=r"expected a pyarrow\.Table"):
        ds.write_columns({"_id": []})
    with pytest.raises(sheaf.InvalidInputError, match='no column "_id"'):
        ds.write_columns(pa.table({"x": [1]}))
