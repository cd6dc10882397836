package dev.sheaf.format.ingest;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.LinkInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.LocalTransaction;
import dev.sheaf.format.internal.source.FileStamp;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.PayloadJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The branch that is synced: what is there, and the transaction that changes it. */
final class Target implements AutoCloseable {
  private final Dataset dataset;
  private final Transaction transaction;
  private final Version base;
  private final boolean empty;

  private Target(Dataset dataset, Transaction transaction, Version base) {
    this.dataset = dataset;
    this.transaction = transaction;
    this.base = base;
    this.empty = base == null || base.size() == 0;
  }

  /** Opens the dataset for a look; there may be none. */
  static Target look(Ingest spec) {
    if (!Files.exists(spec.dataset)) {
      return new Target(null, null, null);
    }
    Dataset dataset = Dataset.open(spec.dataset);
    try {
      return new Target(
          dataset, null, spec.branch == null ? dataset.head() : dataset.at(spec.branch));
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  /** Opens or makes the dataset and begins a transaction. */
  static Target begin(Ingest spec, String staging) {
    Path path = spec.dataset;
    Dataset dataset = Files.exists(path) ? Dataset.open(path, spec.checks) : Dataset.create(path);
    try {
      String branch = spec.branch == null ? dataset.defaultBranch() : spec.branch;
      Transaction transaction = dataset.begin(branch);
      if (transaction instanceof LocalTransaction local) {
        local.staged(staging + "@" + branch);
        IngestActivity.trailers(spec).forEach(local::trailer);
      }
      if (spec.transactionId != null) {
        transaction.id(spec.transactionId);
      }
      return new Target(dataset, transaction, transaction.base());
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  /** Returns the columns there are, without Sheaf's own. */
  Schema schema() {
    return base == null
        ? Schema.of(List.of())
        : Schema.of(
            base.schema().columns().stream()
                .filter(column -> !column.name().startsWith("_"))
                .toList());
  }

  /** Returns the id of the commit that was found, or the empty string. */
  String commitId() {
    return base == null ? "" : base.commit().id();
  }

  /** Returns the sample with a key. Safe for use by several threads. */
  Optional<Sample> find(String key) {
    return empty ? Optional.empty() : base.find(key);
  }

  /** Tells whether a sample has this content. */
  static boolean hasContent(Sample sample, String sha256) {
    return !sha256.isEmpty()
        && sample.origin().map(Origin::sha256).filter(sha256::equals).isPresent();
  }

  /** Returns the payloads that an interrupted ingest of the same sources has staged. */
  PayloadJournal journal() {
    if (!(transaction instanceof LocalTransaction local)) {
      return PayloadJournal.NONE;
    }
    return new PayloadJournal() {
      @Override
      public Optional<Media> recall(String stamp) {
        return local.recall(stamp);
      }

      @Override
      public void stamp(Media media, String stamp) {
        local.stamp(media, stamp);
      }
    };
  }

  /**
   * Remembers where this machine has the folders that links begin at.
   *
   * @param chosen the roots that were named for this ingest, which may lie elsewhere than before
   */
  void linkRoots(Map<String, Path> roots, Set<String> chosen) {
    if (!(dataset instanceof LocalDataset local)) {
      return;
    }
    Map<String, Path> known = new HashMap<>();
    local.links(base).stream()
        .filter(LinkInfo::present)
        .forEach(link -> known.put(link.root(), link.folder()));
    roots.forEach(
        (name, folder) -> {
          Path before = known.get(name);
          if (before != null && !before.equals(folder) && !chosen.contains(name)) {
            throw InputErrors.of(
                61,
                "Two folders of links have the name \"" + name + "\": " + before + " and " + folder,
                Location.of(folder),
                "Name this one with --link-root NAME=FOLDER, or the old one if it has moved");
          }
          local.linkRoot(name, folder);
        });
  }

  void prepare(Reconciler columns) {
    columns.added().forEach(transaction::addColumn);
    columns.widened().forEach(this::widen);
  }

  private void widen(String column, Type type) {
    transaction.widenColumn(column, type);
  }

  void append(Row row) {
    transaction.append(row);
  }

  /** Puts right where the linked payloads of a sample lie; returns whether any lies elsewhere. */
  boolean relink(Sample sample, Map<String, Object> cells) {
    return transaction instanceof LocalTransaction local && local.relink(sample, cells);
  }

  void update(SampleId sample, Row row) {
    transaction.update(sample, row);
  }

  void stamp(Media media, FileStamp stamp) {
    if (transaction instanceof LocalTransaction local) {
      local.stamp(media, stamp.toString());
    }
  }

  /** Commits and returns the id of the commit. */
  String commit(String message) {
    return transaction.commit(message).commit().id();
  }

  @Override
  public void close() {
    try {
      if (transaction != null) {
        transaction.close();
      }
    } finally {
      if (dataset != null) {
        dataset.close();
      }
    }
  }
}
