#!/usr/bin/env bash
# Every export is read back by the library that its format is made for: datasets, webdataset, the reader of
# mosaicml-streaming, numpy, pyarrow, Python's own json and csv. The data is a column of every type, made by the test
# class ManyTypes. To be run after `mvn verify`. Left out where there is no Python 3.10 or newer, or no package registry;
# a format whose library cannot be installed is named.
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
pip install numpy || skip "no package registry: $(tail -n 1 "$work/log")"

# What can be read with what could be installed.
formats=(npz jsonl csv)
install() {
  local format=$1
  shift
  if pip install "$@"; then
    formats+=("$format")
  else
    printf 'SKIP: %s, as %s cannot be installed: %s\n' "$format" "$*" "$(tail -n 1 "$work/log")"
  fi
}
install arrow pyarrow
[[ " ${formats[*]} " != *" arrow "* ]] || formats+=(parquet)
install datasets datasets pillow
install webdataset webdataset pillow
# Its reader alone: the whole library would bring torch and transformers along.
pip install pillow brotli zstd python-snappy xxhash typing_extensions || true
install mds --no-deps mosaicml-streaming

classes=$root/format/target/test-classes
[[ -f $classes/dev/sheaf/format/export/ManyTypes.class ]] ||
  { echo "no compiled tests in format/target; run mvn verify first" >&2; exit 1; }
# Builds what is missing or old, before anything is read from cli/target/lib.
"$root/sheaf" --version

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
flags=(--add-opens=java.base/java.nio=ALL-UNNAMED -Dfile.encoding=UTF-8)
if "$java" --sun-misc-unsafe-memory-access=allow --version >/dev/null 2>&1; then
  flags+=(--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED)
fi
"$java" "${flags[@]}" -cp "$classes:$root/format/target/classes:$root/cli/target/lib/*" \
  dev.sheaf.format.export.ManyTypes "$work/many.sheaf" "$root/testdata/pets"
"$root/sheaf" ingest "$root/testdata/pets" "$work/pets.sheaf" -q 2>"$work/log" || { cat "$work/log" >&2; exit 1; }

out=$work/out
mkdir "$out"
export_to() {
  local format=$1
  shift
  "$root/sheaf" export "$work/many.sheaf" --to "$format" "$out/$format" -q "$@"
}
arrays=flag,small,count,big,nibble,half,brain,single,score,caption,extra,day,moment,local,vector,grid,mask,bits,brains
for format in webdataset parquet jsonl csv arrow imagefolder; do
  export_to "$format"
done
export_to npz --columns "$arrays"
export_to mds --columns "$arrays,raw,tags,box,image,sound"
"$root/sheaf" export "$work/pets.sheaf" --to imagefolder "$out/pets" -q

# Nothing is fetched, and nothing is left behind.
export HF_HOME=$work/cache HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 PYTHONDONTWRITEBYTECODE=1
"$venv" "$here/exports/check.py" "$out" "${formats[@]}"
