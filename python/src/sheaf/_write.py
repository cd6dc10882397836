"""Writing, which the ``sheaf`` command does."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import Any

from .errors import CommandError, InvalidInputError

_GET = (
    "Build it with `mvn package` in a checkout of Sheaf and set SHEAF_BIN to its bin/sheaf, "
    "or put it on the PATH"
)


def find_command() -> str:
    """Returns the ``sheaf`` command: what ``SHEAF_BIN`` names, else the one on the PATH.

    Raises:
        CommandError: if there is none; says how to get it.
    """
    named = os.environ.get("SHEAF_BIN")
    if named:
        found = shutil.which(named)
        if found is None:
            raise CommandError(
                "SHEAF-PY-001",
                "SHEAF_BIN does not name a command",
                (("SHEAF_BIN", named),),
                _GET,
            )
        return found
    found = shutil.which("sheaf")
    if found is None:
        raise CommandError("SHEAF-PY-001", "The sheaf command is not on the PATH", (), _GET)
    return found


def write_columns(
    dataset: str, table: Any, key: str, message: str | None, add_columns: bool
) -> str:
    """Hands a table to ``sheaf apply``; see :meth:`sheaf.Dataset.write_columns`."""
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        raise TypeError(f"expected a pyarrow.Table, got {type(table).__name__}")
    if key not in table.column_names:
        raise InvalidInputError(
            "SHEAF-PY-003", f'Table has no column "{key}"', (), f"It has {table.column_names}"
        )
    command = find_command()
    if not _knows_apply(command):
        raise CommandError(
            "SHEAF-PY-002",
            "The sheaf command does not know `apply`",
            (("command", command),),
            "Use a newer Sheaf; until then this package reads alone",
        )
    with tempfile.TemporaryDirectory(prefix="sheaf-apply-") as folder:
        file = os.path.join(folder, "columns.arrow")
        with pa.OSFile(file, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        if message is None:
            message = "Write " + ", ".join(c for c in table.column_names if c != key)
        arguments = [command, "apply", dataset, file, "--key", key, "-m", message]
        if add_columns:
            arguments.append("--add-columns")
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandError(
            "SHEAF-PY-004",
            f"sheaf apply failed with exit code {done.returncode}: {done.stderr.strip()}",
            (("", dataset),),
        )
    return done.stdout


def _knows_apply(command: str) -> bool:
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    words = (line.split() for line in (done.stdout + done.stderr).splitlines())
    return any(line[:1] == ["apply"] for line in words)
