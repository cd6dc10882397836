package dev.sheaf.format.media;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Decodes the test media again and again, whole and damaged, and prints how much memory the process
 * holds: {@code java -cp … dev.sheaf.format.media.DecodeLeak [ROUNDS]}. A leak of a decoder, a
 * packet or a frame each time would show as megabytes.
 */
final class DecodeLeak {
  private static final int REPORTS = 10;

  private DecodeLeak() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    List<String> images = List.of("images/420.jpg", "images/rgb16.png", "images/lossy.webp");
    List<String> sounds = List.of("clips/tone.m4a", "clips/tone.flac");
    List<String> videos = TestMedia.videos();
    for (int round = 0; round < rounds; round++) {
      image(TestMedia.bytes(images.get(round % images.size())), round);
      if (round % 4 == 0) {
        sound(TestMedia.bytes(sounds.get(round / 4 % sounds.size())), round);
      }
      if (round % 2 == 0) {
        video(TestMedia.bytes(videos.get(round / 2 % videos.size())), round);
      }
      if (round % (rounds / REPORTS) == rounds / REPORTS - 1) {
        System.gc();
        System.out.println(round + 1 + " rounds: resident " + resident());
      }
    }
  }

  private static byte[] maybeCut(byte[] payload, int round) {
    return round % 5 == 4 ? Arrays.copyOf(payload, payload.length * 3 / 4) : payload;
  }

  private static void image(byte[] payload, int round) {
    try {
      ImageDecoder.create().decode(ByteBuffer.wrap(maybeCut(payload, round)));
    } catch (InvalidInputException e) {
      requireCut(round, e);
    }
  }

  private static void sound(byte[] payload, int round) {
    try {
      AudioDecoder.create().rate(12_000).decode(ByteBuffer.wrap(maybeCut(payload, round)));
    } catch (InvalidInputException e) {
      requireCut(round, e);
    }
  }

  private static void video(byte[] payload, int round) {
    try {
      Video video = Video.of(Media.of(MediaKind.VIDEO, maybeCut(payload, round), Map.of()));
      video.clip(10, 14);
      video.motionVectors(10, 11);
    } catch (InvalidInputException e) {
      requireCut(round, e);
    }
  }

  private static void requireCut(int round, InvalidInputException e) {
    if (round % 5 != 4) {
      throw e;
    }
  }

  private static String resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return line.substring(6).strip();
      }
    }
    return "unknown";
  }
}
