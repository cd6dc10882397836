"""Runs a command under strace and reads the system calls that change files."""

import os
import re
import subprocess

# A leading "?" leaves out what this machine's system does not have.
CALLS = (
    "?open ?openat ?openat2 ?creat ?write ?pwrite64 ?writev ?pwritev ?pwritev2 ?fsync ?fdatasync ?sync "
    "?syncfs ?sync_file_range ?rename ?renameat ?renameat2 ?unlink ?unlinkat ?mkdir ?mkdirat ?rmdir ?ftruncate "
    "?truncate ?fallocate ?link ?linkat ?symlink ?symlinkat ?sendfile ?copy_file_range ?splice ?lseek ?close ?dup "
    "?dup2 ?dup3"
).split()

_LINE = re.compile(r"(\d+) +(.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?)(?: |$)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class Call:
    """A system call that succeeded; texts among the arguments are bytes."""

    def __init__(self, name, arguments, result):
        self.name = name
        self.arguments = arguments
        self.result = result

    def __str__(self):
        shown = [a if isinstance(a, str) else repr(a[:120]) for a in self.arguments]
        return f"{self.name}({', '.join(shown)}) = {self.result}"


def record(command, log):
    """Runs a command and returns its output; the calls of all its threads go to the file log."""
    traced = ["strace", "-f", "-qq", "-xx", "-s", str(1 << 26), "-e", "signal=none", "-o", log]
    traced += ["-e", "trace=" + ",".join(CALLS)]
    return subprocess.run(traced + command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read(log):
    """Returns the calls in the order in which they were completed."""
    calls = []
    halves = {}
    with open(log, encoding="ascii", errors="replace") as lines:
        for line in lines:
            process, text = _LINE.match(line.rstrip("\n")).groups()
            if text.endswith("<unfinished ...>"):
                halves[process] = text[: -len("<unfinished ...>")].rstrip()
                continue
            resumed = _RESUMED.match(text)
            if resumed:
                text = halves.pop(process) + resumed.group(1)
            call = _CALL.match(text)
            if call and not call.group(3).startswith("-") and call.group(3) != "?":
                calls.append(Call(call.group(1), _arguments(call.group(2)), int(call.group(3))))
    return calls


def _arguments(text):
    arguments = []
    at = 0
    for found in _TEXT.finditer(text):
        if found.group(2):
            raise ValueError("strace cut a text short: " + text[:200])
        arguments += _words(text[at : found.start()])
        arguments.append(bytes.fromhex(found.group(1).replace("\\x", "")))
        at = found.end()
    return arguments + _words(text[at:])


def _words(text):
    return [word.strip() for word in text.split(",") if word.strip()]
