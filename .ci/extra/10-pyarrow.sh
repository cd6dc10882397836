#!/usr/bin/env bash
# Another implementation of Arrow reads what Sheaf writes: pyarrow opens every chunk of a dataset that has every type, and
# puts every version of it together from what `sheaf files --json` says. To be run after `mvn verify`.
# Left out where there is no Python 3.10 or newer, or no package registry.
set -euo pipefail
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/.ci/extra}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
  printf 'SKIP: %s\n' "$1"
  exit 0
}

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
      printf '%s' "$candidate"
      return
    fi
  done
}

python=$(find_python)
[[ -n $python ]] || skip "no Python 3.10 or newer with venv"
command -v git >/dev/null || skip "no git"
"$python" -m venv "$work/venv" >"$work/log" 2>&1 || skip "no virtual environment: $(tail -n 1 "$work/log")"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyarrow >"$work/log" 2>&1 ||
  skip "pyarrow cannot be installed: $(tail -n 1 "$work/log")"

classes=$root/format/target/test-classes
[[ -f $classes/dev/sheaf/format/interop/InteropDataset.class ]] ||
  { echo "no compiled tests in format/target; run mvn verify first" >&2; exit 1; }
# Builds what is missing or old, before anything is read from cli/target/lib.
"$root/sheaf" --version

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
flags=(--add-opens=java.base/java.nio=ALL-UNNAMED -Dfile.encoding=UTF-8)
if "$java" --sun-misc-unsafe-memory-access=allow --version >/dev/null 2>&1; then
  flags+=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
fi
"$java" "${flags[@]}" -cp "$classes:$root/format/target/classes:$root/cli/target/lib/*" \
  dev.sheaf.format.interop.InteropDataset "$work" >"$work/commits"

while IFS= read -r commit; do
  "$root/sheaf" files "$work/interop.sheaf@$commit" --json >"$work/$commit.json"
done <"$work/commits"
"$work/venv/bin/python" "$here/pyarrow/read_version.py" "$work/interop.sheaf" "$work"
