"""The order of epochs is that of the Java loader."""

import json
import pickle
from pathlib import Path

import pytest

from sheaf import EpochOrder, epoch_order

VECTORS = Path(__file__).parents[2] / "testdata" / "loader" / "epoch-orders.json"


def test_orders_are_those_of_the_vectors() -> None:
    checked = 0
    for one in json.loads(VECTORS.read_text(encoding="utf-8")):
        order = epoch_order(int(one["size"]), int(one["seed"]), int(one["epoch"]))
        for position, index in zip(one["positions"], one["indices"], strict=True):
            assert order[int(position)] == int(index)
            assert order.position_of(int(index)) == int(position)
            checked += 1
    assert checked > 100


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 64, 65, 1000])
def test_orders_are_bijections(size: int) -> None:
    order = EpochOrder(size, seed=-3, epoch=size)
    assert sorted(order) == list(range(size))
    assert list(pickle.loads(pickle.dumps(order))) == list(order)


def test_positions_out_of_range_are_refused() -> None:
    order = EpochOrder(5)
    for bad in (-1, 5):
        with pytest.raises(IndexError, match="out of range"):
            order[bad]
        with pytest.raises(IndexError, match="out of range"):
            order.position_of(bad)
    with pytest.raises(ValueError, match="size"):
        EpochOrder(-1)
