package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Chunks, and beside them the linked files of the outside under their {@link LinkName}.
 *
 * <p>A linked file belongs to somebody else and may change at any moment. So it is opened for each
 * read, by position, and never mapped: every read is checked anew.
 */
public final class LinkedChunkStore implements ChunkStore {
  private final ChunkStore chunks;
  private final LinkRoots roots;
  private final Location dataset;

  /** Creates it; reads nothing. */
  public LinkedChunkStore(Path dataset, ChunkStore chunks, LinkRoots roots) {
    this.chunks = chunks;
    this.roots = roots;
    this.dataset = Location.of(dataset.toAbsolutePath().normalize());
  }

  @Override
  public ByteBuffer read(String chunk, long offset, int length) {
    if (!LinkName.isLink(chunk)) {
      return chunks.read(chunk, offset, length);
    }
    Path file = there(chunk);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (offset < 0 || length < 0 || offset > size - length) {
        throw tooShort(chunk, file, offset, length, size);
      }
      ByteBuffer target = ByteBuffer.allocate(length);
      while (target.hasRemaining()) {
        if (channel.read(target, offset + target.position()) < 0) {
          throw tooShort(chunk, file, offset, length, channel.size());
        }
      }
      return target.flip().order(ByteOrder.LITTLE_ENDIAN);
    } catch (NoSuchFileException e) {
      throw missing(chunk, file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns a file of the outside; looks twice where another process may have told where it is. */
  private Path there(String link) {
    String path = LinkName.path(link);
    Optional<String> fault =
        LinkName.isRoot(LinkName.root(link)) ? LinkName.fault(path) : Optional.of("a bad root");
    if (fault.isPresent()) {
      throw new CorruptDataException(
          "SHEAF-LNK-004",
          "Link is damaged: it names " + fault.get(),
          dataset.with("link", link),
          "Run `sheaf fsck` to list all damaged places");
    }
    Path file = roots.file(link);
    if (!Files.isRegularFile(file)) {
      roots.refresh();
      file = roots.file(link);
      if (!Files.isRegularFile(file)) {
        throw missing(link, file);
      }
    }
    return file;
  }

  private NotFoundException missing(String link, Path file) {
    String root = LinkName.root(link);
    Path folder = roots.folder(root);
    if (!Files.isDirectory(folder)) {
      return new NotFoundException(
          "SHEAF-LNK-003",
          "Folder of the links \"" + root + "\" is not here: " + folder,
          dataset.with("link", link),
          "Say where this machine has it: " + LinkRoots.VARIABLE + "=" + root + "=FOLDER");
    }
    return new NotFoundException(
        "SHEAF-LNK-001",
        "Linked file is missing: " + file,
        dataset.with("link", link),
        "Bring it back, or delete the sample; `sheaf fsck` lists all that is missing");
  }

  private CorruptDataException tooShort(
      String link, Path file, long offset, long length, long size) {
    return changed(
        link,
        file,
        "expected bytes [" + offset + ", " + (offset + length) + "), it has " + size,
        offset);
  }

  private CorruptDataException changed(String link, Path file, String what, long offset) {
    return new CorruptDataException(
        "SHEAF-LNK-002",
        "Linked file has changed: " + file + ": " + what,
        dataset.with("link", link).with("offset", offset),
        "Bring the old file back, or take the new one in with `sheaf ingest --link`");
  }

  @Override
  public CorruptDataException mismatch(
      String chunk, long offset, int length, int stored, int computed) {
    if (!LinkName.isLink(chunk)) {
      return chunks.mismatch(chunk, offset, length, stored, computed);
    }
    String what =
        String.format(
            "bytes [%d, %d) have the CRC-32C 0x%08x, expected 0x%08x",
            offset, offset + length, computed, stored);
    return changed(chunk, roots.file(chunk), what, offset);
  }

  /** Returns the store of what is no link. */
  public ChunkStore chunks() {
    return chunks;
  }

  @Override
  public PageBytes readPage(String chunk, long offset, int length, int crc32c) {
    return LinkName.isLink(chunk)
        ? ChunkStore.super.readPage(chunk, offset, length, crc32c)
        : chunks.readPage(chunk, offset, length, crc32c);
  }

  @Override
  public Optional<MovedChunk> moved(String chunk) {
    return LinkName.isLink(chunk) ? Optional.empty() : chunks.moved(chunk);
  }

  @Override
  public Optional<MovedChunk> resolved(String chunk) {
    return LinkName.isLink(chunk) ? Optional.empty() : chunks.resolved(chunk);
  }

  @Override
  public Optional<ByteBuffer> map(String chunk) {
    return LinkName.isLink(chunk) ? Optional.empty() : chunks.map(chunk);
  }

  @Override
  public Optional<Path> path(String chunk) {
    return LinkName.isLink(chunk) ? Optional.of(roots.file(chunk)) : chunks.path(chunk);
  }

  /** Returns 0 for the root of links whose folder is there. */
  @Override
  public long size(String chunk) {
    if (!LinkName.isLink(chunk)) {
      return chunks.size(chunk);
    }
    Path file = roots.file(chunk);
    try {
      return LinkName.path(chunk).isEmpty() ? (Files.isDirectory(file) ? 0 : -1) : Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns where this machine has what links begin at. */
  public LinkRoots roots() {
    return roots;
  }

  @Override
  public ChunkWriter create() {
    return chunks.create();
  }

  @Override
  public void syncNames() {
    chunks.syncNames();
  }

  @Override
  public void close() {
    chunks.close();
  }
}
