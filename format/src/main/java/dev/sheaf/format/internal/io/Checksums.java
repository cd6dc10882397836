package dev.sheaf.format.internal.io;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** CRC-32C of what is read, SHA-256 of what is named. */
public final class Checksums {
  /** The unit in which payloads above {@link #BLOCKED_ABOVE} are checked, in bytes. */
  public static final int BLOCK_BYTES = 256 << 10;

  /** Payloads longer than this carry a checksum for each block. */
  public static final int BLOCKED_ABOVE = 1 << 20;

  private Checksums() {}

  /**
   * Returns the CRC-32C of the bytes between position and limit, which stay as they are. Never to
   * be called with mapped memory: a fault within the intrinsic would end the JVM.
   */
  public static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** Returns the CRC-32C of a part of an array. */
  public static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /**
   * Returns one CRC-32C for each {@link #BLOCK_BYTES}, or none for a payload of at most {@link
   * #BLOCKED_ABOVE}.
   */
  public static int[] blocks(byte[] bytes) {
    if (bytes.length <= BLOCKED_ABOVE) {
      return new int[0];
    }
    int[] crcs = new int[(bytes.length + BLOCK_BYTES - 1) / BLOCK_BYTES];
    for (int i = 0; i < crcs.length; i++) {
      int from = i * BLOCK_BYTES;
      crcs[i] = crc32c(bytes, from, Math.min(BLOCK_BYTES, bytes.length - from));
    }
    return crcs;
  }

  /** Returns a fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Returns the SHA-256 of {@code bytes}. */
  public static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  /** Returns lower-case hex digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
