"""Reads Sheaf datasets: versioned, checksummed multimodal training data, any sample by its index.

>>> import sheaf
>>> ds = sheaf.open(DATA / "pets.sheaf", ref="main")
>>> sample = ds[17]
>>> sample["label"], sample["image"].codec, sample["image"].width
('dog', 'jpeg', 112)
"""

from __future__ import annotations

from ._dataset import Batch, ColumnView, Dataset, Sample, open
from ._git import Commit
from ._records import Column
from .errors import (
    CommandError,
    CorruptDataError,
    DatasetError,
    IndexOutOfRangeError,
    InvalidInputError,
    NotFoundError,
    PurgedError,
    UnknownColumnError,
    UnsupportedFormatError,
)
from .load import EpochOrder, epoch_order
from .media import Media
from .types import Type

__version__ = "0.1.0.dev0"

__all__ = [
    "Batch",
    "Column",
    "ColumnView",
    "CommandError",
    "Commit",
    "CorruptDataError",
    "Dataset",
    "DatasetError",
    "EpochOrder",
    "IndexOutOfRangeError",
    "InvalidInputError",
    "Media",
    "NotFoundError",
    "PurgedError",
    "Sample",
    "Type",
    "UnknownColumnError",
    "UnsupportedFormatError",
    "epoch_order",
    "open",
]
