package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32;

/**
 * Reads payload files and members of archives: hash, facts and structure in one go. Safe for use by
 * several threads.
 *
 * <p>Before a payload is read, its stamp is looked up in the hashes of earlier ingests and in the
 * journal of an interrupted one.
 */
public final class PayloadReader implements AutoCloseable {
  /**
   * A payload that was read.
   *
   * @param media the payload
   * @param stamp the file or range it came from
   */
  public record Payload(Media media, FileStamp stamp) {}

  /**
   * A text file that was read.
   *
   * @param text what it says
   * @param sha256 the SHA-256 of its bytes as 64 hex digits
   */
  public record Text(String text, String sha256) {}

  private final KnownHashes hashes;
  private final PayloadJournal journal;
  private final Linker linker;
  private final LongAdder filesRead = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder recalled = new LongAdder();

  /** Archives stay open, for many members of one are read. */
  private final Map<Path, FileChannel> archives = new ConcurrentHashMap<>();

  /** Creates a reader. */
  public PayloadReader(KnownHashes hashes, PayloadJournal journal) {
    this(hashes, journal, null);
  }

  /** Creates a reader; with a linker, payloads stay where they are. */
  public PayloadReader(KnownHashes hashes, PayloadJournal journal, Linker linker) {
    this.hashes = hashes;
    this.journal = journal;
    this.linker = linker;
  }

  /** Returns the number of files and members whose bytes were read. */
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

  /** Returns the SHA-256 of a payload if it is known without reading it. */
  public Optional<String> known(PayloadRef ref) {
    if (hashes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return hashes.sha256(FileStamp.of(ref));
    } catch (IOException e) {
      return Optional.empty(); // reading it will say what is wrong
    }
  }

  /** Reads a payload whole. */
  public Payload media(PayloadRef ref, Location where) {
    try {
      FileStamp stamp = stamp(ref, where);
      Optional<Media> staged = journal.recall(stamp.toString());
      if (staged.isPresent()) {
        recalled.increment();
        return new Payload(linked(staged.get(), ref, where), stamp);
      }
      Media media = media(bytes(ref, stamp, where), ref.kind(), where);
      hashes.remember(stamp, media.sha256());
      return new Payload(linked(media, ref, where), stamp);
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where);
    }
  }

  private Media linked(Media media, PayloadRef ref, Location where) {
    return linker == null ? media : linker.link(media, ref, where);
  }

  /** Makes a payload of bytes that lie in a row of their source, with its facts. */
  public Media media(MediaBytes embedded, MediaKind wanted, Location where) {
    Media media = media(embedded.bytes(), wanted, where);
    if (linker == null) {
      return media;
    }
    if (embedded.file().isEmpty()) {
      linker.copied();
      return media;
    }
    return linker.link(media, embedded.file().get(), embedded.offset(), where);
  }

  /** Reads UTF-8 text whole. A byte order mark is passed over. */
  public Text text(PayloadRef ref, Location where) {
    try {
      FileStamp stamp = stamp(ref, where);
      byte[] bytes = bytes(ref, stamp, where);
      String text = StrictUtf8.decode(bytes, where);
      String sha256 = HexFormat.of().formatHex(CanonicalHash.sha256().digest(bytes));
      hashes.remember(stamp, sha256);
      return new Text(text, sha256);
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where);
    }
  }

  private static FileStamp stamp(PayloadRef ref, Location where) throws IOException {
    FileStamp stamp = FileStamp.of(ref);
    if (stamp.size() > Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(stamp.size(), where);
    }
    return stamp;
  }

  private byte[] bytes(PayloadRef ref, FileStamp stamp, Location where) throws IOException {
    byte[] bytes = ref.isWhole() ? whole(ref, stamp, where) : range(ref, where);
    filesRead.increment();
    bytesRead.add(bytes.length);
    return bytes;
  }

  private static byte[] whole(PayloadRef ref, FileStamp stamp, Location where) throws IOException {
    try (InputStream in = Files.newInputStream(ref.path(), StandardOpenOption.READ)) {
      // One byte more than expected shows growth without reading it all.
      byte[] bytes = new byte[(int) stamp.size()];
      if (in.readNBytes(bytes, 0, bytes.length) != bytes.length || in.read() >= 0) {
        throw InputErrors.changed(where);
      }
      if (ref.path().getFileSystem() != FileSystems.getDefault()) {
        requireZipCrc(ref.path(), bytes, where);
      }
      return bytes;
    }
  }

  /** Compares with the checksum that the directory of the zip has: the JDK does not. */
  private static void requireZipCrc(Path member, byte[] bytes, Location where) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (Files.getAttribute(member, "zip:crc") instanceof Long stored && stored != crc.getValue()) {
      throw InputErrors.damagedMember(stored, crc.getValue(), where);
    }
  }

  private byte[] range(PayloadRef ref, Location where) throws IOException {
    FileChannel channel;
    try {
      channel =
          archives.computeIfAbsent(
              ref.path(),
              path -> {
                try {
                  return FileChannel.open(path, StandardOpenOption.READ);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (ref.offset() > channel.size() - ref.length()) {
      throw InputErrors.changed(where); // its end was checked when the member was found
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) ref.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, ref.offset() + bytes.position()) < 0) {
        throw new EOFException("the file was cut short while it was read");
      }
    }
    return bytes.array();
  }

  /** Makes a payload of bytes, with its facts, after a look at its structure. */
  public static Media media(byte[] bytes, MediaKind wanted, Location where) {
    if (bytes.length == 0) {
      throw InputErrors.empty(where);
    }
    Optional<Probe> probe = MediaProbe.probe(bytes);
    if (wanted == MediaKind.FILE) {
      return hashed(
          Media.of(wanted, bytes, probe.map(found -> facts(found, wanted)).orElse(Map.of())));
    }
    if (probe.isEmpty()) {
      throw InputErrors.notMedia(wanted, "its first bytes are those of no known format", where);
    }
    if (!MediaFiles.isOneOf(probe.get().kind(), wanted)) {
      throw InputErrors.notMedia(
          wanted, probe.get().kind().id() + " (" + probe.get().codec() + ")", where);
    }
    if (probe.get().isBroken()) {
      throw InputErrors.broken(wanted, probe.get().codec(), probe.get().defect(), where);
    }
    return hashed(
        probe.get().kind() == wanted
            ? probe.get().media(bytes)
            : Media.of(wanted, bytes, facts(probe.get(), wanted)));
  }

  private static Map<String, Object> facts(Probe probe, MediaKind wanted) {
    return probe.kind() == wanted ? probe.facts() : Map.of("codec", probe.codec());
  }

  private static Media hashed(Media media) {
    media.sha256(); // computed on first use: here, on the reading thread
    return media;
  }

  @Override
  public void close() {
    for (FileChannel archive : archives.values()) {
      try {
        archive.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    archives.clear();
  }
}
