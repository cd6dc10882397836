"""What the package raises about datasets: a fact, where it was found, and what to do.

The message reads ``<fact> at <where>. <what to do>``. Codes and places are those of the Java
library. Trouble of the operating system stays an :class:`OSError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FSCK = "Run `sheaf fsck` to list all damaged chunks"


class DatasetError(Exception):
    """The base of all errors about datasets.

    Attributes:
        code: the stable code, for example ``SHEAF-CHK-001``.
        headline: the fact alone.
        location: where it was found: ``(name, value)`` pairs, outermost first. A path has the
            name ``""``.
        hint: what to do, or the empty text.
    """

    def __init__(
        self,
        code: str,
        headline: str,
        location: Iterable[tuple[str, object]] = (),
        hint: str = "",
    ) -> None:
        super().__init__(code, headline, tuple(location), hint)

    @property
    def code(self) -> str:
        return str(self.args[0])

    @property
    def headline(self) -> str:
        return str(self.args[1])

    @property
    def location(self) -> tuple[tuple[str, object], ...]:
        return tuple(self.args[2])

    @property
    def hint(self) -> str:
        return str(self.args[3])

    def __getitem__(self, name: str) -> object:
        """Returns a fact of the location, for example ``error["column"]``."""
        for known, value in self.location:
            if known == name:
                return value
        raise KeyError(name)

    def within(
        self, outer: Iterable[tuple[str, object]] = (), inner: Iterable[tuple[str, object]] = ()
    ) -> DatasetError:
        """Returns the same error with the facts it lacks put before or behind its own."""
        known = {name for name, _ in self.location}
        before = [fact for fact in outer if fact[0] not in known]
        behind = [fact for fact in inner if fact[0] not in known]
        error = type(self)(self.code, self.headline, [*before, *self.location, *behind], self.hint)
        error.__cause__ = self.__cause__
        return error

    def __str__(self) -> str:
        parts = []
        for name, value in self.location:
            text = f'"{value}"' if isinstance(value, str) and name else str(value)
            parts.append(f"{name}={text}" if name else text)
        where = " at " + ", ".join(parts) if parts else ""
        return f"{self.headline}{where}{'. ' + self.hint if self.hint else ''}"


class CorruptDataError(DatasetError):
    """Bytes are not what their checksum or record says. Restore them, or run ``sheaf fsck``."""


class UnsupportedFormatError(DatasetError):
    """The dataset has something that this version of the package does not know. Update it."""


class NotFoundError(DatasetError, LookupError):
    """A dataset, version, column or chunk that is not there."""


class PurgedError(DatasetError):
    """The value was purged: its bytes are gone from every version, on purpose."""


class IndexOutOfRangeError(NotFoundError, IndexError):
    """A sample index beyond the version's samples."""


class UnknownColumnError(NotFoundError, KeyError):
    """A column that the version does not have."""

    __str__ = DatasetError.__str__


class InvalidInputError(DatasetError, ValueError):
    """An argument or a name that cannot be."""


class CommandError(DatasetError, RuntimeError):
    """The ``sheaf`` command is missing, does not know a verb, or failed."""


def suggestion(wrong: str, known: Sequence[str], what: str) -> str:
    """Returns ``Did you mean "label"? columns: id, label``, only the list if none is near."""
    near = min(known, key=lambda name: _distance(wrong, name), default=None)
    asked = ""
    if near is not None and _distance(wrong, near) <= max(1, min(3, len(wrong) // 2)):
        asked = f'Did you mean "{near}"? '
    shown = ", ".join(known[:20]) if known else "none"
    more = f", … ({len(known)} in all)" if len(known) > 20 else ""
    return f"{asked}{what}: {shown}{more}"


def _distance(first: str, second: str) -> int:
    a, b = first.lower(), second.lower()
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            cost = diagonal + (x != y)
            diagonal, row[j] = row[j], min(cost, row[j] + 1, row[j - 1] + 1)
    return row[-1]
