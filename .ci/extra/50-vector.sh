#!/usr/bin/env bash
# The built command computes in vector registers without an option of the JVM for it and prints nothing but its result.
# To be run after `mvn verify`; also on JDK 25 where one is installed.
set -euo pipefail
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/.ci/extra}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '{"id":%s}\n' 1 2 3 >"$work/table.jsonl"
cd "$work"
"$root/sheaf" ingest table.jsonl numbers.sheaf >/dev/null 2>&1

check() {
  local query='EXPLAIN ANALYZE SELECT id FROM samples ORDER BY norm(:v) / id LIMIT 2' done=yes
  SHEAF_JAVA_OPTS=-Dsheaf.tensor.backend=vector "$root/sheaf" sql numbers.sheaf "$query" -p 'v=[3,4]' >out 2>err || done=
  if [[ -z $done || -s err ]] || ! grep -q 'kernels=vector' out; then
    printf '%s: expected kernels=vector and no message, got\n' "$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | head -n 1)" >&2
    cat out err >&2
    exit 1
  fi
}

check
for candidate in "${!JAVA_HOME_25@}"; do
  JAVA_HOME=${!candidate} check
done
for candidate in /usr/lib/jvm/*25* /opt/*jdk*25*; do
  [[ ! -x $candidate/bin/java ]] || JAVA_HOME=$candidate check
done
echo "the command computes in vector registers, silently"
