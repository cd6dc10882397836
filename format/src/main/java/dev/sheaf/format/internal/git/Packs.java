package dev.sheaf.format.internal.git;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The packs of one repository. The list is read at the first use and again when an object is not in
 * it. Safe for use by several threads; packs may come and go at any time by other processes.
 */
final class Packs implements Closeable {
  private final Path directory;
  private volatile List<PackFile> packs;
  private volatile int changes;
  private boolean closed;

  Packs(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  /** Returns the packs as last listed, the newest first. */
  List<PackFile> list() throws IOException {
    List<PackFile> present = packs;
    if (present == null) {
      rescan();
      present = packs;
    }
    return present;
  }

  /** Lists the directory again; returns true when packs came or went. */
  synchronized boolean rescan() throws IOException {
    if (closed) {
      throw new IllegalStateException("the version store is closed");
    }
    Map<String, PackFile> known = new HashMap<>();
    if (packs != null) {
      packs.forEach(pack -> known.put(pack.path().getFileName().toString(), pack));
    }
    List<PackFile> now = new ArrayList<>();
    boolean changed = packs == null;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "pack-*.idx")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String stem = name.substring(0, name.length() - ".idx".length());
        PackFile present = known.remove(stem + ".pack");
        if (present == null) {
          changed = true;
          present = new PackFile(directory.resolve(stem));
        }
        now.add(present);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      now.clear();
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!changed && known.isEmpty()) {
      return false;
    }
    // Written in one commit, read together: a fresh pack is the likeliest place of what is asked
    // next.
    now.sort(java.util.Comparator.comparing(Packs::age).reversed());
    // Whoever sees the count finds the list that it belongs to, or a later one.
    packs = List.copyOf(now);
    changes++;
    for (PackFile gone : known.values()) {
      gone.close();
    }
    return true;
  }

  /** Returns how often the list has changed, for {@link #isChanged}. */
  int changes() throws IOException {
    list();
    return changes;
  }

  /**
   * Lists the directory again; returns true when the list has changed since, now or by another
   * thread in between.
   */
  boolean isChanged(int since) throws IOException {
    rescan();
    return changes != since;
  }

  private static java.nio.file.attribute.FileTime age(PackFile pack) {
    try {
      return Files.getLastModifiedTime(pack.path());
    } catch (IOException e) {
      return java.nio.file.attribute.FileTime.fromMillis(0);
    }
  }

  /**
   * Returns an object from the packs listed, verified, or empty if none has it.
   *
   * @throws BadObject if every copy is damaged
   */
  Optional<GitObject> find(Oid id, PackFile.Bases bases, int depth) throws IOException, BadObject {
    BadObject damage = null;
    for (PackFile pack : list()) {
      try {
        Optional<GitObject> found = pack.find(id, bases, depth);
        if (found.isPresent()) {
          ObjectStore.verify(id, found.get());
          return found;
        }
      } catch (BadObject e) {
        damage = new BadObject(e.getMessage() + " (in " + pack.path().getFileName() + ")");
      } catch (NoSuchFileException e) {
        // Listed, but gone since, or one half of it only: another pack may have what it had.
      }
    }
    if (damage != null) {
      throw damage;
    }
    return Optional.empty();
  }

  /** Returns true when a listed pack has the object. */
  boolean contains(Oid id) throws IOException {
    for (PackFile pack : list()) {
      try {
        if (pack.index().find(id) >= 0) {
          return true;
        }
      } catch (BadObject | NoSuchFileException e) {
        // Gone since it was listed, or damaged: another pack may have it.
      }
    }
    return false;
  }

  /** Passes on the ids that begin with a hex prefix, with repeats. */
  void matching(String prefix, Consumer<Oid> found) throws IOException, BadObject {
    for (PackFile pack : list()) {
      try {
        pack.index().matching(prefix, found);
      } catch (NoSuchFileException e) {
        // Gone since it was listed, or damaged: another pack may have it.
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (packs != null) {
      for (PackFile pack : packs) {
        pack.close();
      }
    }
    packs = null;
    closed = true;
  }
}
