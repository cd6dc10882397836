package dev.sheaf.format.internal.git;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One Git object, inflated. Immutable; the bytes are shared, nobody modifies them. */
class GitObject {
  /** The largest object that is read or written, in bytes. */
  static final int MAX_BYTES = 256 << 20;

  private final ObjectType type;
  private final byte[] bytes;

  GitObject(ObjectType type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  ObjectType type() {
    return type;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Computes the object's name from its type and bytes. */
  Oid id() {
    MessageDigest sha1 = sha1();
    sha1.update((type.label() + " " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
    return Oid.at(sha1.digest(bytes), 0);
  }

  static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no SHA-1", e);
    }
  }
}
