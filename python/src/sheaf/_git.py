"""The versions: a bare Git repository, read through dulwich."""

from __future__ import annotations

import hashlib
import os
import re
import struct
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from .errors import CorruptDataError, NotFoundError, UnsupportedFormatError, suggestion

MAX_OBJECT = 1 << 28
_KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_HEX_ID = re.compile(r"[0-9a-fA-F]{40}")
_MAX_TAGS = 16


@dataclass(frozen=True)
class Commit:
    """One version.

    Attributes:
        id: the commit, 40 hex digits.
        tree: its tree, 40 hex digits; equal content has an equal tree.
        parents: the commits before it.
        author: name of who made it.
        email: address of who made it.
        time: when it was committed, in UTC.
        message: the whole message.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    time: datetime
    message: str = field(repr=False)

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.split("\n", 1)[0]


@dataclass(frozen=True)
class Step:
    """One entry of a reflog."""

    before: str
    after: str
    time: datetime


class GitStore:
    """Reads objects, refs and reflogs. Never writes.

    Every object is checked against its name. Safe for use by several threads, and after a fork,
    where the store opens its files again.
    """

    CACHE_BYTES = 16 << 20

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.folder = os.path.join(dataset, "git")
        self._lock = threading.Lock()
        self._objects: Any = None
        self._refs: Any = None
        self._cache: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._cached = 0
        self._boundary: tuple[tuple[int, int], frozenset[str]] = ((0, 0), frozenset())
        self._check_repository()
        _stores.add(self)

    def _check_repository(self) -> None:
        if not os.path.isfile(os.path.join(self.folder, "HEAD")) or not os.path.isdir(
            os.path.join(self.folder, "objects")
        ):
            raise self.damage("HEAD or the objects are missing", "HEAD")
        from dulwich.config import ConfigFile

        try:
            config = ConfigFile.from_path(os.path.join(self.folder, "config"))
        except FileNotFoundError:
            return
        except ValueError as e:
            raise self.damage(f"config cannot be read: {e}", "config") from e

        def get(section: str, name: str, default: str) -> str:
            try:
                return config.get((section.encode(),), name.encode()).decode("utf-8", "replace")
            except KeyError:
                return default

        if (
            get("core", "repositoryformatversion", "0") not in ("0", "1")
            or get("extensions", "objectformat", "sha1").lower() != "sha1"
            or get("extensions", "refstorage", "files").lower() != "files"
        ):
            raise UnsupportedFormatError(
                "SHEAF-GIT-004",
                "Git repository is of an unknown kind: expected repositoryformatversion=0 or 1 "
                "with SHA-1 and ref files",
                self.place,
                "Check the file git/config, or use a newer Sheaf",
            )

    @property
    def place(self) -> tuple[tuple[str, object], ...]:
        return (("", self.dataset),)

    def damage(self, what: str, path: str, oid: str = "") -> CorruptDataError:
        facts: list[tuple[str, object]] = [*self.place]
        if oid:
            facts.append(("object", oid))
        if path:
            facts.append(("path", path))
        return CorruptDataError(
            "SHEAF-GIT-001",
            f"Git repository is damaged: {what}",
            facts,
            "Fetch the objects from another copy of the dataset, or restore the folder git",
        )

    # Objects

    def _store(self) -> Any:
        store = self._objects
        if store is None:
            from dulwich.object_store import DiskObjectStore

            store = self._objects = DiskObjectStore(os.path.join(self.folder, "objects"))
            weakref.finalize(self, _close, store)
        return store

    def reset(self) -> None:
        """Forgets open files and locks: they belong to the process before the fork."""
        if self._objects is not None:
            # Kept, as closing it could wait for a lock that nobody will release.
            _abandoned.append(self._objects)
        self._lock = threading.Lock()
        self._objects = None
        self._refs = None

    def get(self, oid: str, path: str = "") -> tuple[bytes, bytes]:
        """Returns the kind and the content of an object, verified."""
        with self._lock:
            found = self._cache.get(oid)
            if found is not None:
                self._cache.move_to_end(oid)
                return found
            try:
                number, data = self._store().get_raw(oid.encode())
            except KeyError:
                raise self.damage("object is missing", path, oid) from None
            except Exception as e:
                if not _is_unreadable(e):
                    raise
                raise self.damage(f"object cannot be read: {e}", path, oid) from e
            kind = _KINDS.get(number)
            if kind is None or len(data) > MAX_OBJECT:
                raise self.damage("object is of an unknown kind or too large", path, oid)
            name = hashlib.sha1(b"%s %d\0" % (kind, len(data)))
            name.update(data)
            if name.hexdigest() != oid:
                raise self.damage("object does not have the SHA-1 that is its name", path, oid)
            data = bytes(data)
            if len(data) < self.CACHE_BYTES // 4:
                self._cache[oid] = (kind, data)
                self._cached += len(data)
                while self._cached > self.CACHE_BYTES:
                    _, (_, dropped) = self._cache.popitem(last=False)
                    self._cached -= len(dropped)
            return kind, data

    def contains(self, oid: str) -> bool:
        with self._lock:
            return oid.encode() in self._store()

    def matching(self, prefix: str, most: int) -> list[str]:
        """Returns the objects whose names begin so."""
        found: set[str] = set()
        with self._lock:
            for oid in self._store().iter_prefix(prefix.encode()):
                found.add(oid.decode())
                if len(found) > most:
                    break
        return sorted(found)

    def tree(self, oid: str, path: str = "") -> dict[str, tuple[bool, str]]:
        """Returns a tree: by name whether it is a folder, and its object."""
        kind, data = self.get(oid, path)
        if kind != b"tree":
            raise self.damage(f"expected a tree, found a {kind.decode()}", path, oid)
        entries: dict[str, tuple[bool, str]] = {}
        at = 0
        while at < len(data):
            space = data.find(b" ", at, at + 8)
            end = data.find(b"\0", space + 1)
            if space < 0 or end < 0 or end + 21 > len(data):
                raise self.damage("tree is damaged", path, oid)
            name = data[space + 1 : end].decode("utf-8", "surrogateescape")
            is_tree = data[at:space] in (b"40000", b"040000")
            entries[name] = (is_tree, data[end + 1 : end + 21].hex())
            at = end + 21
        return entries

    def commit(self, oid: str) -> Commit:
        kind, data = self.get(oid)
        if kind != b"commit":
            raise self.damage(f"expected a commit, found a {kind.decode()}", "", oid)
        head, _, message = data.partition(b"\n\n")
        tree, parents, author, committer = "", [], b"", b""
        for line in head.split(b"\n"):
            name, _, value = line.partition(b" ")
            if name == b"tree":
                tree = value.decode("ascii", "replace")
            elif name == b"parent":
                parents.append(value.decode("ascii", "replace"))
            elif name == b"author" and not author:
                author = value
            elif name == b"committer" and not committer:
                committer = value
        if not _HEX_ID.fullmatch(tree) or not all(_HEX_ID.fullmatch(p) for p in parents):
            raise self.damage("commit is damaged", "", oid)
        person, _ = _signature(author)
        moment = _signature(committer)[1]
        if moment is None:
            raise self.damage("commit is damaged", "", oid)
        name_of, _, email = person.partition(" <")
        return Commit(
            oid,
            tree,
            () if oid in self._shallow() else tuple(parents),
            name_of,
            email.rstrip(">"),
            moment,
            message.decode("utf-8", "replace"),
        )

    def _shallow(self) -> frozenset[str]:
        """Returns the commits whose parents are forgotten, as the file says now."""
        path = os.path.join(self.folder, "shallow")
        try:
            state = os.stat(path)
        except FileNotFoundError:
            return frozenset()
        stamp = (state.st_mtime_ns, state.st_size)
        if self._boundary[0] != stamp:
            try:
                with open(path, encoding="ascii", errors="replace") as file:
                    lines = frozenset(file.read().split())
            except FileNotFoundError:
                return frozenset()
            if not all(_HEX_ID.fullmatch(line) for line in lines):
                raise self.damage("shallow has a damaged line", "shallow")
            self._boundary = (stamp, lines)
        return self._boundary[1]

    # Refs

    def _container(self) -> Any:
        refs = self._refs
        if refs is None:
            from dulwich.refs import DiskRefsContainer

            refs = self._refs = DiskRefsContainer(self.folder)
        return refs

    def head(self) -> str:
        """Returns the full name of the default branch."""
        with open(os.path.join(self.folder, "HEAD"), "rb") as file:
            text = file.read(4096).decode("utf-8", "replace").strip()
        if not text.startswith("ref: refs/heads/"):
            raise self.damage("HEAD does not name a branch", "HEAD")
        return text[5:]

    def ref(self, full: str) -> str | None:
        """Returns what a ref names, by its full name."""
        if ".." in full or full.startswith("/") or not full.startswith("refs/"):
            return None
        try:
            with self._lock:
                found = self._container().read_ref(full.encode("utf-8", "surrogateescape"))
        except Exception as e:
            if not isinstance(e, OSError) and not _is_unreadable(e):
                raise
            # Not a name that Git knows, or a folder of refs.
            return None
        if found is None:
            return None
        text: str = found.decode("ascii", "replace").strip()
        if text.startswith("ref: "):
            return None
        if not _HEX_ID.fullmatch(text):
            raise self.damage("ref is damaged", full)
        return text

    def refs(self) -> dict[str, str]:
        """Returns all refs by their full names, sorted."""
        with self._lock:
            container = self._container()
            names = [name.decode("utf-8", "replace") for name in container.allkeys()]
        found = {}
        for name in sorted(names):
            if name.startswith("refs/") and (oid := self.ref(name)) is not None:
                found[name] = oid
        return found

    def reflog(self, full: str) -> list[Step]:
        """Returns the moves of a ref, the oldest first."""
        from dulwich.reflog import read_reflog

        try:
            with open(os.path.join(self.folder, "logs", *full.split("/")), "rb") as file:
                entries = list(read_reflog(file))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return []
        except (ValueError, IndexError, AssertionError, TypeError) as e:
            raise self.damage("reflog is damaged", f"logs/{full}") from e
        return [
            Step(
                entry.old_sha.decode(),
                entry.new_sha.decode(),
                datetime.fromtimestamp(entry.timestamp, timezone.utc),
            )
            for entry in entries
        ]

    # History

    def history(self, oid: str) -> Iterator[Commit]:
        """Yields the commits from one on, newest first, each after all that name it a parent
        and are not older than it."""
        import heapq

        count = 0
        start = self.commit(oid)
        queue = [(-start.time.timestamp(), count, start)]
        seen = {oid}
        while queue:
            _, _, commit = heapq.heappop(queue)
            yield commit
            for parent in commit.parents:
                if parent not in seen:
                    seen.add(parent)
                    count += 1
                    found = self.commit(parent)
                    heapq.heappush(queue, (-found.time.timestamp(), count, found))

    def peel(self, oid: str, revision: str) -> str:
        """Follows annotated tags to the commit."""
        for _ in range(_MAX_TAGS):
            kind, data = self.get(oid)
            if kind == b"commit":
                return oid
            if kind != b"tag":
                raise self._not_found(f'Revision "{revision}" is a {kind.decode()}, not a commit')
            target = data[7:47].decode("ascii", "replace")
            if not data.startswith(b"object ") or not _HEX_ID.fullmatch(target):
                raise self.damage("tag is damaged", "", oid)
            oid = target
        raise self.damage("tag names a tag too many times over", "", oid)

    def resolve(self, revision: str) -> str:
        """Returns the commit that a revision names: the section "Revisions"."""
        depth = end = 0
        while end < len(revision) and (depth > 0 or revision[end] not in "^~"):
            depth += {"{": 1, "}": -1}.get(revision[end], 0)
            end += 1
        at = self._base(revision[:end], revision)
        while end < len(revision):
            step = _SUFFIX.match(revision, end)
            if step is None:
                raise self._not_found(
                    f'Revision "{revision}" has an unknown suffix: "{revision[end:]}"'
                )
            at = self._step(at, step, revision)
            end = step.end()
        return at

    def _step(self, at: str, step: re.Match[str], revision: str) -> str:
        text = step.group()
        if text.startswith("~"):
            for _ in range(int(step.group(1) or 1)):
                parents = self.commit(at).parents
                if not parents:
                    raise self._not_found(f'Revision "{revision}" goes beyond the first commit')
                at = parents[0]
            return at
        number = 1 if text == "^" else int(step.group(2) or 0)
        if number == 0:
            return at
        parents = self.commit(at).parents
        if number > len(parents):
            raise self._not_found(
                f'Revision "{revision}" does not exist: commit {at[:8]} has {len(parents)} parents'
            )
        return parents[number - 1]

    def _base(self, text: str, revision: str) -> str:
        at = text.find("@{")
        if at >= 0:
            if not text.endswith("}") or text.find("@{", at + 2) >= 0:
                raise self._unknown(revision)
            return self._past(text[:at], text[at + 2 : -1], revision)
        if text in ("", "HEAD", "@"):
            found = self.ref(self.head())
            if found is None:
                raise self._no_version()
            return self.peel(found, revision)
        if _HEX_ID.fullmatch(text):
            if not self.contains(text.lower()):
                raise self._unknown(revision)
            return self.peel(text.lower(), revision)
        found_ref = self._named(text)
        if found_ref is not None:
            return self.peel(found_ref[1], revision)
        if re.fullmatch("[0-9a-fA-F]{4,40}", text):
            return self._short(text.lower(), revision)
        raise self._unknown(revision)

    def _named(self, name: str) -> tuple[str, str] | None:
        candidates = [name] if name.startswith("refs/") else []
        candidates += [f"refs/{name}", f"refs/tags/{name}", f"refs/heads/{name}"]
        candidates.append(f"refs/remotes/{name}")
        for full in candidates:
            oid = self.ref(full)
            if oid is not None:
                return full, oid
        return None

    def _short(self, prefix: str, revision: str) -> str:
        every = self.matching(prefix, 64)
        commits = [oid for oid in every[:64] if self.get(oid)[0] in (b"commit", b"tag")]
        if len(commits) > 1 or len(every) > 64:
            raise self._not_found(
                f'Short id "{prefix}" is ambiguous',
                "It may be " + ", ".join(oid[:12] for oid in commits),
            )
        if not commits:
            raise self._unknown(revision)
        return self.peel(commits[0], revision)

    def _past(self, name: str, what: str, revision: str) -> str:
        if name in ("", "HEAD", "@"):
            full, oid = self.head(), self.ref(self.head())
        else:
            named = self._named(name)
            if named is None:
                raise self._unknown(revision)
            full, oid = named
        if oid is None:
            raise self._no_version()
        tip = self.peel(oid, revision)
        log = self.reflog(full)
        if re.fullmatch(r"[0-9]{1,9}", what):
            return self._moves_ago(log, int(what), tip, revision)
        moment = parse_moment(what, datetime.now(timezone.utc))
        if moment is None:
            raise self._not_found(
                f'Revision "{revision}" has neither a number nor a time in @{{…}}: "{what}"',
                "Write a time as 2026-11-01, 2026-11-01T10:00, 2026-11-01T10:00+02:00 "
                "or 2.days.ago",
            )
        for entry in reversed(log):
            if entry.time <= moment:
                return entry.after
        at = tip
        while True:
            commit = self.commit(at)
            if commit.time <= moment:
                return at
            if not commit.parents:
                raise self._not_found(f'Revision "{revision}" is before the first commit')
            at = commit.parents[0]

    def _moves_ago(self, log: list[Step], back: int, tip: str, revision: str) -> str:
        if back == 0:
            return tip
        if back < len(log):
            return log[-1 - back].after
        if back == len(log) and set(log[0].before) != {"0"}:
            return log[0].before
        raise self._not_found(
            f'Revision "{revision}" is not there: the ref\'s log has {len(log)} entries'
        )

    def _no_version(self) -> NotFoundError:
        branch = self.head().removeprefix("refs/heads/")
        return self._not_found(
            f'Dataset has no version yet on its branch "{branch}"', self._known("HEAD")
        )

    def _unknown(self, revision: str) -> NotFoundError:
        return self._not_found(f'Unknown revision "{revision}"', self._known(revision))

    def _known(self, revision: str) -> str:
        names = []
        for full in self.refs():
            for folder in ("refs/heads/", "refs/tags/"):
                if full.startswith(folder):
                    names.append(full[len(folder) :])
        return suggestion(revision, names, "branches and tags")

    def _not_found(self, headline: str, hint: str = "") -> NotFoundError:
        return NotFoundError("SHEAF-NF-002", headline, self.place, hint)


_SUFFIX = re.compile(r"~([0-9]{0,9})|\^([0-9]{1,9})|\^\{(commit)?\}|\^")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_AGO = re.compile(r"([0-9]{1,6})[ .](second|minute|hour|day|week|month|year)s?[ .]ago")


def parse_moment(text: str, now: datetime) -> datetime | None:
    """Returns the moment that the text is, in UTC; None if it is none.

    >>> parse_moment("2026-11-01", datetime.now(timezone.utc)).isoformat()
    '2026-11-01T23:59:59+00:00'
    """
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text + "T23:59:59+00:00")
        time = _TIME.fullmatch(text)
        if time is not None:
            day, minute, second, fraction, zone = time.groups()
            # Fractions of a microsecond do not change which commit it is: times there are seconds.
            micro = (fraction or "0")[:6].ljust(6, "0")
            zone = "+00:00" if zone in (None, "Z") else zone[:3] + ":" + zone[-2:]
            local = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}.{micro}{zone}")
            return local.astimezone(timezone.utc)
        plain = text.lower()
        if plain == "now":
            return now
        ago = _AGO.fullmatch("1.day.ago" if plain == "yesterday" else plain)
        if ago is None:
            return None
        number, unit = int(ago.group(1)), ago.group(2)
        if unit in ("month", "year"):
            months = now.year * 12 + now.month - 1 - number * (12 if unit == "year" else 1)
            year, month = divmod(months, 12)
            for day_of in range(now.day, 27, -1):
                try:
                    return now.replace(year=year, month=month + 1, day=day_of)
                except ValueError:
                    continue
            return now.replace(year=year, month=month + 1)
        return now - timedelta(**{unit + "s": number})
    except (ValueError, OverflowError):
        return None


def _signature(line: bytes) -> tuple[str, datetime | None]:
    """Splits ``name <email> seconds zone``."""
    person, seconds, _ = [*line.rsplit(b" ", 2), b"", b""][:3]
    try:
        moment = datetime.fromtimestamp(int(seconds), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return person.decode("utf-8", "replace"), None
    return person.decode("utf-8", "replace"), moment


def _dulwich_errors() -> tuple[type[Exception], ...]:
    from dulwich import errors
    from dulwich.refs import SymrefLoop

    return (
        errors.FileFormatException,
        errors.ChecksumMismatch,
        errors.ApplyDeltaError,
        errors.RefFormatError,
        errors.PackedRefsException,
        SymrefLoop,
    )


def _is_unreadable(error: Exception) -> bool:
    """Whether dulwich raised it because it met bytes that are no object."""
    wrong = (ValueError, AssertionError, LookupError, TypeError, EOFError, RecursionError)
    return isinstance(error, (*wrong, struct.error, zlib.error, *_dulwich_errors()))


def _close(store: Any) -> None:
    store.close()


_stores: weakref.WeakSet[GitStore] = weakref.WeakSet()
_abandoned: list[Any] = []


def _after_fork() -> None:
    for store in list(_stores):
        store.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
