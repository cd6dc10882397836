package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What datasets take on disk: {@code Sizes media} for the wide samples, {@code Sizes text} for
 * texts beside Parquet and Lance.
 */
public final class Sizes {
  private Sizes() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "media" -> media();
      case "text" -> text();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void media() throws IOException {
    long samples = BenchData.Shape.WIDE.samples();
    long payloads = 0;
    long cells = 0;
    Target sample = new Target();
    for (long i = 0; i < samples; i++) {
      BenchData.fill(BenchData.Shape.WIDE, i, sample);
      payloads += sample.imageLength;
      cells += sample.length();
    }
    for (Format format : Format.values()) {
      if (format == Format.PREAD) {
        continue;
      }
      format.open(BenchData.Shape.WIDE).close();
      long bytes = TextStore.bytesBelow(format.folder(BenchData.Shape.WIDE));
      print(
          "%s: %d bytes for samples of %d bytes, %.2f a sample above the cells",
          format, bytes, cells, (bytes - cells) / (double) samples);
    }
    MediaOnly.main(new String[0]);
    print("payloads of the wide samples: %d bytes", payloads);
  }

  private static void text() throws IOException {
    for (TextData.Corpus corpus : TextData.Corpus.values()) {
      TextData data = new TextData(corpus);
      long raw = 0;
      for (long i = 0; i < data.rows(); i++) {
        for (String cell : data.row(i)) {
          raw += cell.getBytes(StandardCharsets.UTF_8).length;
        }
      }
      print("%s: %d rows, %d bytes of text", corpus, data.rows(), raw);
      for (TextStore.Kind kind : TextStore.Kind.values()) {
        long start = System.nanoTime();
        try (TextStore store = kind.open(data)) {
          double seconds = (System.nanoTime() - start) / 1e9;
          verify(store, data);
          long bytes = kind.bytes(corpus);
          print(
              "  %s: %d bytes, %.4f of the text; written or opened in %.1f s",
              kind, bytes, bytes / (double) raw, seconds);
        }
      }
    }
  }

  /** Checks 60 rows byte for byte. */
  static void verify(TextStore store, TextData data) throws IOException {
    byte[] target = new byte[1 << 20];
    SplittableRandom random = new SplittableRandom(BenchData.mix(61));
    for (int i = 0; i < 60; i++) {
      long row = random.nextLong(data.rows());
      String[] cells = data.row(row);
      byte[] expected = cells[cells.length - 1].getBytes(StandardCharsets.UTF_8);
      int length = store.read(row, target);
      if (!Arrays.equals(expected, Arrays.copyOf(target, length))) {
        throw new IllegalStateException("row " + row + " was read wrong");
      }
    }
  }

  static void print(String format, Object... args) {
    System.out.println(String.format(Locale.ROOT, format, args));
  }
}
