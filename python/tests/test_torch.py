"""to_torch, under DataLoader with forked and spawned workers."""

import pickle

import numpy as np
import pytest

import sheaf

from conftest import GOLDEN

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

PAGES = GOLDEN / "many-pages" / "dataset.sheaf"
ALL = GOLDEN / "all-types" / "dataset.sheaf"
WIDE = GOLDEN / "wide-values" / "dataset.sheaf"


def key_of(sample):
    return sample["_key"]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_read_every_sample_once(method):
    ds = sheaf.open(PAGES)
    rows = ds.to_torch(["_key"], key_of)
    _ = rows[0]
    loader = torch.utils.data.DataLoader(
        rows, batch_size=16, shuffle=True, num_workers=2, multiprocessing_context=method
    )
    found = [key for batch in loader for key in batch]
    assert sorted(found) == sorted(ds["_key"][:])


def test_values_become_tensors():
    ds = sheaf.open(ALL)
    rows = ds.to_torch(ds.schema)
    seen = set()
    for index in range(len(ds)):
        row, sample = rows[index], rows.dataset[index]
        for name, column in ds.schema.items():
            value, item = sample[name], row[name]
            if value is None:
                assert item is None
            elif column.type.kind == "media":
                assert item == value.bytes
            elif column.type.kind in ("scalar", "tensor", "date", "timestamp"):
                assert isinstance(item, torch.Tensor) and item.shape == value.shape
                if column.type.dtype == "bfloat16":
                    assert item.dtype == torch.bfloat16
                    assert (item.view(torch.int16).numpy() == value.view(np.int16)).all()
                elif column.type.kind == "tensor" and item.numel():
                    assert (item.numpy() == value).all() or np.isnan(value).any()
                    item[...] = 0  # its own memory
                seen.add(column.type.dtype or column.type.kind)
            else:
                assert type(item) is type(value)
    assert {"bfloat16", "bool", "u4", "uint64", "date", "timestamp"} <= seen


def test_batches_are_collated():
    rows = sheaf.open(PAGES).to_torch(["n"])
    batch = next(iter(torch.utils.data.DataLoader(rows, batch_size=4)))
    assert batch["n"].shape == (4,)
    items = rows.__getitems__([3, 1, 3])
    assert [int(item["n"]) for item in items] == [int(rows[i]["n"]) for i in (3, 1, 3)]


def test_a_pickled_copy_opens_the_same_commit():
    rows = sheaf.open(WIDE, "main").to_torch(None, len)
    copy = pickle.loads(pickle.dumps(rows))
    assert copy.dataset.commit == rows.dataset.commit and copy[0] == rows[0] == len(rows.dataset[0])
