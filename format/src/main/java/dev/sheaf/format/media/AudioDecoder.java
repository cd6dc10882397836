package dev.sheaf.format.media;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.media.AudioSamples;
import dev.sheaf.format.internal.media.BadMediaException;
import java.nio.ByteBuffer;

/**
 * Decodes sound, of sound files and of videos, to {@code float32[samples, channels]}: full scale is
 * -1 to 1, though lossy codecs may go beyond.
 *
 * <p>The run-in that an encoder adds and a container marks is left out. Of several audio streams
 * the best is taken, as FFmpeg ranks them. Resampling is that of swresample, with its default
 * filter.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class AudioDecoder {
  /** The default of the most elements: 256 Mi, 1 GiB. */
  public static final long MOST_ELEMENTS = 1L << 28;

  private static final int MOST_RATE = 1 << 20;
  private static final int MOST_CHANNELS = 64;

  private final int rate;
  private final int channels;
  private final long mostElements;

  private AudioDecoder(int rate, int channels, long mostElements) {
    this.rate = rate;
    this.channels = channels;
    this.mostElements = mostElements;
  }

  /** Returns a decoder that leaves rate and channels as they are. */
  public static AudioDecoder create() {
    return new AudioDecoder(0, 0, MOST_ELEMENTS);
  }

  /**
   * Returns a decoder that resamples.
   *
   * @param samplesPerSecond the rate of the result, 1 to 2^20
   */
  public AudioDecoder rate(int samplesPerSecond) {
    if (samplesPerSecond < 1 || samplesPerSecond > MOST_RATE) {
      throw new IllegalArgumentException("rate=" + samplesPerSecond);
    }
    return new AudioDecoder(samplesPerSecond, channels, mostElements);
  }

  /**
   * Returns a decoder that mixes down or up, to 1 channel or to another usual layout.
   *
   * @param count the channels of the result, 1 to 64
   */
  public AudioDecoder channels(int count) {
    if (count < 1 || count > MOST_CHANNELS) {
      throw new IllegalArgumentException("channels=" + count);
    }
    return new AudioDecoder(rate, count, mostElements);
  }

  /** Returns a decoder that refuses what would have more elements. */
  public AudioDecoder mostElements(long most) {
    if (most < 1) {
      throw new IllegalArgumentException("mostElements=" + most);
    }
    return new AudioDecoder(rate, channels, most);
  }

  /**
   * Returns the samples of a payload.
   *
   * @throws InvalidInputException as {@link #decode(ByteBuffer)}
   */
  public Tensor decode(Media audio) {
    return decode(audio.toBytes());
  }

  /**
   * Returns the samples of a payload, from the buffer's position to its limit, which stay.
   *
   * @throws InvalidInputException {@code SHEAF-MED-002} if it is damaged or of no known format,
   *     {@code -003} if it has too many samples, {@code -004} if it has no sound or none that can
   *     be decoded
   */
  public Tensor decode(ByteBuffer encoded) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    return decode(bytes);
  }

  private Tensor decode(byte[] bytes) {
    try {
      return AudioSamples.decode(bytes, new AudioSamples.Request(rate, channels, mostElements));
    } catch (BadMediaException e) {
      throw Failures.of("sound", e);
    }
  }
}
