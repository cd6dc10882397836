package dev.sheaf.format.internal.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every pixel is the one that swscale makes. */
class PlanesToRgbTest {
  private static final int[][] SIZES = {
    {1, 1},
    {1, 2},
    {2, 1},
    {2, 2},
    {7, 7},
    {8, 9},
    {9, 8},
    {16, 16},
    {17, 9},
    {33, 7},
    {64, 2},
    {7, 64},
    {102, 8},
    {8, 102},
    {224, 224},
    {640, 360}
  };

  /** Rec. 709, FCC, 601 twice, SMPTE 240M, Rec. 2020, and what says nothing. */
  private static final int[] MATRICES = {1, 4, 5, 6, 7, 9, 2};

  @BeforeAll
  static void load() {
    Ffmpeg.load();
  }

  private static AVFrame frame(int width, int height, Random random, int kind) {
    AVFrame frame = avutil.av_frame_alloc();
    // As decoders do, with more columns and rows than the picture has.
    frame.format(avutil.AV_PIX_FMT_YUV420P).width(width + 16).height(height + 16);
    assertThat(avutil.av_frame_get_buffer(frame, 32)).isZero();
    frame.width(width).height(height);
    for (int plane = 0; plane < 3; plane++) {
      byte[] bytes = new byte[frame.linesize(plane) * (plane == 0 ? height + 16 : height / 2 + 8)];
      random.nextBytes(bytes);
      for (int i = 1; i < bytes.length && kind > 0; i++) {
        int level = (bytes[i - 1] & 0xff) + (bytes[i] & 7) - 3;
        bytes[i] = kind == 1 ? (byte) (bytes[i] >> 7) : (byte) Math.max(0, Math.min(255, level));
      }
      frame.data(plane).put(bytes, 0, bytes.length);
    }
    return frame;
  }

  /** Noise, black and white, and smooth pictures, in all ranges, matrices and places of chroma. */
  @Test
  void equalsSwscale() {
    Random random = new Random(20261201);
    for (int[] size : SIZES) {
      int width = size[0];
      int height = size[1];
      assertThat(PlanesToRgb.fits(width, height)).isTrue();
      try (PixelWriter writer = new PixelWriter(avutil.AV_PIX_FMT_RGB24, width, height)) {
        for (int matrix : MATRICES) {
          for (int range : new int[] {avutil.AVCOL_RANGE_MPEG, avutil.AVCOL_RANGE_JPEG}) {
            for (int place : new int[] {0, avutil.AVCHROMA_LOC_LEFT, avutil.AVCHROMA_LOC_CENTER}) {
              AVFrame frame = frame(width, height, random, random.nextInt(3));
              frame.colorspace(matrix).color_range(range).chroma_location(place);
              byte[] expected = new byte[width * height * 3];
              byte[] found = new byte[expected.length];
              writer.scale(frame, 1, expected, 0);
              Runnable rest = writer.take(frame, 1, found, 0);
              avutil.av_frame_free(frame); // what is left needs it no more
              rest.run();
              assertThat(found)
                  .as("%d x %d, matrix %d, range %d, at %d", width, height, matrix, range, place)
                  .isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void turnsFrames() {
    Random random = new Random(20261201);
    for (int orientation = 1; orientation <= 8; orientation++) {
      AVFrame frame = frame(21, 10, random, 0);
      byte[] expected = new byte[21 * 10 * 3 + 5];
      byte[] found = new byte[expected.length];
      try (PixelWriter writer = new PixelWriter(avutil.AV_PIX_FMT_RGB24, 21, 10)) {
        writer.scale(frame, orientation, expected, 5);
        writer.write(frame, orientation, found, 5);
      }
      avutil.av_frame_free(frame);
      assertThat(found).as("orientation %d", orientation).isEqualTo(expected);
    }
  }

  /** Swscale takes narrower filters there. */
  @Test
  void leavesImagesOfFewSamplesToSwscale() {
    for (int[] size : List.of(new int[] {3, 64}, new int[] {6, 64}, new int[] {64, 5})) {
      assertThat(PlanesToRgb.fits(size[0], size[1])).isFalse();
    }
  }
}
