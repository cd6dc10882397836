package dev.sheaf.format.internal.blob;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A payload in memory that is not stored yet. Its SHA-256 is computed once, by the first thread
 * that asks.
 */
public final class HeapMedia implements Media {
  private final MediaKind kind;
  private final byte[] payload;
  private final Map<String, Object> facts;
  private volatile String sha256;
  private volatile Optional<ByteBuffer> frameTable;
  private LinkTarget link;

  /** Creates it; {@code payload} is not copied. */
  public HeapMedia(MediaKind kind, byte[] payload, Map<String, Object> facts) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.payload = Objects.requireNonNull(payload, "payload");
    this.facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** Creates it with a SHA-256 that is known already. */
  public HeapMedia(MediaKind kind, byte[] payload, Map<String, Object> facts, String sha256) {
    this(kind, payload, facts);
    this.sha256 = sha256;
  }

  /** Creates it with a frame table that is known already. */
  public HeapMedia(
      MediaKind kind, byte[] payload, Map<String, Object> facts, ByteBuffer frameTable) {
    this(kind, payload, facts);
    this.frameTable = Optional.of(frameTable.slice().asReadOnlyBuffer());
  }

  /** Returns the same payload, to be stored as a reference to where it lies. */
  public HeapMedia linked(LinkTarget target) {
    HeapMedia copy = new HeapMedia(kind, payload, facts, sha256());
    copy.frameTable = frameTable;
    copy.link = target;
    return copy;
  }

  /** Returns where the payload lies, if it is not to be copied. */
  public Optional<LinkTarget> link() {
    return Optional.ofNullable(link);
  }

  @Override
  public MediaKind kind() {
    return kind;
  }

  @Override
  public long byteLength() {
    return payload.length;
  }

  @Override
  public String sha256() {
    if (sha256 == null) {
      sha256 = Checksums.hex(Checksums.sha256(payload));
    }
    return sha256;
  }

  @Override
  public Map<String, Object> facts() {
    return facts;
  }

  @Override
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ByteBuffer range(long offset, int length) {
    Objects.checkFromIndexSize(offset, length, payload.length);
    return bytes().slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Lists the packets once, on the thread that asks first; empty where they cannot be listed. */
  @Override
  public Optional<ByteBuffer> frameTable() {
    if (frameTable == null) {
      frameTable =
          kind == MediaKind.VIDEO
              ? MediaProbe.frameTable(payload).map(ByteBuffer::asReadOnlyBuffer)
              : Optional.empty();
    }
    return frameTable.map(table -> table.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }

  @Override
  public byte[] toBytes() {
    return payload.clone();
  }

  @Override
  public void copyTo(ByteBuffer target) {
    target.put(payload);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(payload);
  }

  /** Returns the payload itself. */
  public byte[] payload() {
    return payload;
  }
}
