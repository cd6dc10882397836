"""The order of training epochs: the twin of the Java loader's, held equal by vectors."""

from __future__ import annotations

import operator
from collections.abc import Iterator

__all__ = ["EpochOrder", "epoch_order"]

_ROUNDS = 24
_MASK = (1 << 64) - 1
_GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def _mix(z: int) -> int:
    """The finaliser of SplitMix64, on 64 bits."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


class EpochOrder:
    """A bijection of ``range(size)`` that is a pure function of size, seed and epoch.

    ``order[position]`` is the index of the sample at a position of the epoch, and
    ``order.position_of(index)`` undoes it. Nothing is kept in memory but 24 keys. The steps are in
    ``docs/loader.md``. Immutable, picklable, safe for use by several threads.

    >>> order = EpochOrder(5, seed=7, epoch=0)
    >>> sorted(order) == [0, 1, 2, 3, 4]
    True
    >>> [order.position_of(order[i]) for i in range(5)]
    [0, 1, 2, 3, 4]
    """

    def __init__(self, size: int, seed: int = 0, epoch: int = 0) -> None:
        if not 0 <= size < 1 << 63:
            raise ValueError(f"size={size} is outside 0..2**63-1")
        self.size = size
        self.seed = seed
        self.epoch = epoch
        bits = max(2, max(0, size - 1).bit_length())
        self._low_bits = bits - bits // 2
        self._low_mask = (1 << self._low_bits) - 1
        self._high_mask = (1 << bits // 2) - 1
        state = _mix(_mix(seed & _MASK) ^ (epoch & _MASK))
        keys = []
        for _ in range(_ROUNDS):
            state = (state + _GOLDEN_GAMMA) & _MASK
            keys.append(_mix(state))
        self._keys = tuple(keys)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[int]:
        for position in range(self.size):
            yield self[position]

    def _checked(self, number: int, what: str) -> int:
        value = operator.index(number)
        if not 0 <= value < self.size:
            raise IndexError(f"{what} {value} is out of range; the epoch has {self.size} samples")
        return value

    def __getitem__(self, position: int) -> int:
        """Return the index of the sample at a position, from 0."""
        value = self._checked(position, "position")
        keys = self._keys
        while True:
            low = value & self._low_mask
            high = value >> self._low_bits
            for i in range(0, _ROUNDS, 2):
                high ^= _mix(low ^ keys[i]) & self._high_mask
                low ^= _mix(high ^ keys[i + 1]) & self._low_mask
            value = high << self._low_bits | low
            if value < self.size:
                return value

    def position_of(self, index: int) -> int:
        """Return the position in the epoch of the sample at an index."""
        value = self._checked(index, "index")
        keys = self._keys
        while True:
            low = value & self._low_mask
            high = value >> self._low_bits
            for i in range(_ROUNDS - 2, -1, -2):
                low ^= _mix(high ^ keys[i + 1]) & self._low_mask
                high ^= _mix(low ^ keys[i]) & self._high_mask
            value = high << self._low_bits | low
            if value < self.size:
                return value


def epoch_order(size: int, seed: int = 0, epoch: int = 0) -> EpochOrder:
    """Return the order of an epoch; see :class:`EpochOrder`.

    >>> len(epoch_order(10, seed=1))
    10
    """
    return EpochOrder(size, seed, epoch)
