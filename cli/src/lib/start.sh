# Starts the sheaf command in a JVM. Sourced by ./sheaf (a checkout) and bin/sheaf (the archive), which set
#   lib   the folder that holds sheaf.jar and the jars it names
#   root  the checkout or the unpacked archive
# No external program runs on the usual path: the JDK's version is read from its release file, not asked from a JVM.

fail() {
  printf 'sheaf: %s\n' "$1" >&2
  exit "${2:-1}"
}

# Sets java, java_home and java_version (17, 25, ...); java_id names the exact build.
find_java() {
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
    [[ -x $java ]] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java; point it at a JDK 17 or newer, or unset it"
    java_home=$JAVA_HOME
  else
    java=$(command -v java) || fail "no java found; install a JDK 17 or newer, or set JAVA_HOME"
    java_home=$java
    while [[ -L $java_home ]]; do
      local target
      target=$(readlink "$java_home")
      [[ $target == /* ]] || target=${java_home%/*}/$target
      java_home=$target
    done
    java_home=${java_home%/bin/java}
  fi
  local line full='' implementor=''
  if [[ -r $java_home/release ]]; then
    while IFS= read -r line; do
      case $line in
        JAVA_VERSION=*) full=${line#*=} ;;
        IMPLEMENTOR_VERSION=* | IMPLEMENTOR=*) implementor+=-${line#*=} ;;
      esac
    done <"$java_home/release"
  else
    line=$("$java" -version 2>&1) || fail "$java does not start: $line"
    full=${line#*version }
    full=${full%% *}
  fi
  full=${full//\"/}
  java_version=${full#1.}
  java_version=${java_version%%[!0-9]*}
  [[ -n $java_version ]] || fail "cannot tell the version of $java"
  ((java_version >= 17)) || fail "$java is Java $full; sheaf needs 17 or newer (set JAVA_HOME)"
  java_id=$full${implementor//[!A-Za-z0-9.]/}
}

# jvm_flags [VERB]: sets flags: what Arrow, RocksDB and zstd need, and silence. sheaf.jar's manifest opens java.nio.
jvm_flags() {
  flags=(-Xlog:disable -Xshare:auto -XX:-UsePerfData)
  case ${1:-} in
    ingest | demo | fsck) flags+=(-XX:+UseParallelGC) ;;
    # Done before the optimising compiler has paid for itself: a quarter less processor time without it.
    -* | branch | get | head | help | info | init | log | schema | show | switch) flags+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1) ;;
    *) flags+=(-XX:+UseSerialGC) ;;
  esac
  flags+=(-Dfile.encoding=UTF-8 -Djava.awt.headless=true)
  ((java_version < 24)) || flags+=(--sun-misc-unsafe-memory-access=allow)
}

# Sets archive: where the classes of this jar, parsed for this JDK, are kept; empty when no place can be written.
find_archive() {
  archive=$lib/cds/$java_id.jsa
  [[ -s $archive || -w $lib/cds || (! -e $lib/cds && -w $lib) ]] && return
  local cache=${XDG_CACHE_HOME:-${HOME:-}/.cache} name=${lib//\//%}
  ((${#name} <= 100)) || name=${name: -100}
  archive=$cache/sheaf/$name-$java_id.jsa
  [[ $cache == /* ]] || archive=
}

# Makes the archive: one run that loads what commands load. Never disturbs: silent, atomic, an empty file when it fails.
train() {
  local dir=${archive%/*} part=$archive.$$ dump=(-XX:+SuppressFatalErrorMessage)
  # Removed, not truncated: a running command may have the old one mapped.
  mkdir -p "$dir" && rm -f "$archive" && : >"$archive" || return 0
  dump+=(-XX:ArchiveClassesAtExit="$part")
  "$java" "${flags[@]}" "${dump[@]}" -cp "$lib/sheaf.jar" dev.sheaf.cli.Training ||
    "$java" "${flags[@]}" "${dump[@]}" -jar "$lib/sheaf.jar" --version || :
  [[ ! -s $part ]] || mv -f "$part" "$archive"
  rm -f "$part"
}

# start [ARGUMENT...]: replaces this shell by the command.
start() {
  # File names are bytes: without a UTF-8 locale the JVM cannot name most of them.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
  find_java
  jvm_flags ${1+"$1"}
  find_archive
  if [[ -n $archive ]]; then
    if [[ ! -e $archive || $lib/sheaf.jar -nt $archive ]]; then
      if [[ -n ${train_now:-} ]]; then
        train </dev/null >/dev/null 2>&1
      else
        (train &) </dev/null >/dev/null 2>&1
      fi
    fi
    [[ ! -s $archive ]] || flags+=(-XX:SharedArchiveFile="$archive")
  fi
  # Words of SHEAF_JAVA_OPTS are separate options, and come last so that they win.
  # shellcheck disable=SC2086
  exec "$java" "${flags[@]}" -Dsheaf.root="$root" -Dsheaf.command="$0" ${SHEAF_JAVA_OPTS:-} -jar "$lib/sheaf.jar" "$@"
}
