package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads payload files: hash, facts and structure in one go. Safe for use by several threads.
 *
 * <p>Before a file is read, its stamp is looked up in the hashes of earlier ingests and in the
 * journal of an interrupted one.
 */
public final class PayloadReader {
  /**
   * A payload that was read.
   *
   * @param media the payload
   * @param stamp the file it came from
   */
  public record Payload(Media media, FileStamp stamp) {}

  private final KnownHashes hashes;
  private final PayloadJournal journal;
  private final LongAdder filesRead = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder recalled = new LongAdder();

  /** Creates a reader. */
  public PayloadReader(KnownHashes hashes, PayloadJournal journal) {
    this.hashes = hashes;
    this.journal = journal;
  }

  /** Returns the number of files whose bytes were read. */
  public long filesRead() {
    return filesRead.sum();
  }

  /** Returns the number of bytes read from files. */
  public long bytesRead() {
    return bytesRead.sum();
  }

  /** Returns the number of files that were taken from the journal of an interrupted ingest. */
  public long filesRecalled() {
    return recalled.sum();
  }

  /** Counts a file that was read elsewhere, a table. */
  public void count(long bytes) {
    filesRead.increment();
    bytesRead.add(bytes);
  }

  /** Returns the SHA-256 of a file if it is known without reading it. */
  Optional<String> known(SourceFile file) {
    try {
      return hashes.sha256(FileStamp.of(file.path()));
    } catch (IOException e) {
      return Optional.empty(); // reading it will say what is wrong
    }
  }

  /** Reads an image file whole. */
  Payload image(SourceFile file, Location where) {
    FileStamp stamp;
    byte[] bytes;
    try {
      stamp = FileStamp.of(file.path());
      if (stamp.size() > Limits.VALUE_BYTES) {
        throw InputErrors.tooLarge(stamp.size(), where);
      }
      Optional<Media> staged = journal.recall(stamp.toString());
      if (staged.isPresent()) {
        recalled.increment();
        return new Payload(staged.get(), stamp);
      }
      bytes = bytes(file, stamp);
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where);
    }
    if (bytes.length != stamp.size()) {
      throw InputErrors.changed(where);
    }
    filesRead.increment();
    bytesRead.add(bytes.length);
    Media media = image(bytes, where);
    hashes.remember(stamp, media.sha256());
    return new Payload(media, stamp);
  }

  /** Makes an image of bytes, with its facts, after a look at its structure. */
  static Media image(byte[] bytes, Location where) {
    if (bytes.length == 0) {
      throw InputErrors.empty(where);
    }
    Optional<Probe> probe = MediaProbe.probe(bytes);
    if (probe.isEmpty()) {
      throw InputErrors.notAnImage("its first bytes are those of no known format", where);
    }
    if (probe.get().kind() != MediaKind.IMAGE) {
      throw InputErrors.notAnImage(
          probe.get().kind().id() + " (" + probe.get().codec() + ") cannot be ingested yet", where);
    }
    if (probe.get().isBroken()) {
      throw InputErrors.brokenImage(probe.get().codec(), probe.get().defect(), where);
    }
    Media media = probe.get().media(bytes);
    media.sha256(); // computed on first use: here, on the reading thread
    return media;
  }

  private static byte[] bytes(SourceFile file, FileStamp stamp) throws IOException {
    try (InputStream in = Files.newInputStream(file.path(), StandardOpenOption.READ)) {
      // One byte more than expected shows growth without reading it all.
      byte[] bytes = new byte[(int) stamp.size()];
      boolean whole = in.readNBytes(bytes, 0, bytes.length) == bytes.length && in.read() < 0;
      return whole ? bytes : new byte[bytes.length == 0 ? 1 : 0];
    }
  }
}
