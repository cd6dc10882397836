#!/usr/bin/env python3
"""Replays crashes of a traced writer and has each state checked; see 20-crash-replay.sh."""

import argparse
import collections
import hashlib
import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time

import disk
import trace

NAME = "crash.sheaf"
MIXES = 4
# Of the calls that make nothing durable, one in so many is a crash point too.
SAMPLE = 8
BARRIERS = ("fsync", "rename", "mkdir", "output")
OUTSTANDING = 128
CHECKER_THREADS = 32
# Files that are never written in place may be links.
IMMUTABLE = (b".arrow", b".pack", b".idx")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--class-path", required=True)
    parser.add_argument("--work", required=True, help="a folder to make and use")
    parser.add_argument("--small", type=int, default=0, help="how many small commits come first")
    parser.add_argument("--traced", default="1-10", help="the steps to trace")
    parser.add_argument("--seed", type=int, default=20261101)
    return parser.parse_args()


def java(class_path, main, *rest):
    options = ["-Xmx768m", "-Xss512k", "-XX:+UseSerialGC", "-XX:-UsePerfData", "--add-opens=java.base/java.nio=ALL-UNNAMED"]
    return ["java", *options, "-cp", class_path, "dev.sheaf.format.replay." + main, *map(str, rest)]


def record(options):
    """Runs the writer; returns the disk before the traced steps, and the calls."""
    first, last = map(int, options.traced.split("-"))
    folder = os.path.join(options.work, "writer")
    os.makedirs(folder)
    path = os.path.join(folder, NAME)
    if first > 1:
        command = java(options.class_path, "ReplayWriter", path, options.small, 1, first - 1)
        subprocess.run(command, check=True, stdout=subprocess.PIPE)
    before = disk.Disk(folder)
    before.load()
    log = os.path.join(options.work, "calls")
    command = java(options.class_path, "ReplayWriter", path, options.small, first, last)
    output = trace.record(command, log).split()
    if output != [word for step in range(first, last + 1) for word in ("done", str(step))]:
        sys.exit(f"the writer printed {output}")
    return before, trace.read(log)


class Builder:
    """Writes states to folders."""

    def __init__(self, folder):
        self.folder = folder
        self.known = {}
        os.makedirs(folder)

    def build(self, tree, folder):
        os.mkdir(folder)
        for name, node in tree.items():
            path = os.path.join(folder, name)
            if isinstance(node, dict):
                self.build(node, path)
            elif name.endswith(IMMUTABLE):
                os.link(self._stored(node), path)
            else:
                with open(path, "wb") as file:
                    file.write(node)

    def _stored(self, data):
        if data not in self.known:
            path = os.path.join(os.fsencode(self.folder), str(len(self.known)).encode())
            with open(path, "wb") as file:
                file.write(data)
            self.known[data] = path
        return self.known[data]


def digest(tree):
    sha = hashlib.sha256()
    for name in sorted(tree):
        node = tree[name]
        content = digest(node) if isinstance(node, dict) else hashlib.sha256(node).digest()
        sha.update(b"%d %s %d" % (len(name), name, isinstance(node, dict)) + content)
    return sha.digest()


def states(before, calls, acknowledged, seed):
    """Yields (description, acknowledged step, state, points so far) for every state of every crash point."""
    seeded = random.Random(seed)
    points = collections.Counter()
    skipped = None

    def crash(number, call, kind):
        points[kind] += 1
        choices = [("lost", disk.Lost()), ("kept", disk.Kept()), ("empty", disk.Empty())]
        choices += [(f"mix {i}", disk.Mixed(random.Random(f"{seed} {number} {i}"))) for i in range(MIXES)]
        for name, choice in choices:
            yield f"call {number}, {name}: after {call}", acknowledged, before.remains(choice), points

    for number, call in enumerate(calls):
        # What was written is most at risk just before it is made durable.
        if skipped and before.is_barrier(call):
            yield from crash(*skipped)
        kind = before.apply(call)
        if kind is None:
            continue
        if kind == "output":
            acknowledged = int(call.arguments[1].split()[1])
        skipped = (number, call, kind)
        if kind in BARRIERS or seeded.randrange(SAMPLE) == 0:
            skipped = None
            yield from crash(number, call, kind)


def main():
    options = arguments()
    began = time.monotonic()
    first, last = map(int, options.traced.split("-"))
    before, calls = record(options)
    checker = subprocess.Popen(
        java(options.class_path, "ReplayChecker", CHECKER_THREADS, options.small, last),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    room = threading.Semaphore(OUTSTANDING)
    outcomes = queue.Queue()

    def collect():
        for line in checker.stdout:
            outcomes.put(line.rstrip("\n").split(" ", 1))
            room.release()

    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    builder = Builder(os.path.join(options.work, "data"))
    built = 0
    seen = set()
    descriptions = []
    points = collections.Counter()
    for description, acknowledged, state, points in states(before, calls, first - 1, options.seed):
        built += 1
        key = (acknowledged, digest(state))
        if key in seen:
            continue
        seen.add(key)
        while not room.acquire(timeout=5):
            if checker.poll() is not None:
                sys.exit(f"the checker ended with {checker.returncode}")
        folder = os.path.join(options.work, f"state-{len(descriptions)}")
        builder.build(state, os.fsencode(folder))
        checker.stdin.write(f"{len(descriptions)} {acknowledged} {os.path.join(folder, NAME)}\n")
        descriptions.append(description)
    checker.stdin.close()
    reader.join()
    if checker.wait() != 0 or outcomes.qsize() != len(descriptions):
        sys.exit(f"the checker ended with {checker.returncode} after {outcomes.qsize()} of {len(descriptions)} states")
    report(options, outcomes, descriptions, points, built, time.monotonic() - began)


def report(options, outcomes, descriptions, points, built, seconds):
    counts = collections.Counter()
    violations = []
    while not outcomes.empty():
        number, outcome = outcomes.get()
        counts[outcome.split(":")[0]] += 1
        if outcome.startswith("violation"):
            violations.append((int(number), outcome))
    for number, outcome in sorted(violations)[:20]:
        print(f"{descriptions[number]}\n  {outcome[:1500]}")
    kinds = ", ".join(f"{count} after {kind}" for kind, count in sorted(points.items()))
    print(
        f"crash replay: steps {options.traced} after {options.small} small commits, seed {options.seed}: "
        f"{sum(points.values())} crash points ({kinds}), {built} states, {len(descriptions)} of them different and checked: "
        f"{counts['acknowledged']} at the acknowledged step, {counts['committed']} at the one being committed, "
        f"{counts['not-there']} not there yet, {len(violations)} violations; {seconds:.0f} s"
    )
    shutil.rmtree(options.work, ignore_errors=True)
    if violations:
        sys.exit(1)


if __name__ == "__main__":
    main()
