import os
import pathlib
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "testdata" / "format" / "v1"
compared = {"versions": 0, "samples": 0, "cells": 0, "hostile": 0}


def pytest_terminal_summary(terminalreporter):
    counts = ", ".join(f"{number:,} {what}" for what, number in compared.items())
    terminalreporter.write_line(f"compared with Java: {counts}")


@pytest.fixture(scope="session")
def vectors():
    """The folder that the Java class WriteVectors filled."""
    folder = os.environ.get("SHEAF_VECTORS")
    if not folder:
        pytest.skip("SHEAF_VECTORS does not name the folder of the vectors")
    return pathlib.Path(folder)


@pytest.fixture
def golden_copy(tmp_path):
    """Copies a golden dataset, to be damaged."""

    def copy(name):
        path = tmp_path / f"{name}.sheaf"
        shutil.copytree(GOLDEN / name / "dataset.sheaf", path)
        return path

    return copy
