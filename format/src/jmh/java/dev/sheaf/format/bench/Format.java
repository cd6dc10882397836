package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What is measured. */
public enum Format {
  /** Sheaf. */
  SHEAF(SheafStore::open),
  /** A plain copy of the same bytes from the same places: the limit. */
  MEMCPY(MemcpyStore::open),
  /** One positional read of the same bytes: the limit with a cold page cache. */
  PREAD(PreadStore::open),
  /** LMDB, one value per sample. */
  LMDB(LmdbStore::open),
  /** RocksDB, one value per sample. */
  ROCKSDB(RocksStore::open),
  /** Parquet with small pages. */
  PARQUET(ParquetStore::open),
  /** Lance. */
  LANCE(LanceStore::open);

  private final Opener opener;

  Format(Opener opener) {
    this.opener = opener;
  }

  /** Opens a store, and writes it first if it is not there. */
  private interface Opener {
    Store open(Path folder, BenchData.Shape shape) throws IOException;
  }

  /** Returns the folder of all data: {@code -Dbench.dir}, or one in the temporary folder. */
  static Path home() {
    String chosen = System.getProperty("bench.dir");
    return chosen != null
        ? Path.of(chosen)
        : Path.of(System.getProperty("java.io.tmpdir"), "sheaf-bench");
  }

  /** Returns the folder of this format's copy of the samples. */
  Path folder(BenchData.Shape shape) {
    String name = shape + "-" + shape.samples() + "-" + this;
    return home().resolve(name.toLowerCase(Locale.ROOT));
  }

  /** Opens the store, which is written first if it is not there. */
  Store open(BenchData.Shape shape) throws IOException {
    Path folder = folder(shape);
    Files.createDirectories(folder);
    return opener.open(folder, shape);
  }
}
