package dev.sheaf.format.bench.media;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.media.ClipOptions;
import dev.sheaf.format.media.EncodedClip;
import dev.sheaf.format.media.Video;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Clips of 16 frames at random places of random videos, as RGB at full size: Sheaf, and the same
 * FFmpeg that opens the file and seeks. The videos are those that {@code python/benchmarks/clips.py
 * prepare} writes, in {@code -Dbench.videos}; that script measures the peers in Python with the
 * same clips.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 8, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ClipReads {
  private static final int FRAMES = 16;
  private static final double RATE = 30;

  /** The distance of key frames; the files begin with {@code gopN-}. */
  @Param({"30", "250"})
  public int gop;

  /** The threads of the decoder, of both. */
  @Param({"1", "2"})
  public int threads;

  private final List<Clip> clips = new ArrayList<>();
  private Dataset dataset;
  private Version version;
  private byte[] pixels;
  private int next;

  /**
   * A clip to read.
   *
   * @param file the file of its video
   * @param sample the video's number in the dataset
   * @param from its first frame
   */
  private record Clip(String file, int sample, int from) {}

  /** Ingests the videos. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    Path folder = Path.of(System.getProperty("bench.videos"));
    List<String> names = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("clips.txt"))) {
      String[] parts = line.split(" ");
      if (parts[0].startsWith("gop" + gop + "-")) {
        if (!names.contains(parts[0])) {
          names.add(parts[0]);
        }
        String file = folder.resolve(parts[0]).toString();
        clips.add(new Clip(file, names.indexOf(parts[0]), Integer.parseInt(parts[1])));
      }
    }
    Path path = Files.createTempDirectory("clips").resolve("clips.sheaf");
    Ingest.from(names.stream().map(folder::resolve).toList()).into(path).run();
    dataset = Dataset.open(path);
    version = dataset.at("main");
    pixels = new byte[640 * 360 * 3 * FRAMES];
    requireSameFrames();
    System.out.printf("bytes read, of the groups of pictures touched: %.3f%n", share());
  }

  /** Returns the bytes that clips read, of those from the key frame before to the one behind. */
  private double share() {
    long read = 0;
    long groups = 0;
    for (Clip clip : clips) {
      Video video = Video.of(version.sample(clip.sample()).media("video"));
      int to = clip.from() + FRAMES;
      long begin = 0;
      long end = version.sample(clip.sample()).media("video").byteLength();
      for (int key : video.keyFrames()) {
        begin = key <= clip.from() ? video.frame(key).offset() : begin;
        end = key >= to ? Math.min(end, video.frame(key).offset()) : end;
      }
      groups += end - begin;
      read += rangeOf(video.packets(clip.from(), to), video, begin);
    }
    return (double) read / groups;
  }

  private static long rangeOf(EncodedClip clip, Video video, long begin) {
    return clip.packets().stream()
        .filter(packet -> packet.frame() >= 0)
        .map(packet -> video.frame(packet.frame()))
        .mapToLong(frame -> frame.offset() + frame.size() - begin)
        .max()
        .orElseThrow();
  }

  /** Both read the same frames: a frame further off, they differ by 7 levels and more. */
  private void requireSameFrames() {
    for (Clip clip : clips.subList(0, 8)) {
      byte[] ours = new byte[pixels.length];
      sheaf(clip).copyTo(ByteBuffer.wrap(ours));
      int count = seek(clip);
      long difference = 0;
      for (int i = 0; i < ours.length; i++) {
        difference += Math.abs((ours[i] & 0xff) - (pixels[i] & 0xff));
      }
      if (count != FRAMES || difference > 5L * ours.length) {
        throw new IllegalStateException("other frames: " + (double) difference / ours.length);
      }
    }
  }

  /** Closes the dataset. */
  @TearDown(Level.Trial)
  public void close() {
    dataset.close();
  }

  private Clip next() {
    return clips.get(next++ % clips.size());
  }

  private Tensor sheaf(Clip clip) {
    Video video = Video.of(version.sample(clip.sample()).media("video"));
    return video.clip(clip.from(), clip.from() + FRAMES, ClipOptions.PLAIN.threads(threads));
  }

  private int seek(Clip clip) {
    int to = clip.from() + FRAMES;
    return SeekingReader.read(clip.file(), clip.from(), to, RATE, threads, pixels);
  }

  /** Reads a clip from the dataset, by frame number. */
  @Benchmark
  public Tensor sheaf() {
    return sheaf(next());
  }

  /** Opens the file and seeks by time. */
  @Benchmark
  public int seek() {
    return seek(next());
  }
}
