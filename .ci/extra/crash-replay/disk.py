"""A disk that remembers what was synced and what was not.

A file's data is durable up to its last fsync, a directory's entries up to the directory's last fsync. What came after may
be on the disk or not, each piece for itself: that is less than most file systems promise, and all that POSIX does.
"""

import os


class File:
    """The data of a file, which no name may lead to."""

    def __init__(self, data=b""):
        self.data = data
        self.durable = data


class Directory:
    """Entries by name, and the changes to them since the last fsync: lists of (name, node or None)."""

    def __init__(self):
        self.entries = {}
        self.durable = {}
        self.changes = []

    def change(self, *changes):
        """Changes entries in one step."""
        for name, node in changes:
            if node is None:
                self.entries.pop(name, None)
            else:
                self.entries[name] = node
        self.changes.append(changes)


class Disk:
    """Applies system calls below one directory."""

    def __init__(self, root):
        self.root = os.fsencode(root)
        self.top = Directory()
        self.open = {}

    def load(self):
        """Takes what is there now as durable."""
        self.top = self._loaded(self.root)

    def _loaded(self, path):
        directory = Directory()
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                directory.entries[entry.name] = self._loaded(entry.path)
            else:
                with open(entry.path, "rb") as file:
                    directory.entries[entry.name] = File(file.read())
        directory.durable = dict(directory.entries)
        return directory

    def _find(self, path):
        """Returns a path's directory and name, or None if it lies elsewhere."""
        path = os.path.normpath(path)
        if path == self.root:
            return None, b""
        if not path.startswith(self.root + b"/"):
            return None
        *parents, name = path[len(self.root) + 1 :].split(b"/")
        directory = self.top
        for parent in parents:
            directory = directory.entries[parent]
        return directory, name

    def _node(self, path):
        directory, name = self._find(path)
        return self.top if directory is None else directory.entries[name]

    def is_barrier(self, call):
        """Tells whether a call makes something durable or gives it its name."""
        if call.name in ("fsync", "fdatasync"):
            return int(call.arguments[0]) in self.open
        return call.name.startswith("rename")

    def apply(self, call):
        """Applies a call; returns what kind of change it was, or None."""
        if call.name in ("renameat", "renameat2", "linkat"):
            if call.arguments[0] != "AT_FDCWD" or call.arguments[2] != "AT_FDCWD":
                raise ValueError(f"path relative to an open directory: {call}")
        elif call.name in ("openat", "openat2", "mkdirat", "unlinkat") and call.arguments[0] != "AT_FDCWD":
            if int(call.arguments[0]) in self.open:
                raise ValueError(f"path relative to an open directory: {call}")
            return None
        handler = getattr(self, "_" + _ALIASES.get(call.name, call.name), None)
        if handler:
            return handler(call)
        touched = [a for a in call.arguments if isinstance(a, bytes) and a.startswith(self.root)]
        numbers = [a for a in call.arguments if isinstance(a, str) and a.isdigit() and int(a) in self.open]
        if touched or numbers:
            raise ValueError(f"a call that the replay does not know: {call}")
        return None

    def _paths(self, call):
        return [argument for argument in call.arguments if isinstance(argument, bytes)]

    def _open(self, call):
        path = self._paths(call)[0]
        self.open.pop(call.result, None)
        place = self._find(path)
        if place is None:
            return None
        flags = " ".join(a for a in call.arguments if isinstance(a, str))
        directory, name = place
        kind = None
        if directory is not None and name not in directory.entries:
            directory.change((name, File()))
            kind = "create"
        node = self._node(path)
        if "O_TRUNC" in flags and node.data:
            node.data = b""
            kind = "truncate"
        # A position shared by duplicates, as the system has it.
        self.open[call.result] = [node, 0, "O_APPEND" in flags]
        return kind

    def _close(self, call):
        self.open.pop(int(call.arguments[0]), None)

    def _dup(self, call):
        self.open.pop(call.result, None)
        if int(call.arguments[0]) in self.open:
            self.open[call.result] = self.open[int(call.arguments[0])]

    def _lseek(self, call):
        if int(call.arguments[0]) in self.open:
            self.open[int(call.arguments[0])][1] = call.result

    def _write(self, call):
        number = int(call.arguments[0])
        if number not in self.open:
            return "output" if number == 1 else None
        file = self.open[number]
        at = len(file[0].data) if file[2] else file[1]
        self._put(file[0], at, call.arguments[1][: call.result])
        file[1] = at + call.result
        return "write"

    def _pwrite64(self, call):
        number = int(call.arguments[0])
        if number not in self.open:
            return None
        self._put(self.open[number][0], int(call.arguments[3]), call.arguments[1][: call.result])
        return "write"

    @staticmethod
    def _put(file, at, data):
        before = file.data.ljust(at, b"\0")
        file.data = before[:at] + data + before[at + len(data) :]

    def _ftruncate(self, call):
        if int(call.arguments[0]) not in self.open:
            return None
        file = self.open[int(call.arguments[0])][0]
        length = int(call.arguments[1])
        file.data = file.data[:length].ljust(length, b"\0")
        return "truncate"

    def _fsync(self, call):
        if int(call.arguments[0]) not in self.open:
            return None
        node = self.open[int(call.arguments[0])][0]
        if isinstance(node, File):
            node.durable = node.data
        else:
            node.durable = dict(node.entries)
            node.changes = []
        return "fsync"

    def _rename(self, call):
        source, target = (self._find(path) for path in self._paths(call))
        if source is None and target is None:
            return None
        if source is None or target is None:
            raise ValueError(f"a move into or out of the directory: {call}")
        node = source[0].entries[source[1]]
        if source[0] is target[0]:
            source[0].change((source[1], None), (target[1], node))
        else:
            source[0].change((source[1], None))
            target[0].change((target[1], node))
        return "rename"

    def _link(self, call):
        source, target = (self._find(path) for path in self._paths(call))
        if target is None:
            return None
        target[0].change((target[1], source[0].entries[source[1]]))
        return "link"

    def _unlink(self, call):
        place = self._find(self._paths(call)[0])
        if place is None:
            return None
        place[0].change((place[1], None))
        return "unlink"

    def _mkdir(self, call):
        place = self._find(self._paths(call)[0])
        if place is None:
            return None
        place[0].change((place[1], Directory()))
        return "mkdir"

    def remains(self, choice):
        """Returns what a crash leaves: nested dicts of names, with the bytes of files."""
        chosen = {}
        return self._remains(self.top, choice, chosen)

    def _remains(self, directory, choice, chosen):
        entries = dict(directory.durable)
        for change in directory.changes:
            if choice.entry():
                for name, node in change:
                    if node is None:
                        entries.pop(name, None)
                    else:
                        entries[name] = node
        tree = {}
        for name, node in entries.items():
            if isinstance(node, Directory):
                tree[name] = self._remains(node, choice, chosen)
            else:
                # A file has the same bytes under all its names.
                if id(node) not in chosen:
                    chosen[id(node)] = choice.data(node.durable, node.data)
                tree[name] = chosen[id(node)]
        return tree


