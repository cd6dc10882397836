#!/usr/bin/env bash
# A full disk and a read-only disk: a clear error, and nothing lost. Needs a build (mvn verify) and the right to mount.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
disk=$work/disk
mkdir "$disk"

skip() {
  printf 'SKIP: disks: %s\n' "$1"
  exit 0
}

fail() {
  printf 'disks: %s\n' "$1" >&2
  [[ ! -s $work/out ]] || sed 's/^/  | /' "$work/out" >&2
  exit 1
}

clean() {
  umount "$disk" 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT

[[ $(uname -s) == Linux && $(id -u) == 0 ]] || skip "mounting needs Linux and root"
mount -t tmpfs -o size=24m sheaf-disk "$disk" 2>/dev/null || skip "mount is refused"

# sheaf EXPECTED ARGUMENT...: fails unless the command ends with this exit code; its words are in $work/out.
sheaf() {
  local expected=$1 code=0
  shift
  "$root/sheaf" "$@" >"$work/out" 2>&1 || code=$?
  [[ $code == "$expected" ]] || fail "sheaf $* ended with $code, expected $expected"
}

says() {
  grep -qiE "$1" "$work/out" || fail "expected a message with \"$1\""
}

# table ROWS SEED: rows of hexadecimal noise, 2 KB each.
table() {
  awk -v rows="$1" -v seed="$2" 'BEGIN {
    srand(seed)
    for (r = 0; r < rows; r++) {
      line = ""
      for (i = 0; i < 256; i++) line = line sprintf("%08x", int(rand() * 4294967295))
      printf "{\"n\": %d, \"text\": \"%s\"}\n", seed * 1000000 + r, line
    }
  }'
}

rows() {
  sheaf 0 info "$disk/a.sheaf" --json
  grep -oE '"rows" *: *[0-9]+' "$work/out" | head -n 1 | grep -oE '[0-9]+'
}

table 500 1 >"$work/small.jsonl"
table 30000 2 >"$work/large.jsonl"

sheaf 0 ingest "$work/small.jsonl" "$disk/a.sheaf" -m "Add a little"
before=$(git -C "$disk/a.sheaf/git" rev-parse main)
for attempt in 1 2; do
  sheaf 4 ingest "$work/large.jsonl" "$disk/a.sheaf" -m "Add too much"
  says 'disk is full'
  says "$disk|a\.sheaf"
done
[[ $(git -C "$disk/a.sheaf/git" rev-parse main) == "$before" ]] || fail "a full disk moved the branch"
sheaf 0 fsck "$disk/a.sheaf" --deep
[[ $(rows) == 500 ]] || fail "a full disk lost rows"
echo "full disk: refused twice, 500 rows whole"

mount -o remount,size=256m "$disk"
sheaf 0 ingest "$work/large.jsonl" "$disk/a.sheaf" -m "Add it again"
[[ $(rows) == 30500 ]] || fail "the repeated ingest ended with $(rows) rows"
sheaf 0 fsck "$disk/a.sheaf" --deep
echo "more room: the repeated ingest ended with 30500 rows"

mount -o remount,ro "$disk"
sheaf 0 get "$disk/a.sheaf" 17 --json
sheaf 0 log "$disk/a.sheaf"
sheaf 0 fsck "$disk/a.sheaf"
sheaf 0 export "$disk/a.sheaf" --to jsonl "$work/exported"
says 'does not remember this export'
[[ $(cat "$work"/exported/*.jsonl | wc -l) == 30500 ]] || fail "the export of a read-only disk is not whole"
table 600 1 >"$work/small.jsonl"
sheaf 4 ingest "$work/small.jsonl" "$disk/a.sheaf" -m "Add to a read-only disk"
says 'read-only'
sheaf 4 switch "$disk/a.sheaf" -c other
says 'read-only'
mount -o remount,rw "$disk"
[[ $(rows) == 30500 ]] || fail "a read-only disk lost rows"
echo "read-only disk: read, and refused to write"
