package dev.sheaf.format.internal.source.archive;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip as a folder, read in place. Nothing is unpacked to disk; a member is inflated when it is
 * read.
 *
 * <p>Before anything is inflated, the directory of the zip is checked: names that leave the
 * archive, links and encrypted members are refused, and so is an archive that unfolds to more than
 * 1 GiB and more than {@value #MOST_RATIO} times its length, or to more than 16 TiB. Deflate alone
 * reaches a ratio of 1,032, so a bomb within the limits costs at most that; every payload is also
 * held to the length that the directory gives and to 1 GiB.
 *
 * <p>Where single members are left out instead, the rest is read from a copy in the temporary
 * folder, still packed: the file system of the JDK opens no zip with such a member in it.
 */
public final class ZipFolder {
  static final long MOST_RATIO = 200;
  static final long ALWAYS_FINE = 1L << 30;
  private static final long MOST_BYTES = 16L << 40;

  private final SourceFile file;
  private final SourceOptions options;

  private ZipFolder(SourceFile file, SourceOptions options) {
    this.file = file;
    this.options = options;
  }

  /**
   * Opens a zip and hands it to the options to be closed.
   *
   * @throws dev.sheaf.format.InvalidInputException if it is refused or none
   */
  public static FileSystem open(SourceFile file, SourceOptions options) throws IOException {
    return new ZipFolder(file, options).opened();
  }

  private FileSystem opened() throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(file.path()).get()) {
      List<ZipArchiveEntry> good = checked(zip);
      boolean whole = good.size() == Collections.list(zip.getEntries()).size();
      return whole ? system(file.path()) : copied(zip, good);
    } catch (IOException | IllegalArgumentException e) {
      throw InputErrors.badFile("zip", e, file.location());
    }
  }

  private FileSystem system(Path path) throws IOException {
    try {
      FileSystem system = FileSystems.newFileSystem(path);
      options.opened().accept(system);
      return system;
    } catch (ProviderNotFoundException e) {
      throw InputErrors.badFile("zip", e, file.location());
    }
  }

  /** Returns the members that can be taken; the others were reported, where that does not throw. */
  private List<ZipArchiveEntry> checked(ZipFile zip) throws IOException {
    long packed = Files.size(file.path());
    long total = 0;
    List<ZipArchiveEntry> good = new ArrayList<>();
    for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
      Optional<DatasetException> problem = problem(zip, entry);
      if (problem.isPresent()) {
        options.onError().accept(problem.get());
        continue;
      }
      good.add(entry);
      total += Math.max(0, entry.getSize());
      boolean tooMuch = total > MOST_BYTES || total > ALWAYS_FINE && total / MOST_RATIO > packed;
      if (tooMuch) {
        throw ArchiveErrors.tooMuch(
            packed + " bytes become " + total + " and more, above " + MOST_RATIO + " times",
            file.location());
      }
    }
    return good;
  }

  private Optional<DatasetException> problem(ZipFile zip, ZipArchiveEntry entry) {
    Location member = file.location().with("member", Names.brief(entry.getName()));
    Optional<String> unsafe = MemberNames.unsafe(entry.getName());
    if (unsafe.isPresent()) {
      return Optional.of(ArchiveErrors.unsafe(unsafe.get(), member));
    }
    if (entry.isUnixSymlink()) {
      return Optional.of(ArchiveErrors.link("", member));
    }
    boolean readable =
        zip.canReadEntryData(entry) && !entry.getGeneralPurposeBit().usesEncryption();
    return readable ? Optional.empty() : Optional.of(ArchiveErrors.unreadable(member));
  }

  /** Copies the members that can be taken, packed as they are. */
  private FileSystem copied(ZipFile zip, List<ZipArchiveEntry> good) throws IOException {
    Path copy = Files.createTempFile("sheaf-", ".zip");
    FileSystem system;
    try {
      try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(copy)) {
        for (ZipArchiveEntry entry : good) {
          copy(zip, entry, out);
        }
      }
      system = system(copy);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
    options.opened().accept(() -> Files.deleteIfExists(copy)); // after the file system is closed
    return system;
  }

  private static void copy(ZipFile zip, ZipArchiveEntry entry, ZipArchiveOutputStream out)
      throws IOException {
    try (InputStream raw = zip.getRawInputStream(entry)) {
      if (raw == null) {
        throw new ZipException("no bytes of " + entry.getName());
      }
      out.addRawArchiveEntry(entry, raw);
    }
  }
}
