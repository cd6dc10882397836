#!/usr/bin/env bash
# Crash replay: traces a writer's system calls, rebuilds what a disk may hold after a crash that drops what was not
# synced, and checks every such state. Needs a build (mvn verify), strace and Python 3.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

skip() {
  printf 'SKIP: crash replay: %s\n' "$1"
  exit 0
}

[[ $(uname -s) == Linux ]] || skip "it needs Linux"
command -v python3 >/dev/null || skip "there is no python3"
if ! command -v strace >/dev/null && command -v apt-get >/dev/null; then
  as_root=
  [[ $(id -u) == 0 ]] || as_root='sudo -n'
  { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace; } \
    >/dev/null 2>&1 || true
fi
command -v strace >/dev/null || skip "there is no strace"
strace -f -qq -o /dev/null -e trace=openat true 2>/dev/null || skip "ptrace is refused"

if [[ ! -d format/target/test-classes/dev/sheaf/format/replay ]]; then
  echo "crash replay: run mvn verify first" >&2
  exit 1
fi

# In memory where there is room: the states are many and small.
room=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 {print $4}')
if [[ -w /dev/shm && ${room:-0} -ge 1024 ]]; then
  work=$(mktemp -d -p /dev/shm)
else
  work=$(mktemp -d)
fi
trap 'rm -rf "$work"' EXIT

mvn -B -q -ntp -pl format dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$work/class-path"
class_path="$root/format/target/classes:$root/format/target/test-classes:$(cat "$work/class-path")"

# 10 steps from the first on; then one more after 49 commits, which merges the packs.
python3 "$here/crash-replay/replay.py" --class-path "$class_path" --work "$work/steps" --small 0 --traced 1-10 "$@"
python3 "$here/crash-replay/replay.py" --class-path "$class_path" --work "$work/packs" --small 49 --traced 2-2 "$@"
