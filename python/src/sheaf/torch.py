"""Samples for ``torch.utils.data.DataLoader``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .media import Media

if TYPE_CHECKING:
    from ._dataset import Dataset, Sample

try:
    import torch
    import torch.utils.data
except ImportError as e:
    raise ImportError("to_torch needs torch: pip install 'sheaf[torch]'") from e


class TorchDataset(torch.utils.data.Dataset[Any]):
    """A map-style dataset over a version. Picklable: a copy in a worker opens the same commit."""

    def __init__(self, dataset: Dataset, transform: Callable[[Sample], Any] | None) -> None:
        self.dataset = dataset
        self.transform = transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Any:
        sample = self.dataset[index]
        return as_torch(sample) if self.transform is None else self.transform(sample)

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        # What DataLoader asks for when it has a batch: read by place, returned as asked.
        found: dict[int, Any] = {}
        for index in sorted(set(indices)):
            found[index] = self[index]
        return [found[index] for index in indices]


def as_torch(value: Any) -> Any:
    """Returns a value with what is numeric as ``torch.Tensor``.

    ``bfloat16`` becomes ``torch.bfloat16``; times become their count as ``int64``; unsigned
    integers of 16 to 64 bits keep their dtype where torch has it.
    """
    if isinstance(value, dict):
        return {name: as_torch(field) for name, field in value.items()}
    if isinstance(value, list):
        return [as_torch(element) for element in value]
    if isinstance(value, Media):
        return value.bytes
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value)
        if array.dtype.kind == "M":
            array = array.view(np.int64)
        if array.dtype.name == "bfloat16":
            return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(array)
    return value
