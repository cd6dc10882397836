package dev.sheaf.format.bench;

import java.io.IOException;
import java.util.Locale;

/** Writes and checks the data of some formats: {@code Prepare wide|narrow FORMAT...}. */
public final class Prepare {
  private Prepare() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    BenchData.Shape shape = BenchData.Shape.valueOf(args[0].toUpperCase(Locale.ROOT));
    for (int i = 1; i < args.length; i++) {
      Format format = Format.valueOf(args[i].toUpperCase(Locale.ROOT));
      long start = System.nanoTime();
      try (Store store = format.open(shape)) {
        long opened = System.nanoTime();
        Store.verify(store, shape, true);
        System.out.printf(
            Locale.ROOT,
            "%s %s: written or opened in %.1f s, checked in %.1f s%n",
            format,
            shape,
            (opened - start) / 1e9,
            (System.nanoTime() - opened) / 1e9);
      }
    }
  }
}
