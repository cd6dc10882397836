"""write_columns hands a table to the command, and says what is missing."""

import pyarrow as pa
import pytest

import sheaf

from conftest import GOLDEN

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
    assert printed == f"apply|{ds.path}|--key|_id|-m|Score\n"
    with pa.ipc.open_file(tmp_path / "table.arrow") as reader:
        assert reader.read_all() == TABLE


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
