package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.LinkTarget;
import dev.sheaf.format.internal.io.LinkName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Gives payloads that are to stay where they are the name of that place: a root, a path below it,
 * and the first byte. Safe for use by several threads.
 */
public final class Linker {
  private final Map<String, Path> roots = new LinkedHashMap<>();
  private final Map<String, Path> used = new ConcurrentHashMap<>();
  private final Map<Path, Map<String, Long>> stored = new HashMap<>();
  private final LongAdder linked = new LongAdder();
  private final LongAdder copied = new LongAdder();

  /**
   * Creates one.
   *
   * @param named folders by the names that were chosen for them; the first that holds a file counts
   * @param found folders that are named as they are called
   */
  public Linker(Map<String, Path> named, List<Path> found) {
    named.forEach(this::add);
    for (Path folder : found) {
      Path whole = folder.toAbsolutePath().normalize();
      if (roots.values().stream().noneMatch(whole::startsWith)) {
        add(String.valueOf(whole.getFileName()), whole);
      }
    }
  }

  private void add(String name, Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    if (!LinkName.isRoot(name)) {
      throw InputErrors.of(
          60,
          "\"" + Names.brief(name) + "\" cannot name a folder of links",
          Location.of(whole),
          "Name it with --link-root NAME=FOLDER, without / \\ : ; = and not beginning with a dot");
    }
    Path known = roots.putIfAbsent(name, whole);
    if (known != null && !known.equals(whole)) {
      throw InputErrors.of(
          61,
          "Two folders of links have the name \"" + name + "\": " + known + " and " + whole,
          Location.NONE,
          "Name one of them with --link-root NAME=FOLDER, or a folder above both");
    }
  }

  /** Returns a payload as a link to the place that it was read from, where it lies there as is. */
  Media link(Media media, PayloadRef ref, Location where) {
    Path path = ref.path();
    long offset = Math.max(0, ref.offset());
    if (path.getFileSystem() != FileSystems.getDefault()) {
      // A zip in no folder of links is the copy that is made where members are left out.
      Path zip = zip(path.getFileSystem()).toAbsolutePath().normalize();
      boolean lasting = roots.values().stream().anyMatch(zip::startsWith);
      Optional<Long> start = lasting ? storedAt(path, where) : Optional.empty();
      if (start.isEmpty()) {
        copied.increment();
        return media;
      }
      offset = start.get();
      path = zip(path.getFileSystem());
    }
    return link(media, path, offset, where);
  }

  /** Returns a payload as a link to a range of a file. */
  public Media link(Media media, Path file, long offset, Location where) {
    if (!(media instanceof HeapMedia heap)) {
      throw new IllegalArgumentException("payload that was not read");
    }
    linked.increment();
    return heap.linked(new LinkTarget(name(file.toAbsolutePath().normalize(), where), offset));
  }

  /** Counts a payload that lies compressed, or within a page of its file, so that it is copied. */
  public void copied() {
    copied.increment();
  }

  private String name(Path file, Location where) {
    for (Map.Entry<String, Path> root : roots.entrySet()) {
      if (file.startsWith(root.getValue())) {
        StringBuilder path = new StringBuilder();
        root.getValue().relativize(file).forEach(part -> path.append('/').append(part));
        String below = path.substring(1);
        Optional<String> fault = LinkName.fault(below);
        if (fault.isPresent()) {
          throw InputErrors.of(
              62, "Cannot be linked: it has " + fault.get(), where, "Rename it, or do not link");
        }
        used.put(root.getKey(), root.getValue());
        return LinkName.of(root.getKey(), below);
      }
    }
    throw InputErrors.of(
        63,
        "Cannot be linked: " + file + " is in none of the folders " + roots.values(),
        where,
        "Name a folder above it with --link-root NAME=FOLDER");
  }

  private static Path zip(FileSystem members) {
    return Path.of(members.toString());
  }

  /** Returns where a member of a zip begins, or empty if it is compressed. */
  private Optional<Long> storedAt(Path member, Location where) {
    Path zip = zip(member.getFileSystem());
    synchronized (stored) {
      Map<String, Long> starts = stored.computeIfAbsent(zip, file -> starts(file, where));
      return Optional.ofNullable(starts.get(member.toString().substring(1)));
    }
  }

  private static Map<String, Long> starts(Path zip, Location where) {
    Map<String, Long> starts = new HashMap<>();
    try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
      for (ZipArchiveEntry entry : Collections.list(file.getEntries())) {
        if (entry.getMethod() == ZipEntry.STORED && !entry.isDirectory()) {
          // Its place is known once the local header was looked at.
          try (InputStream raw = file.getRawInputStream(entry)) {
            if (raw != null) {
              starts.put(entry.getName(), entry.getDataOffset());
            }
          }
        }
      }
      return starts;
    } catch (IOException e) {
      throw InputErrors.badFile("zip", e, where);
    } catch (UncheckedIOException e) {
      throw InputErrors.badFile("zip", e.getCause(), where);
    }
  }

  /** Returns the folders that links begin at, by name. */
  public Map<String, Path> used() {
    return new TreeMap<>(used);
  }

  /** Returns the number of payloads that were linked. */
  public long linkedCount() {
    return linked.sum();
  }

  /** Returns the number of payloads that could not be linked, as they lie nowhere as they are. */
  public long copiedCount() {
    return copied.sum();
  }
}