_ALIASES = {
    "openat": "open",
    "creat": "open",
    "dup2": "dup",
    "dup3": "dup",
    "fdatasync": "fsync",
    "renameat": "rename",
    "renameat2": "rename",
    "linkat": "link",
    "unlinkat": "unlink",
    "rmdir": "unlink",
    "mkdirat": "mkdir",
}


class Lost:
    """Nothing that was not synced is there."""

    def entry(self):
        return False

    def data(self, durable, data):
        return durable


class Kept:
    """Everything is there."""

    def entry(self):
        return True

    def data(self, durable, data):
        return data


class Empty(Lost):
    """Names are there, the data that they stand for is not."""

    def entry(self):
        return True


class Mixed:
    """Some names are there, and data whole, cut, zeroed or not at all."""

    def __init__(self, random):
        self.random = random

    def entry(self):
        return self.random.random() < 0.5

    def data(self, durable, data):
        if durable == data:
            return data
        kind = self.random.randrange(4)
        if kind < 2:
            return (durable, data)[kind]
        least = len(durable) if data.startswith(durable) else 0
        cut = self.random.randint(least, len(data))
        if kind == 2 or least != len(durable):
            return data[:cut] + durable[cut:]
        # The length is there before the bytes.
        return data[:cut].ljust(len(data), b"\0")
