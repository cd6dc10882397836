"""The examples of the README and the docstrings, on the pets of testdata as the command ingests
them (SHEAF_PETS names the folder with pets.sheaf)."""

import doctest
import importlib
import os
import pathlib

import pytest

import sheaf

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODULES = ["sheaf", "sheaf._dataset", "sheaf._git", "sheaf._version", "sheaf.media", "sheaf.types"]
FLAGS = doctest.ELLIPSIS


@pytest.fixture
def names():
    folder = os.environ.get("SHEAF_PETS")
    if not folder:
        pytest.skip("SHEAF_PETS does not name the folder of pets.sheaf")
    data = pathlib.Path(folder)
    return {"DATA": data, "pets": sheaf.open(data / "pets.sheaf")}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(names, name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs=names, optionflags=FLAGS)
    assert result.attempted > 0 and result.failed == 0


def test_examples_of_the_readme(names):
    pytest.importorskip("PIL")
    result = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, globs=dict(names), optionflags=FLAGS
    )
    assert result.attempted > 5 and result.failed == 0
