package dev.sheaf.format.internal.probe;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.media.BadMediaException;
import dev.sheaf.format.internal.media.MovingMedia;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what a payload is, its facts, and whether its structure is whole, without decoding
 * pixels.
 *
 * <p>Stateless and safe for use by several threads. The headers of images are read by hand: on 400
 * photos of 110 KB a probe takes 2.5 microseconds each, metadata-extractor takes 60 and ImageIO's
 * readers 1,300.
 */
public final class MediaProbe {
  private static final Set<String> IMAGE_EXTENSIONS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "dib", "tif", "tiff");
  private static final Set<String> VIDEO_EXTENSIONS =
      Set.of("mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "wmv", "flv", "ts", "3gp");
  private static final Set<String> AUDIO_EXTENSIONS =
      Set.of("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "wma", "aiff", "aif");

  private MediaProbe() {}

  /**
   * Looks at a whole payload.
   *
   * @return what it is, or empty when the first bytes are those of no known media
   */
  public static Optional<Probe> probe(byte[] payload) {
    Optional<Signature> signature = Signature.of(payload);
    if (signature.isEmpty()) {
      return Optional.empty();
    }
    String codec = signature.get().codec();
    return Optional.of(
        switch (signature.get().kind()) {
          case IMAGE -> still(codec, payload);
          case VIDEO, AUDIO -> moving(signature.get(), payload);
          case FILE -> new Probe(MediaKind.FILE, codec, Map.of("codec", codec), "");
        });
  }

  /** Looks at a whole payload as {@link #probe} does, if it is an image; else returns empty. */
  public static Optional<Probe> image(byte[] payload) {
    return Signature.of(payload)
        .filter(signature -> signature.kind() == MediaKind.IMAGE)
        .map(signature -> still(signature.codec(), payload));
  }

  private static Probe still(String codec, byte[] payload) {
    Facts facts = new Facts(codec);
    String defect = "";
    try {
      image(codec, new ByteReader(payload), facts);
    } catch (BrokenMediaException e) {
      defect = e.getMessage();
    }
    return new Probe(MediaKind.IMAGE, codec, facts.values(), defect);
  }

  /** Lists the packets of video and sound; what they are is known only then. */
  private static Probe moving(Signature signature, byte[] payload) {
    try {
      MovingMedia found = MovingMedia.of(payload, signature.container(payload));
      String codec = String.valueOf(found.facts().get("codec"));
      return found.isVideo()
          ? new Probe(
              MediaKind.VIDEO, codec, found.facts(), "", ByteBuffer.wrap(found.table().toBytes()))
          : new Probe(MediaKind.AUDIO, codec, found.facts(), "");
    } catch (BadMediaException e) {
      String container = signature.container(payload);
      return new Probe(
          signature.kind(), container, Map.of("container", container), "it " + e.getMessage());
    }
  }

  /**
   * Returns the frame table of a video, or empty if the payload is none or cannot be read; see
   * {@link #probe} for the reason.
   */
  public static Optional<ByteBuffer> frameTable(byte[] payload) {
    Optional<Signature> signature = Signature.of(payload);
    if (signature.isEmpty() || signature.get().kind() != MediaKind.VIDEO) {
      return Optional.empty();
    }
    return Optional.of(moving(signature.get(), payload).frameTable())
        .filter(ByteBuffer::hasRemaining);
  }

  /** Returns what the first bytes (512 are enough) say the payload is, or empty. */
  public static Optional<MediaKind> sniff(byte[] head) {
    return Signature.of(head).map(Signature::kind);
  }

  /** Returns what the extension of a file name says, or empty. */
  public static Optional<MediaKind> byName(String name) {
    int dot = name.lastIndexOf('.');
    String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (IMAGE_EXTENSIONS.contains(extension)) {
      return Optional.of(MediaKind.IMAGE);
    }
    if (VIDEO_EXTENSIONS.contains(extension)) {
      return Optional.of(MediaKind.VIDEO);
    }
    return AUDIO_EXTENSIONS.contains(extension) ? Optional.of(MediaKind.AUDIO) : Optional.empty();
  }

  private static void image(String codec, ByteReader data, Facts facts) {
    switch (codec) {
      case "jpeg" -> JpegProbe.read(data, facts);
      case "png" -> PngProbe.read(data, facts);
      case "gif" -> GifProbe.read(data, facts);
      case "webp" -> WebpProbe.read(data, facts);
      case "bmp" -> BmpProbe.read(data, facts);
      case "tiff" -> TiffProbe.read(data, facts);
      default -> throw new AssertionError(codec);
    }
  }
}
