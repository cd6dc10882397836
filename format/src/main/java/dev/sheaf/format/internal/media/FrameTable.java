package dev.sheaf.format.internal.media;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * What the packets of a video are, without their bytes: enough to decode any range of frames from
 * one range of the payload. Immutable.
 *
 * <p>Packets are in decode order. The packets that are shown have a <i>frame number</i>: their
 * position by presentation time.
 *
 * <p>Spec: {@code docs/format-spec.md#frame-table}.
 */
public final class FrameTable {
  /** Flag of a packet: decoding can begin here. */
  public static final int KEY = 8;

  /** Flag of a packet: it is decoded for others and not shown. */
  public static final int HIDDEN = 16;

  /** Flag of a packet: no other needs it. */
  public static final int DISPOSABLE = 32;

  private static final int TYPE_MASK = 7;
  private static final int MAGIC = 0x54464853; // "SHFT"
  private static final int VERSION = 1;
  private static final int DIRECT = 1;
  private static final int TIMED = 2;
  private static final int MOST_PACKETS = 1 << 26;
  private static final int MOST_EXTRADATA = 1 << 24;
  private static final int HEADER_BYTES = 64;

  private final Setup setup;
  private final boolean direct;
  private final boolean timed;
  private final int timeBaseNumerator;
  private final int timeBaseDenominator;
  private final int orientation;
  private final byte[] flags;
  private final int[] size;
  private final long[] offset;
  private final long[] pts;
  private final int[] crc;
  private final int[] packetOfFrame;

  /**
   * What a decoder has to know before the first packet. Names are FFmpeg's; matrix, primaries and
   * transfer are code points of ISO/IEC 23091-2.
   *
   * @param codec the name of the codec, for example {@code h264}
   * @param tag the codec's four-character tag in the container, or 0
   * @param pixelFormat the name of the pixel format, or the empty string
   * @param width the width of the coded picture in pixels
   * @param height the height
   * @param delay how many frames a decoder holds back to put them in order
   * @param profile the codec's profile, or -99
   * @param level the codec's level, or -99
   * @param bits the bits of a coded sample, or 0
   * @param range 0 unknown, 1 limited, 2 full
   * @param matrix the coefficients from RGB
   * @param extradata the codec's global headers; not to be changed
   */
  public record Setup(
      String codec,
      int tag,
      String pixelFormat,
      int width,
      int height,
      int delay,
      int profile,
      int level,
      int bits,
      int range,
      int matrix,
      Bytes extradata) {}

  /** Bytes that compare by content. */
  public record Bytes(ByteBuffer buffer) {
    /** Keeps a read-only view. */
    public Bytes {
      buffer = buffer.slice().asReadOnlyBuffer();
    }

    static Bytes of(byte[] bytes) {
      return new Bytes(ByteBuffer.wrap(bytes));
    }

    byte[] copy() {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
  }

  FrameTable(
      Setup setup,
      boolean direct,
      boolean timed,
      int timeBaseNumerator,
      int timeBaseDenominator,
      int orientation,
      byte[] flags,
      int[] size,
      long[] offset,
      long[] pts,
      int[] crc) {
    this.setup = Objects.requireNonNull(setup, "setup");
    this.direct = direct;
    this.timed = timed;
    this.timeBaseNumerator = timeBaseNumerator;
    this.timeBaseDenominator = timeBaseDenominator;
    this.orientation = orientation;
    this.flags = flags;
    this.size = size;
    this.offset = offset;
    this.pts = pts;
    this.crc = crc;
    this.packetOfFrame = byTime(flags, pts);
  }

  /** Returns the shown packets by presentation time; equal times keep their decode order. */
  private static int[] byTime(byte[] flags, long[] pts) {
    Integer[] shown = new Integer[flags.length];
    int count = 0;
    boolean ascending = true;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < flags.length; i++) {
      if ((flags[i] & HIDDEN) == 0) {
        shown[count++] = i;
        ascending &= pts[i] >= last;
        last = pts[i];
      }
    }
    if (!ascending) {
      Arrays.sort(shown, 0, count, (a, b) -> Long.compare(pts[a], pts[b]));
    }
    int[] packets = new int[count];
    for (int i = 0; i < count; i++) {
      packets[i] = shown[i];
    }
    return packets;
  }

  /** Returns what a decoder has to know. */
  public Setup setup() {
    return setup;
  }

  /**
   * Tells whether every packet lies in the payload byte for byte at its offset, and a decoder needs
   * nothing else: if not, a clip needs the whole payload.
   */
  public boolean isDirect() {
    return direct;
  }

  /**
   * Tells whether the container says when each packet is shown. If not, times are those of
   * decoding, and frames are numbered as a decoder gives them.
   */
  public boolean isTimed() {
    return timed;
  }

  /** Returns the seconds of a unit of time, as the numerator of a ratio. */
  public int timeBaseNumerator() {
    return timeBaseNumerator;
  }

  /** Returns the denominator of {@link #timeBaseNumerator}. */
  public int timeBaseDenominator() {
    return timeBaseDenominator;
  }

  /** Returns how the picture is to be turned, as an EXIF orientation 1 to 8. */
  public int orientation() {
    return orientation;
  }

  /** Returns the number of packets. */
  public int packets() {
    return flags.length;
  }

  /** Returns the number of frames. */
  public int frames() {
    return packetOfFrame.length;
  }

  /** Returns the packet of a frame. */
  public int packetOfFrame(int frame) {
    return packetOfFrame[frame];
  }

  /** Tells whether decoding can begin at a packet. */
  public boolean isKey(int packet) {
    return (flags[packet] & KEY) != 0;
  }

  /** Tells whether a packet gives no frame. */
  public boolean isHidden(int packet) {
    return (flags[packet] & HIDDEN) != 0;
  }

  /** Tells whether no other packet needs this one. */
  public boolean isDisposable(int packet) {
    return (flags[packet] & DISPOSABLE) != 0;
  }

  /** Returns the type of a packet's picture: {@code I}, {@code P}, {@code B}, or {@code ?}. */
  public char type(int packet) {
    return "?IPB????".charAt(flags[packet] & TYPE_MASK);
  }

  /** Returns the length of a packet in bytes. */
  public int size(int packet) {
    return size[packet];
  }

  /** Returns the first byte of a packet in the payload. */
  public long offset(int packet) {
    return offset[packet];
  }

  /** Returns the presentation time of a packet in units of the time base. */
  public long pts(int packet) {
    return pts[packet];
  }

  /**
   * Returns the CRC-32C over the packets from the last key packet to this one, in decode order: for
   * the last packet of a group of pictures that of the group.
   */
  public int crc(int packet) {
    return crc[packet];
  }

  /**
   * Returns the packet at which decoding has to begin so that the packets {@code wanted} come out
   * right: the last key packet before all of them that is shown no later than any of them. Pictures
   * that are decoded after a key picture and shown before it may need what lies before it.
   */
  public int start(int[] wanted) {
    int first = Integer.MAX_VALUE;
    long earliest = Long.MAX_VALUE;
    for (int packet : wanted) {
      first = Math.min(first, packet);
      earliest = Math.min(earliest, pts[packet]);
    }
    int start = first;
    while (start > 0 && !(isKey(start) && pts[start] <= earliest)) {
      start--;
    }
    return start;
  }

  /** Returns the stored form. */
  public byte[] toBytes() {
    byte[] codec = setup.codec().getBytes(StandardCharsets.UTF_8);
    byte[] format = setup.pixelFormat().getBytes(StandardCharsets.UTF_8);
    byte[] extradata = setup.extradata().copy();
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) ((direct ? DIRECT : 0) | (timed ? TIMED : 0)));
    header.put((byte) orientation).put((byte) setup.range());
    header.putInt(packets()).putInt(timeBaseNumerator).putInt(timeBaseDenominator);
    header.putInt(setup.width()).putInt(setup.height());
    header.putInt(setup.tag()).putInt(setup.profile()).putInt(setup.level());
    header.putShort((short) setup.delay()).putShort((short) setup.bits());
    header.putShort((short) setup.matrix()).putShort((short) 0);
    header.putInt(codec.length).putInt(format.length).putInt(extradata.length);
    header.putInt(0);
    StoredBytes out = new StoredBytes(HEADER_BYTES + extradata.length + packets() * 12L);
    out.add(header.array());
    out.add(codec);
    out.add(format);
    out.add(extradata);
    out.add(flags);
    for (int bytes : size) {
      out.addVarint(bytes);
    }
    long end = 0;
    for (int i = 0; i < packets(); i++) {
      out.addVarint(zigzag(offset[i] - end));
      end = offset[i] + size[i];
    }
    long before = 0;
    for (long time : pts) {
      out.addVarint(zigzag(time - before));
      before = time;
    }
    ByteBuffer crcs = ByteBuffer.allocate(4 * packets()).order(ByteOrder.LITTLE_ENDIAN);
    crcs.asIntBuffer().put(crc);
    out.add(crcs.array());
    return out.toBytes();
  }

  /**
   * Reads the stored form.
   *
   * @param payloadBytes the length of the payload, within which all packets have to lie
   * @throws CorruptDataException {@code SHEAF-CHK-007} if it is not what the format says
   */
  public static FrameTable parse(ByteBuffer stored, long payloadBytes) {
    ByteBuffer in = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      return parseChecked(in, payloadBytes);
    } catch (BufferUnderflowException e) {
      throw damaged("it ends at byte " + in.limit() + ", in the middle");
    }
  }

  private static FrameTable parseChecked(ByteBuffer in, long payloadBytes) {
    if (in.getInt() != MAGIC) {
      throw damaged("it does not begin with SHFT");
    }
    int version = in.get();
    if (version != VERSION) {
      throw damaged("version=" + version + " is not known");
    }
    int bits = in.get();
    int orientation = in.get();
    int range = in.get();
    int packets = in.getInt();
    int numerator = in.getInt();
    int denominator = in.getInt();
    int width = in.getInt();
    int height = in.getInt();
    int tag = in.getInt();
    int profile = in.getInt();
    int level = in.getInt();
    int delay = in.getShort() & 0xffff;
    int sampleBits = in.getShort() & 0xffff;
    int matrix = in.getShort() & 0xffff;
    in.getShort();
    int codecLength = in.getInt();
    int formatLength = in.getInt();
    int extradataLength = in.getInt();
    in.getInt();
    check(orientation >= 1 && orientation <= 8, "orientation", orientation);
    check(range >= 0 && range <= 2, "range", range);
    check(packets >= 0 && packets <= MOST_PACKETS, "packets", packets);
    check(numerator > 0, "time base numerator", numerator);
    check(denominator > 0, "time base denominator", denominator);
    check(width >= 0 && height >= 0, "size", Math.min(width, height));
    check(codecLength > 0 && codecLength <= 64, "codec length", codecLength);
    check(formatLength >= 0 && formatLength <= 64, "pixel format length", formatLength);
    check(
        extradataLength >= 0 && extradataLength <= MOST_EXTRADATA,
        "extradata length",
        extradataLength);
    String codec = new String(bytes(in, codecLength), StandardCharsets.UTF_8);
    String format = new String(bytes(in, formatLength), StandardCharsets.UTF_8);
    byte[] extradata = bytes(in, extradataLength);
    // Every packet takes at least a byte in each of four columns, so this bounds what is allocated.
    check(packets <= in.remaining() / 8, "packets", packets);
    byte[] flags = bytes(in, packets);
    int[] size = new int[packets];
    for (int i = 0; i < packets; i++) {
      long bytes = varint(in);
      check(bytes >= 0 && bytes <= Integer.MAX_VALUE, "size of packet " + i, bytes);
      size[i] = (int) bytes;
    }
    boolean direct = (bits & DIRECT) != 0;
    long[] offset = new long[packets];
    long end = 0;
    for (int i = 0; i < packets; i++) {
      offset[i] = end + unzigzag(varint(in));
      end = offset[i] + size[i];
      boolean within = offset[i] >= 0 && offset[i] <= payloadBytes - size[i];
      check(within || !direct, "offset of packet " + i, offset[i]);
    }
    long[] pts = new long[packets];
    long before = 0;
    for (int i = 0; i < packets; i++) {
      before += unzigzag(varint(in));
      pts[i] = before;
    }
    int[] crc = new int[packets];
    check(in.remaining() == 4L * packets, "bytes of the checksums", in.remaining());
    in.asIntBuffer().get(crc);
    Setup setup =
        new Setup(
            codec,
            tag,
            format,
            width,
            height,
            delay,
            profile,
            level,
            sampleBits,
            range,
            matrix,
            Bytes.of(extradata));
    return new FrameTable(
        setup,
        direct,
        (bits & TIMED) != 0,
        numerator,
        denominator,
        orientation,
        flags,
        size,
        offset,
        pts,
        crc);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  private static long unzigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = in.get();
      check(shift < 63 || (next & 0xfe) == 0, "number of more than 64 bits at byte", in.position());
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number has more than 64 bits at byte " + in.position());
  }

  private static void check(boolean holds, String what, long value) {
    if (!holds) {
      throw damaged(what + "=" + value);
    }
  }

  private static CorruptDataException damaged(String what) {
    return new CorruptDataException(
        "SHEAF-CHK-007",
        "Frame table is damaged: " + what,
        Location.NONE,
        "Run `sheaf fsck` to list all damaged chunks");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FrameTable table && Arrays.equals(toBytes(), table.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }
}
