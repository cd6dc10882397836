package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Limits;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * NumPy arrays in a zip, as {@code savez} writes them: stored ones are read from where they lie,
 * compressed ones in memory, up to 1 GiB each.
 */
public final class NpzSource extends ArraySource {
  public NpzSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  Opened open() throws IOException {
    FileChannel channel = FileChannel.open(file().path(), StandardOpenOption.READ);
    try {
      ZipFile zip;
      try {
        zip = ZipFile.builder().setSeekableByteChannel(channel).get();
      } catch (IOException | IllegalArgumentException e) {
        throw InputErrors.badFile("npz", e, file().location());
      }
      List<StoredArray> arrays = new ArrayList<>();
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        String name = entry.getName();
        Location where = file().location().with("member", Names.brief(name));
        if (!name.endsWith(".npy")) {
          throw Npy.malformed("the member is no .npy", where);
        }
        String column = column(name.substring(0, name.length() - ".npy".length()));
        arrays.add(Npy.parse(column, bytes(zip, entry, channel, where), where));
      }
      return new Opened(arrays, zip);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private RandomBytes bytes(ZipFile zip, ZipArchiveEntry entry, FileChannel channel, Location where)
      throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      long start = entry.getDataOffset();
      if (entry.getMethod() == ZipEntry.STORED) {
        if (start < 0 || entry.getSize() < 0 || start > channel.size() - entry.getSize()) {
          throw Npy.malformed("it is cut short at byte " + channel.size(), where);
        }
        return RandomBytes.of(channel, start, entry.getSize());
      }
      if (entry.getSize() > Limits.VALUE_BYTES) {
        throw InputErrors.tooLarge(entry.getSize(), where);
      }
      // One byte more than declared shows a member that unfolds to more.
      byte[] bytes = in.readNBytes((int) entry.getSize() + 1);
      if (bytes.length != entry.getSize()) {
        throw Npy.malformed(
            "it does not unfold to the " + entry.getSize() + " bytes it says", where);
      }
      return RandomBytes.of(bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw InputErrors.badFile("npz", e, where);
    }
  }
}
