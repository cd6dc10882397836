package dev.sheaf.format.media;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.layer.StoredMedia;
import dev.sheaf.format.internal.media.BadMediaException;
import dev.sheaf.format.internal.media.Clips;
import dev.sheaf.format.internal.media.FrameTable;
import dev.sheaf.format.internal.media.VideoPixels;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A video by frame number.
 *
 * <p>Frames are numbered from 0 in the order of presentation; what an edit list hides has no
 * number. A video of a dataset has its frame table from ingest, so a clip reads one range of the
 * payload: from the key frame needed to the last byte needed, verified by the checksums of the
 * table. The pixels are those that decoding the whole video gives.
 *
 * <p>Frames are turned as the video's display matrix says, and converted to RGB by the matrix and
 * range that the video names (BT.601, limited, where it names none). Samples of more than 8 bits
 * are rounded to 8.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Video {
  private final Media media;
  private final FrameTable table;
  private final Clips.Payload payload;

  private Video(Media media, FrameTable table) {
    this.media = media;
    this.table = table;
    this.payload = new Stored(media);
  }

  /** The payload of a cell, as the decoder reads it. */
  private record Stored(Media media) implements Clips.Payload {
    @Override
    public ByteBuffer range(long offset, int length) {
      return media.unverifiedRange(offset, length);
    }

    @Override
    public byte[] whole() {
      return media.toBytes();
    }

    @Override
    public CorruptDataException mismatch(CorruptDataException found) {
      return media instanceof StoredMedia stored ? stored.mismatch(found) : found;
    }
  }

  /**
   * Returns the video of a cell. Where the cell has no frame table (its payload was written without
   * one), the payload is read and its packets are listed now.
   *
   * @throws InvalidInputException {@code SHEAF-MED-001} if it is no video, {@code -002} if its
   *     packets cannot be listed
   * @throws CorruptDataException if the frame table is damaged
   */
  public static Video of(Media media) {
    Optional<ByteBuffer> stored = media.frameTable();
    ByteBuffer table = stored.isPresent() ? stored.get() : listed(media);
    return new Video(media, FrameTable.parse(table, media.byteLength()));
  }

  private static ByteBuffer listed(Media media) {
    Optional<Probe> probe = MediaProbe.probe(media.toBytes());
    if (probe.isPresent() && probe.get().isBroken()) {
      throw Failures.of(
          "video",
          new BadMediaException(
              BadMediaException.Reason.DAMAGED, "is damaged: " + probe.get().defect()));
    }
    if (probe.isEmpty() || !probe.get().frameTable().hasRemaining()) {
      throw Failures.of(
          "payload", new BadMediaException(BadMediaException.Reason.UNKNOWN, "is no video"));
    }
    return probe.get().frameTable();
  }

  /** Returns the number of frames. */
  public int frameCount() {
    return table.frames();
  }

  /** Returns the name of the codec, for example {@code h264}. */
  public String codec() {
    return table.setup().codec();
  }

  /** Returns the width of a frame as it is shown, in pixels. */
  public int width() {
    return table.orientation() > 4 ? table.setup().height() : table.setup().width();
  }

  /** Returns the height of a frame as it is shown, in pixels. */
  public int height() {
    return table.orientation() > 4 ? table.setup().width() : table.setup().height();
  }

  /** Returns the seconds of one unit of time. */
  public Ratio timeBase() {
    return new Ratio(table.timeBaseNumerator(), table.timeBaseDenominator());
  }

  /**
   * Returns what is known of a frame.
   *
   * @throws NotFoundException {@code SHEAF-NF-010} if there is no such frame
   */
  public Frame frame(int number) {
    require(number, number + 1L);
    int packet = table.packetOfFrame(number);
    return new Frame(
        number,
        table.pts(packet),
        table.offset(packet),
        table.size(packet),
        table.isKey(packet),
        table.type(packet));
  }

  /** Returns the numbers of the key frames, ascending. Costs nothing: the table has them. */
  public int[] keyFrames() {
    int[] found = new int[table.frames()];
    int count = 0;
    for (int frame = 0; frame < found.length; frame++) {
      if (table.isKey(table.packetOfFrame(frame))) {
        found[count++] = frame;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * Returns the bytes of each frame's packet, by frame number. Costs nothing: the table has them.
   */
  public int[] packetSizes() {
    int[] sizes = new int[table.frames()];
    for (int frame = 0; frame < sizes.length; frame++) {
      sizes[frame] = table.size(table.packetOfFrame(frame));
    }
    return sizes;
  }

  /**
   * Returns the frames {@code [from, to)} as they are; see {@link #clip(int, int, ClipOptions)}.
   */
  public Tensor clip(int from, int to) {
    return clip(from, to, ClipOptions.PLAIN);
  }

  /**
   * Returns the frames {@code [from, to)} as {@code uint8[t, h, w, 3]}.
   *
   * @throws NotFoundException {@code SHEAF-NF-010} if the video does not have them all
   * @throws InvalidInputException {@code SHEAF-MED-002} if they cannot be decoded, {@code -003} if
   *     they are too large, {@code -004} if there is no decoder
   * @throws CorruptDataException if a checksum does not hold
   */
  public Tensor clip(int from, int to, ClipOptions options) {
    require(from, to);
    try {
      return VideoPixels.decode(table, payload, from, to, request(options));
    } catch (BadMediaException e) {
      throw Failures.of("video", e);
    }
  }

  /** Returns all frames; see {@link #clip(int, int, ClipOptions)}. */
  public Tensor decode(ClipOptions options) {
    return clip(0, frameCount(), options);
  }

  /**
   * Returns the packets from which the frames {@code [from, to)} are decoded, without decoding
   * them: one range of the payload, copied.
   *
   * @throws NotFoundException {@code SHEAF-NF-010} if the video does not have them all
   * @throws InvalidInputException {@code SHEAF-MED-004} if the packets do not lie in one piece in
   *     the payload, as in an MPEG transport stream
   * @throws CorruptDataException if a checksum does not hold
   */
  public EncodedClip packets(int from, int to) {
    require(from, to);
    if (!table.isDirect()) {
      throw Failures.of(
          "video",
          new BadMediaException(
              BadMediaException.Reason.UNSUPPORTED,
              "has packets that do not lie in one piece in its container"));
    }
    Clips.Plan plan = Clips.Plan.of(table, from, to);
    ByteBuffer bytes = ByteBuffer.wrap(Clips.read(table, payload, plan)).asReadOnlyBuffer();
    int[] frameOf = new int[table.packets()];
    Arrays.fill(frameOf, -1);
    for (int frame = 0; frame < table.frames(); frame++) {
      frameOf[table.packetOfFrame(frame)] = frame;
    }
    List<EncodedClip.Packet> packets = new ArrayList<>();
    for (int packet = plan.first(); packet <= plan.last(); packet++) {
      int at = (int) (table.offset(packet) - plan.offset());
      packets.add(
          new EncodedClip.Packet(
              bytes.slice(at, table.size(packet)),
              table.pts(packet),
              table.isKey(packet),
              frameOf[packet]));
    }
    return new EncodedClip(codec(), table.setup().extradata().buffer().duplicate(), packets);
  }

  /**
   * Returns the motion vectors that the packets of the frames {@code [from, to)} hold: for each
   * frame an {@code int32[n, 8]} with a row for each block: the frame that it refers to (-1 one
   * before, 1 one behind), its width and height, the x and y of its centre, the motion in x and y,
   * and the scale by which the motion is to be divided to be in pixels. Frames without have {@code
   * n} 0. Costs a decode of these frames, without the conversion of colours; H.264, MPEG-2 and
   * MPEG-4 have them, other codecs give none.
   *
   * @throws NotFoundException {@code SHEAF-NF-010} if the video does not have them all
   * @throws InvalidInputException as {@link #clip(int, int, ClipOptions)}
   */
  public List<Tensor> motionVectors(int from, int to) {
    require(from, to);
    try {
      return VideoPixels.motion(table, payload, from, to, request(ClipOptions.PLAIN));
    } catch (BadMediaException e) {
      throw Failures.of("video", e);
    }
  }

  private static VideoPixels.Request request(ClipOptions options) {
    return new VideoPixels.Request(
        options.height(), options.width(), options.threads(), options.mostPixels());
  }

  private void require(long from, long to) {
    if (from < 0 || from >= to || to > table.frames()) {
      throw new NotFoundException(
          "SHEAF-NF-010",
          "Frames [" + from + ", " + to + ") are not there: the video has " + table.frames(),
          Location.NONE,
          from >= to
              ? "Name the first frame and the one behind the last"
              : "Frames are numbered from 0 to " + (table.frames() - 1));
    }
  }

  @Override
  public String toString() {
    return "Video[" + media.kind().id() + " " + codec() + ", " + table.frames() + " frames]";
  }
}
