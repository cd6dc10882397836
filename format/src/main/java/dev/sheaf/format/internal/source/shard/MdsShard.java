package dev.sheaf.format.internal.source.shard;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdInputStream;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Limits;
import dev.sheaf.format.internal.source.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * One shard as its index describes it: a u32 with the number of samples, one more u32 than that
 * with the offsets at which they begin, the description of the columns, then the samples. A sample
 * is the lengths of its columns of varying size as u32, then the values.
 *
 * <p>Source: {@code streaming/base/format/mds/writer.py} and {@code reader.py} of
 * mosaicml-streaming, version 2 of the format.
 */
final class MdsShard {
  private static final Map<String, String> DIGESTS =
      Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512", "md5", "MD5");

  private final String basename;
  private final Path path;
  private final String compression;
  private final long rawBytes;
  private final JsonNode hashes;
  private final long samples;
  private final List<String> names = new ArrayList<>();
  private final List<MdsEncoding> encodings = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();

  /**
   * Reads the description of a shard.
   *
   * @param folder where the index lies
   * @throws InvalidInputException if it is not one that can be read
   */
  MdsShard(JsonNode about, Path folder, Location index) {
    boolean known =
        about.path("format").asText().equals("mds") && about.path("version").asInt() == 2;
    if (!known) {
      throw malformed(
          "a shard of format "
              + Names.brief(about.path("format").asText())
              + ", version "
              + about.path("version").asInt(),
          index);
    }
    JsonNode raw = about.path("raw_data");
    JsonNode zip = about.path("zip_data");
    String plain = fileName(raw, index);
    boolean unpacked = Files.isRegularFile(folder.resolve(plain)) || !zip.isObject();
    this.basename = unpacked ? plain : fileName(zip, index);
    this.path = folder.resolve(basename);
    this.compression = unpacked ? "" : about.path("compression").asText().split(":", 2)[0];
    this.rawBytes = raw.path("bytes").asLong(-1);
    this.hashes = (unpacked ? raw : zip).path("hashes");
    this.samples = about.path("samples").asLong(-1);
    about.path("column_names").forEach(name -> names.add(name.asText()));
    about.path("column_encodings").forEach(name -> encodings.add(new MdsEncoding(name.asText())));
    about.path("column_sizes").forEach(size -> sizes.add(size.asLong(0)));
    if (names.size() != encodings.size() || names.size() != sizes.size() || samples < 0) {
      throw malformed(
          "the columns or samples of " + Names.brief(basename) + " do not add up", index);
    }
    for (int i = 0; i < names.size(); i++) {
      encodings.get(i).check(index.with("column", Names.brief(names.get(i))));
    }
  }

  private static String fileName(JsonNode file, Location index) {
    String name = file.path("basename").asText("");
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
      throw malformed("a shard named \"" + Names.brief(name) + "\"", index);
    }
    return name;
  }

  String basename() {
    return basename;
  }

  Path path() {
    return path;
  }

  boolean isCompressed() {
    return !compression.isEmpty();
  }

  long samples() {
    return samples;
  }

  List<String> names() {
    return names;
  }

  List<MdsEncoding> encodings() {
    return encodings;
  }

  /** Reads the shard whole, unfolds it and checks that it is what the index says. */
  ByteBuffer read(Location where) throws IOException {
    byte[] stored = stored(where);
    check(stored, where);
    byte[] raw = compression.isEmpty() ? stored : unfolded(stored, where);
    if (raw.length != rawBytes) {
      throw malformed(rawBytes + " bytes are expected, there are " + raw.length, where);
    }
    ByteBuffer data = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    if (raw.length < 8 || (data.getInt(0) & 0xffffffffL) != samples) {
      throw malformed("the shard does not begin with its " + samples + " samples", where);
    }
    if (samples > (raw.length - 8) / 4) {
      throw malformed("the offsets of " + samples + " samples are more than the shard", where);
    }
    return data;
  }

  private byte[] stored(Location where) throws IOException {
    long size = Files.size(path);
    if (size > Limits.VALUE_BYTES || rawBytes > Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(Math.max(size, rawBytes), where);
    }
    return Files.readAllBytes(path);
  }

  /** Compares with the hashes of the index that this platform has; xxHash is not among them. */
  private void check(byte[] bytes, Location where) {
    for (Map.Entry<String, JsonNode> hash : hashes.properties()) {
      if (DIGESTS.containsKey(hash.getKey())) {
        try {
          MessageDigest digest = MessageDigest.getInstance(DIGESTS.get(hash.getKey()));
          if (!HexFormat.of().formatHex(digest.digest(bytes)).equals(hash.getValue().asText())) {
            throw malformed("its " + hash.getKey() + " is not that of the index", where);
          }
        } catch (NoSuchAlgorithmException e) {
          throw new AssertionError("every Java platform has " + hash.getKey(), e);
        }
      }
    }
  }

  private byte[] unfolded(byte[] stored, Location where) throws IOException {
    InputStream bytes = new java.io.ByteArrayInputStream(stored);
    try (InputStream in =
        switch (compression) {
          case "zstd" -> new ZstdInputStream(bytes);
          case "gz" -> new GZIPInputStream(bytes);
          default ->
              throw InputErrors.of(
                  41,
                  "Cannot be read: MDS compression \"" + Names.brief(compression) + "\"",
                  where,
                  "Write the shards with zstd, gz or none");
        }) {
      // One byte more than the index says shows a shard that unfolds to more.
      return in.readNBytes((int) Math.max(0, rawBytes) + 1);
    } catch (IOException e) {
      throw malformed(String.valueOf(e.getMessage()), where);
    }
  }

  /** Returns the bytes of one sample. */
  ByteBuffer sample(ByteBuffer shard, int index, Location where) {
    long from = shard.getInt(4 + 4 * index) & 0xffffffffL;
    long to = shard.getInt(8 + 4 * index) & 0xffffffffL;
    if (from > to || to > shard.limit()) {
      throw malformed("bytes " + from + " to " + to + " of " + shard.limit(), where);
    }
    return shard.slice((int) from, (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns where a sample begins in the unfolded shard. */
  static long offset(ByteBuffer shard, int index) {
    return shard.getInt(4 + 4 * index) & 0xffffffffL;
  }

  /** Cuts a sample into the bytes of its columns. */
  List<byte[]> values(ByteBuffer sample, Location where) {
    long[] lengths = new long[names.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = sizes.get(i);
      if (lengths[i] <= 0) {
        if (sample.remaining() < 4) {
          throw malformed("a sample of " + sample.limit() + " bytes is cut short", where);
        }
        lengths[i] = sample.getInt() & 0xffffffffL;
      }
    }
    List<byte[]> values = new ArrayList<>();
    for (long length : lengths) {
      if (length > sample.remaining()) {
        throw malformed(
            "a value of " + length + " bytes, " + sample.remaining() + " are left", where);
      }
      byte[] value = new byte[(int) length];
      sample.get(value);
      values.add(value);
    }
    return values;
  }

  static InvalidInputException malformed(String reason, Location where) {
    return InputErrors.of(
        39,
        "Malformed MDS: " + Names.brief(reason),
        where,
        "Write the shards again, or pass --on-error skip to leave them out");
  }
}
