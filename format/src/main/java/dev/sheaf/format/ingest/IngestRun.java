package dev.sheaf.format.ingest;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.FileStamp;
import dev.sheaf.format.internal.source.Fingerprint;
import dev.sheaf.format.internal.source.KnownHashes;
import dev.sheaf.format.internal.source.Linker;
import dev.sheaf.format.internal.source.LoadedRow;
import dev.sheaf.format.internal.source.PayloadJournal;
import dev.sheaf.format.internal.source.PayloadReader;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.detect.Sources;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One sync of sources with a branch. Reading threads hash and check rows ahead; this thread gives
 * them keys, compares them with what the branch has, and appends or updates, in the order of the
 * sources.
 */
final class IngestRun {
  /**
   * Rows go to the reading threads in batches of this weight, for a row alone is less work than
   * handing it over.
   */
  private static final long BATCH_BYTES = 1 << 20;

  private static final int BATCH_ROWS = 256;

  private final Ingest spec;
  private final List<Skipped> skipped = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Keys keys;
  private final long started = System.nanoTime();

  private List<SampleSource> sources;
  private Reconciler columns;
  private UniqueKeys unique;
  private Target target;
  private PayloadReader payloads;
  private Linker linker;
  private boolean dry;
  private Map<String, Object> sample;
  private long total;
  private long added;
  private long updated;
  private long unchanged;
  private long relinked;
  private long recognised;
  private long done;

  IngestRun(Ingest spec) {
    this.spec = spec;
    this.keys = new Keys(spec.key);
  }

  IngestPlan plan() {
    try {
      return planned();
    } finally {
      closeOpened();
    }
  }

  IngestReport run() {
    NewFolders made = NewFolders.above(spec.dataset);
    try {
      return ran();
    } catch (RuntimeException | Error e) {
      made.removeUnused(e);
      throw e;
    } finally {
      closeOpened();
    }
  }

