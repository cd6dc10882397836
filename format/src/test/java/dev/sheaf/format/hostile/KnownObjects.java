package dev.sheaf.format.hostile;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the intact repository of a golden dataset gives: every object, the names of versions, and
 * where the objects lie in the packs. Immutable once it is made.
 */
final class KnownObjects {
  /** Where the names of an index begin: behind its mark and the fan-out. */
  static final int NAMES = 8 + 256 * 4;

  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, Access> objects = new HashMap<>();
  private final List<Access> names = new ArrayList<>();

  /** By the name of a pack without its suffix, the objects by offset. */
  private final Map<String, NavigableMap<Integer, String>> packs = new HashMap<>();

  /** Reads something of a repository. */
  @FunctionalInterface
  interface Read {
    Object from(GitStore git);
  }

  /** A read and what it gives when all is well. */
  record Access(Read read, Object expected) {}

  private KnownObjects() {}

  /** Reads the repository of a golden dataset. */
  static KnownObjects of(Golden golden) {
    Path git = golden.dataset().resolve("git");
    KnownObjects known = new KnownObjects();
    try (GitStore store = GitStore.open(git)) {
      for (CommitInfo commit : store.log("", 1000)) {
        known.learn(commit.id(), any -> any.snapshot(commit.id()).info(), store);
        TreeSnapshot snapshot = store.snapshot(commit.id());
        known.learn(snapshot.treeId(), any -> any.snapshot(commit.id()).list(""), store);
        known.tree(commit.id(), snapshot, "", store);
      }
      for (String revision : List.of("", "main", "main~1", "main~1^{commit}")) {
        known.name(any -> any.resolve(revision).commitId(), store);
      }
      for (GitStore.Ref tag : store.tags()) {
        known.name(any -> any.resolve(tag.name()).commitId(), store);
      }
      known.name(any -> any.log("", 1000), store);
    }
    try (DirectoryStream<Path> indexes =
        Files.newDirectoryStream(git.resolve("objects").resolve("pack"), "*.idx")) {
      for (Path index : indexes) {
        known.packs.put(stem(index), offsets(Files.readAllBytes(index)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return known;
  }

  private void tree(String commit, TreeSnapshot snapshot, String folder, GitStore store) {
    for (TreeSnapshot.Entry entry : snapshot.list(folder)) {
      String path = folder.isEmpty() ? entry.name() : folder + "/" + entry.name();
      if (entry.isTree()) {
        learn(entry.objectId(), any -> any.snapshot(commit).list(path), store);
        tree(commit, snapshot, path, store);
      } else {
        learn(entry.objectId(), any -> ByteBuffer.wrap(any.blob(entry.objectId())), store);
      }
    }
  }

  private void learn(String objectId, Read read, GitStore store) {
    objects.computeIfAbsent(objectId, id -> new Access(read, read.from(store)));
  }

  private void name(Read read, GitStore store) {
    names.add(new Access(read, read.from(store)));
  }

  private static NavigableMap<Integer, String> offsets(byte[] index) {
    ByteBuffer bytes = ByteBuffer.wrap(index);
    int count = bytes.getInt(NAMES - 4);
    NavigableMap<Integer, String> offsets = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      offsets.put(bytes.getInt(NAMES + 24 * count + 4 * i), id(index, i));
    }
    return offsets;
  }

  private static String id(byte[] index, int entry) {
    return HEX.formatHex(index, NAMES + 20 * entry, NAMES + 20 * (entry + 1));
  }

  private static String stem(Path packOrIndex) {
    return packOrIndex.getFileName().toString().replaceFirst("[.][a-z]+$", "");
  }

  /** Returns the reads of names of versions, and of the log. */
  Collection<Access> names() {
    return names;
  }

  /** Returns the objects of a pack by their offset. */
  NavigableMap<Integer, String> offsets(Path packOrIndex) {
    return packs.get(stem(packOrIndex));
  }

  /** Adds the read of an object, if the id is one of a version. */
  void object(String id, Collection<Access> accesses) {
    Access access = objects.get(id);
    if (access != null) {
      accesses.add(access);
    }
  }

  /** Returns the object at a place of a pack, or the empty text. */
  String idAt(Path pack, int place) {
    Map.Entry<Integer, String> object = offsets(pack).floorEntry(place);
    return object == null ? "" : object.getValue();
  }

  /** Returns the object that a place of an index tells of, or the empty text. */
  String idOf(Path path, byte[] index, int place) {
    int count = offsets(path).size();
    int table = place - NAMES;
    int entry = table < 20 * count ? table / 20 : (table - 20 * count) / 4 % count;
    return table < 0 || entry >= count ? "" : id(index, entry);
  }
}
