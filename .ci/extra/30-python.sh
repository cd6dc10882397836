#!/usr/bin/env bash
# The Python package reads what Java writes: installed into a virtual environment, its tests run on the golden files and on
# vectors that the test class WriteVectors writes, its examples as doctests. To be run after `mvn verify`.
# Left out where there is no Python 3.10 or newer, or no package registry. The tests that need torch run where its build
# for the CPU can be had (SHEAF_CI_TORCH=1: whichever build the registry has).
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
"$python" -m venv "$work/venv" >"$work/log" 2>&1 || skip "no virtual environment: $(tail -n 1 "$work/log")"
venv=$work/venv/bin/python
pip() {
  "$venv" -m pip --quiet --disable-pip-version-check "$@" >"$work/log" 2>&1
}
pip download --no-deps --dest "$work/probe" crc32c || skip "no package registry: $(tail -n 1 "$work/log")"

# From a copy, so that the build leaves nothing in the checkout. From here on a failure is one.
cp -r "$root/python" "$work/package"
pip install "$work/package[dev]" || { cat "$work/log" >&2; exit 1; }
if [[ ${SHEAF_CI_TORCH:-} == 1 ]]; then
  pip install torch || { cat "$work/log" >&2; exit 1; }
elif ! pip install --timeout 10 --retries 0 --index-url https://download.pytorch.org/whl/cpu torch; then
  printf 'SKIP: the tests with torch, as its build for the CPU cannot be installed: %s\n' "$(tail -n 1 "$work/log")"
fi

classes=$root/format/target/test-classes
[[ -f $classes/dev/sheaf/format/interop/WriteVectors.class ]] ||
  { echo "no compiled tests in format/target; run mvn verify first" >&2; exit 1; }
# Builds what is missing or old, before anything is read from cli/target/lib.
"$root/sheaf" --version
"$root/sheaf" ingest "$root/testdata/pets" "$work/pets.sheaf" -m "Add the pets" >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
flags=(--add-opens=java.base/java.nio=ALL-UNNAMED -Dfile.encoding=UTF-8 -Dsheaf.root="$root")
if "$java" --sun-misc-unsafe-memory-access=allow --version >/dev/null 2>&1; then
  flags+=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
fi
mkdir "$work/vectors"
"$java" "${flags[@]}" -cp "$classes:$root/format/target/classes:$root/cli/target/lib/*" \
  dev.sheaf.format.interop.WriteVectors "$work/vectors"

cd "$root/python"
export SHEAF_VECTORS=$work/vectors SHEAF_PETS=$work PYTHONDONTWRITEBYTECODE=1
"$venv" -m pytest -p no:cacheprovider -q
"$venv" -m ruff check --no-cache .
"$venv" -m ruff format --no-cache --check .
"$venv" -m mypy --cache-dir "$work/mypy"
