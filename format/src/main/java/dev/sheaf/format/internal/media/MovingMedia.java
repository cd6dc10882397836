package dev.sheaf.format.internal.media;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * What a look at the packets of a video or a sound file finds. Immutable.
 *
 * @param isVideo whether there is a video stream; else there is sound alone
 * @param facts by name, as {@code docs/format-spec.md#media-facts} lists them
 * @param table the frame table of a video, else null
 */
public record MovingMedia(boolean isVideo, Map<String, Object> facts, FrameTable table) {
  /** Copies the facts. */
  public MovingMedia {
    facts = Map.copyOf(facts);
  }

  /**
   * Looks at a whole payload, without decoding it.
   *
   * @param container the name of the container
   * @throws BadMediaException if it cannot be opened, has neither video nor sound, or is cut short
   */
  public static MovingMedia of(byte[] payload, String container) {
    try (Demuxer demuxer = Demuxer.openContainer(payload)) {
      Optional<PacketList.Found> indexed = IndexedFrames.of(payload, demuxer);
      if (indexed.isPresent()) {
        return video(indexed.get(), container);
      }
      demuxer.find();
      return found(payload, container, demuxer);
    }
  }

  /** Looks as {@link #of} does, and always reads the packets one by one. */
  static MovingMedia byPackets(byte[] payload, String container) {
    try (Demuxer demuxer = Demuxer.open(payload)) {
      return found(payload, container, demuxer);
    }
  }

  private static MovingMedia found(byte[] payload, String container, Demuxer demuxer) {
    AVStream video = demuxer.video();
    if (video != null) {
      return video(Frames.of(payload, demuxer, video), container);
    }
    AVStream audio = demuxer.audio();
    if (audio == null) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "has neither a video nor an audio stream");
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("container", container);
    facts.putAll(audioFacts(payload, demuxer, audio));
    return new MovingMedia(false, facts, null);
  }

  private static MovingMedia video(PacketList.Found found, String container) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("container", container);
    facts.putAll(found.facts());
    return new MovingMedia(true, facts, found.table());
  }

  private static Map<String, Object> audioFacts(byte[] payload, Demuxer demuxer, AVStream audio) {
    AVCodecParameters codec = audio.codecpar();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("codec", Frames.name(codec));
    double duration = 0;
    if (audio.duration() > 0 && audio.time_base().den() > 0) {
      duration = (double) audio.duration() * audio.time_base().num() / audio.time_base().den();
    } else if (demuxer.context().duration() > 0) {
      duration = demuxer.context().duration() / (double) avutil.AV_TIME_BASE;
    }
    if (duration > 0) {
      facts.put("duration", duration);
      facts.put("bit_rate", Math.round(payload.length * 8 / duration));
    }
    facts.put("rate", codec.sample_rate());
    facts.put("channels", codec.ch_layout().nb_channels());
    return facts;
  }
}
