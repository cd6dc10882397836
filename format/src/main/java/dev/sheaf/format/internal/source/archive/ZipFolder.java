package dev.sheaf.format.internal.source.archive;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.SourceFile;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip as a folder, read in place. Nothing is unpacked to disk; a member is inflated when it is
 * read.
 *
 * <p>Before anything is inflated, the directory of the zip is checked: names that leave the archive
 * and links are refused, and so is an archive that unfolds to more than 1 GiB and more than {@value
 * #MOST_RATIO} times its length, or to more than 16 TiB. Deflate alone reaches a ratio of 1,032, so
 * a bomb within the limits costs at most that; every payload is also held to the length that the
 * directory gives and to 1 GiB.
 */
public final class ZipFolder {
  static final long MOST_RATIO = 200;
  static final long ALWAYS_FINE = 1L << 30;
  private static final long MOST_BYTES = 16L << 40;

  private ZipFolder() {}

  /**
   * Opens a zip; the caller closes it.
   *
   * @throws dev.sheaf.format.InvalidInputException if it is refused or none
   */
  public static FileSystem open(SourceFile file) throws IOException {
    Location where = file.location();
    check(file, where);
    try {
      return FileSystems.newFileSystem(file.path());
    } catch (IOException | IllegalArgumentException | java.nio.file.ProviderNotFoundException e) {
      throw InputErrors.badFile("zip", e, where);
    }
  }

  private static void check(SourceFile file, Location where) throws IOException {
    long packed = Files.size(file.path());
    long total = 0;
    try (ZipFile zip = ZipFile.builder().setPath(file.path()).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        Location member = where.with("member", entry.getName());
        Optional<String> unsafe = MemberNames.unsafe(entry.getName());
        if (unsafe.isPresent()) {
          throw ArchiveErrors.unsafe(unsafe.get(), member);
        }
        if (entry.isUnixSymlink()) {
          throw ArchiveErrors.link("", member);
        }
        if (!zip.canReadEntryData(entry) || entry.getGeneralPurposeBit().usesEncryption()) {
          throw InputErrors.of(
              41,
              "Cannot be read: a member that is encrypted or compressed in an unusual way",
              member,
              "Write the zip again with deflate and without a password");
        }
        total += Math.max(0, entry.getSize());
        boolean tooMuch = total > MOST_BYTES || total > ALWAYS_FINE && total / MOST_RATIO > packed;
        if (tooMuch) {
          throw ArchiveErrors.tooMuch(
              packed + " bytes become " + total + " and more, above " + MOST_RATIO + " times",
              where);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw InputErrors.badFile("zip", e, where);
    }
  }
}