  private void closeOpened() {
    for (Closeable one : opened) {
      try {
        one.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private IngestPlan planned() {
    dry = true;
    openSources();
    try (Target found = Target.look(spec);
        StatCache cache = cache(Files.isDirectory(spec.dataset));
        PayloadReader reader = new PayloadReader(hashes(cache), PayloadJournal.NONE, linker())) {
      target = found;
      payloads = reader;
      reconcile();
      sync();
    }
    return new IngestPlan(
        columns.schema(),
        total,
        sample == null ? Map.of() : sample,
        added,
        updated,
        unchanged,
        skipped,
        notes);
  }

  private IngestReport ran() {
    openSources();
    String commit;
    try (Target begun = Target.begin(spec, staging());
        StatCache cache = cache(true);
        PayloadReader reader = new PayloadReader(hashes(cache), begun.journal(), linker())) {
      target = begun;
      payloads = reader;
      reconcile();
      begun.prepare(columns);
      sync();
      if (linker != null) {
        begun.linkRoots(linker.used(), spec.linkRoots.keySet());
        if (relinked > 0) {
          notes.add("links of " + relinked + " unchanged samples lead elsewhere now");
        }
        if (linker.copiedCount() > 0) {
          notes.add(
              linker.copiedCount()
                  + (linker.copiedCount() == 1 ? " payload was" : " payloads were")
                  + " copied: compressed or within a table, there is nothing to link to");
        }
      }
      boolean changed = added > 0 || updated > 0 || relinked > 0;
      commit = changed ? begun.commit(message()) : begun.commitId();
    }
    return new IngestReport(
        added,
        updated,
        unchanged,
        skipped,
        notes,
        payloads.bytesRead(),
        payloads.filesRead(),
        recognised + payloads.filesRecalled(),
        commit,
        (System.nanoTime() - started) / 1e9);
  }

  /** Returns what links payloads, or null where they are copied. */
  private Linker linker() {
    if (!spec.link) {
      return null;
    }
    List<Path> folders = new ArrayList<>();
    for (Path source : spec.sources) {
      Path path = source.toAbsolutePath().normalize();
      folders.add(Files.isDirectory(path) ? path : path.getParent());
    }
    if (spec.mediaRoot != null) {
      folders.add(spec.mediaRoot);
    }
    linker = new Linker(spec.linkRoots, folders);
    return linker;
  }

  private void openSources() {
    SourceOptions options =
        new SourceOptions(
            spec.format,
            spec.label,
            spec.mediaRoot,
            spec.onError == OnError.SKIP,
            this::problem,
            passed -> skipped.add(Skipped.of(passed)),
            opened::add);
    sources = Sources.open(spec.sources, options);
    for (SampleSource source : sources) {
      total += source.rowCount();
      source.notes().forEach(note -> notes.add(source.file().location() + ": " + note));
    }
  }

  private void reconcile() {
    columns = new Reconciler(sources, target.schema());
    unique = new UniqueKeys(sources, columns);
    if (spec.key.kind() == KeyPolicy.Kind.COLUMN) {
      columns.requireColumn(spec.key.column());
    }
  }

  /** Opens the cache of file hashes if there are files to know, or returns null. */
  private StatCache cache(boolean present) {
    boolean files =
        sources.stream()
            .anyMatch(
                source ->
                    !source.isTable()
                        || source.columns().stream()
                            .anyMatch(column -> column.type() instanceof Type.Media));
    return present && files ? StatCache.open(spec.dataset) : null;
  }

  private KnownHashes hashes(StatCache cache) {
    if (cache == null || !spec.checksum) {
      return cache == null ? KnownHashes.NONE : cache;
    }
    return new KnownHashes() {
      @Override
      public boolean isEmpty() {
        return true;
      }

      @Override
      public Optional<String> sha256(FileStamp stamp) {
        return Optional.empty();
      }

      @Override
      public void remember(FileStamp stamp, String sha256) {
        cache.remember(stamp, sha256);
      }
    };
  }

  /** Returns a name that is the same when the same sources are ingested again. */
  private String staging() {
    StringBuilder text = new StringBuilder();
    for (Path source : spec.sources) {
      text.append(source.toAbsolutePath().normalize().toUri().getRawPath()).append('\n');
    }
    text.append(spec.shard).append('/').append(spec.shards);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return "ingest-" + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private String message() {
    if (!spec.message.isEmpty()) {
      return spec.message;
    }
    List<String> names = new ArrayList<>();
    for (SampleSource source : sources) {
      Path name = source.file().path().toAbsolutePath().normalize().getFileName();
      names.add(name == null ? "/" : name.toString());
    }
    String list = String.join(", ", names.subList(0, Math.min(3, names.size())));
    return "Ingest " + list.replaceAll("\\p{Cntrl}", "?") + (names.size() > 3 ? ", …" : "");
  }

  private void problem(DatasetException e) {
    if (spec.onError == OnError.FAIL) {
      throw e;
    }
    skipped.add(Skipped.of(e));
  }

  private void sync() {
    long ordinal = 0;
    try (Pipeline<List<Item>, List<Item.Outcome>> pipeline =
        new Pipeline<>(spec.threads, this::readAll)) {
      for (int i = 0; i < sources.size(); i++) {
        ordinal = sync(pipeline, i, ordinal);
      }
    }
  }

  private long sync(
      Pipeline<List<Item>, List<Item.Outcome>> pipeline, int source, long firstOrdinal) {
    SampleSource from = sources.get(source);
    countTable(from);
    long ordinal = firstOrdinal;
    List<Item> batch = new ArrayList<>();
    long weight = 0;
    Reading rows = new Reading(from, columns.typesOf(from));
    try (rows) {
      for (PendingRow row = rows.next(); row != null; row = rows.next()) {
        boolean mine = spec.shards == 1 || ordinal % spec.shards == spec.shard - 1;
        Item item = new Item(row, source, ordinal - firstOrdinal, mine);
        ordinal++;
        if (!mine && !keys.byHash(row)) {
          continue;
        }
        boolean full = weight + row.weight() > BATCH_BYTES || batch.size() == BATCH_ROWS;
        if (full && !batch.isEmpty()) {
          put(pipeline, batch, weight);
          batch = new ArrayList<>();
          weight = 0;
        }
        batch.add(item);
        weight += row.weight();
      }
    }
    put(pipeline, batch, weight);
    drain(pipeline);
    rows.problem().ifPresent(this::problem);
    return ordinal;
  }

  private void put(
      Pipeline<List<Item>, List<Item.Outcome>> pipeline, List<Item> batch, long weight) {
    while (pipeline.isFull(weight)) {
      finish(pipeline.take());
    }
    pipeline.put(batch, weight);
  }

  private void drain(Pipeline<List<Item>, List<Item.Outcome>> pipeline) {
    while (!pipeline.isEmpty()) {
      finish(pipeline.take());
    }
  }

  private void countTable(SampleSource source) {
    Path path = source.file().path();
    try {
      if (source.isTable() && Files.isRegularFile(path)) {
        payloads.count(Files.size(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs on the reading threads. */
  private List<Item.Outcome> readAll(List<Item> batch) {
    return batch.stream().map(this::read).toList();
  }

  private Item.Outcome read(Item item) {
    try {
      PendingRow row = item.row();
      Fingerprint known = row.fingerprint(payloads);
      if (!item.mine()) {
        boolean enough = !known.row().isEmpty();
        return new Item.Outcome(enough ? known : row.load(payloads).fingerprint(), null, null);
      }
      String key = keys.first(row, known.row(), item.ordinal());
      if (key != null && seemsDone(key, known)) {
        return new Item.Outcome(known, null, null);
      }
      LoadedRow loaded = row.load(payloads);
      return new Item.Outcome(loaded.fingerprint(), loaded, null);
    } catch (DatasetException e) {
      return new Item.Outcome(null, null, e);
    }
  }

  /**
   * Tells whether a row need not be read: it is there with the same content, or a plan only counts
   * it.
   */
  private boolean seemsDone(String key, Fingerprint known) {
    Optional<Sample> present = target.find(key);
    if (present.isPresent()) {
      return Target.hasContent(present.get(), known.content());
    }
    return dry;
  }

  private void finish(Pipeline.Done<List<Item>, List<Item.Outcome>> ready) {
    for (int i = 0; i < ready.item().size(); i++) {
      finish(ready.item().get(i), ready.result().get(i));
    }
  }

  private void finish(Item item, Item.Outcome outcome) {
    spec.progress.at("ingest", ++done, total);
    if (outcome.problem() != null) {
      if (item.mine()) {
        problem(outcome.problem());
      }
      return;
    }
    try {
      PendingRow row = item.row();
      String key = keys.next(row, outcome.fingerprint().row(), item.ordinal());
      if (item.mine()) {
        if (!keys.byHash(row)) {
          unique.check(key, item); // a key by hash is made unique by its occurrence number
        }
        sync(item, key, outcome);
      }
    } catch (DatasetException e) {
      problem(e);
    }
  }

  private void sync(Item item, String key, Item.Outcome outcome) {
    Optional<Sample> present = target.find(key);
    boolean same =
        present.isPresent() && Target.hasContent(present.get(), outcome.fingerprint().content());
    if (same && linker != null && outcome.loaded() != null && !dry) {
      // Links whose targets lie elsewhere now are put right; the sample stays what it is.
      relinked += target.relink(present.get(), outcome.loaded().cells()) ? 1 : 0;
    }
    if (same) {
      unchanged++;
      recognised += outcome.loaded() == null && item.row().path().isPresent() ? 1 : 0;
      return;
    }
    if (dry && sample != null) {
      count(present.isPresent());
      return;
    }
    LoadedRow loaded = outcome.loaded() == null ? item.row().load(payloads) : outcome.loaded();
    if (dry) {
      sample = loaded.cells();
      count(present.isPresent());
      return;
    }
    Row row = Row.of().key(key).origin(item.row().place().origin(loaded.fingerprint().content()));
    loaded.cells().forEach(row::set);
    loaded.payloads().forEach(payload -> target.stamp(payload.media(), payload.stamp()));
    if (present.isPresent()) {
      for (SourceColumn column : sources.get(item.source()).columns()) {
        if (!loaded.cells().containsKey(column.name())) {
          row.set(column.name(), null); // the source does not have the cell any more
        }
      }
      target.update(present.get().id(), row);
    } else {
      target.append(row);
    }
    count(present.isPresent());
  }

  private void count(boolean present) {
    if (present) {
      updated++;
    } else {
      added++;
    }
  }
}
