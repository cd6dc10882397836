package dev.sheaf.format.internal.concat;

import dev.sheaf.format.Activity;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.engine.Authors;
import dev.sheaf.format.internal.engine.FormatLeaf;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.Sinks;
import dev.sheaf.format.internal.engine.UnusedDataset;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LinkRoots;
import dev.sheaf.format.internal.io.LinkedChunkStore;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.order.OrderChange;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.SegmentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The work of a {@link Concat}. For one thread and one use. */
public final class Concatenation {
  private static final int MOST_ATTEMPTS = 10;
  private static final String MOVED = "SHEAF-CMT-001";
  private static final String SUFFIX = ".sheaf";

  private final Concat request;

  /** Takes a request. */
  public Concatenation(Concat request) {
    if (request.dataset() == null || request.sources().isEmpty()) {
      throw new IllegalStateException("name a dataset and at least one source");
    }
    this.request = request;
  }

  /** Returns the name of a version's dataset, without {@code .sheaf}. */
  public static String nameOf(Version version) {
    String path = ((LocalVersion) version).state().location().parts().get(0);
    String name = Path.of(path).getFileName().toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** Returns what {@link #run} would do. */
  public ConcatReport plan() {
    if (Files.exists(request.dataset())) {
      try (LocalDataset dataset = LocalDataset.open(request.dataset())) {
        return new Draft(dataset).report(true, Optional.empty());
      }
    }
    try {
      Path folder = Files.createTempDirectory("sheaf-concat");
      try (LocalDataset dataset = LocalDataset.create(folder.resolve("empty" + SUFFIX))) {
        ConcatReport report = new Draft(dataset).report(true, Optional.empty());
        return new ConcatReport(
            true,
            Optional.empty(),
            false,
            report.rows(),
            report.sources(),
            report.columns(),
            report.chunks(),
            report.chunkBytes(),
            0);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for the plan: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Adds the samples. */
  public ConcatReport run() {
    boolean fresh = !Files.exists(request.dataset());
    if (fresh) {
      LocalDataset.create(request.dataset()).close();
    }
    try (LocalDataset dataset = LocalDataset.open(request.dataset(), request.checks())) {
      for (int attempt = 1; ; attempt++) {
        Draft draft = new Draft(dataset);
        try {
          return draft.commit();
        } catch (CommitConflictException e) {
          boolean moved = e.code().equals(MOVED) && !draft.isNewest();
          if (!moved || attempt == MOST_ATTEMPTS) {
            throw e;
          }
        }
      }
    } catch (RuntimeException | Error e) {
      if (fresh) {
        removeUnused(e);
      }
      throw e;
    }
  }

  private void removeUnused(Throwable cause) {
    try {
      // What was copied stays for the repetition; else nothing does.
      UnusedDataset.removeIfUnused(request.dataset());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** What is to be done on top of one head of the branch. */
  private final class Draft {
    private final LocalDataset dataset;
    private final String branch;
    private final LocalVersion head;
    private final VersionState target;
    private final List<SourceTake> takes = new ArrayList<>();
    private final Map<SourceTake, ColumnUnion.Mapping> mappings = new LinkedHashMap<>();
    private final ColumnUnion union;
    private final ChunkTransfer transfer;

    Draft(LocalDataset dataset) {
      this.dataset = dataset;
      this.branch = request.branch().isEmpty() ? dataset.defaultBranch() : request.branch();
      // Names the branches there are, if this one is not among them.
      dataset.begin(branch).close();
      this.head = (LocalVersion) dataset.at("refs/heads/" + branch);
      this.target = head.state();
      this.union = new ColumnUnion(target, dataset.path().getFileName().toString());
      this.transfer = new ChunkTransfer(dataset.localStore(), target.location());
      find();
    }

    boolean isNewest() {
      return dataset.git().resolve("refs/heads/" + branch).commitId().equals(head.commit().id());
    }

    private void find() {
      TakenKeys keys = new TakenKeys(head);
      Map<SegmentKey, SegmentTake> taken = new TreeMap<>();
      boolean hasSegments = target.tree().objectId("segments").isPresent();
      boolean hasSamples = head.size() > 0;
      for (Concat.Source source : request.sources()) {
        SourceTake take = new SourceTake(source);
        take.find(target, taken, keys, request.onConflict());
        takes.add(take);
        if (take.added() == 0) {
          continue;
        }
        SegmentKey firstKey = take.segments().keySet().iterator().next();
        mappings.put(
            take, union.add(take.state(), take.name(), firstKey.run(), !hasSegments, !hasSamples));
        hasSegments = true;
        hasSamples = true;
        taken.putAll(take.segments());
        ChunkStore store = take.state().store();
        take.segments().values().forEach(one -> transfer.add(one.source().chunks(), store));
      }
      checkLinks();
    }

    /** Refuses two folders of links under one name; returns those that are new here. */
    private Map<String, Path> checkLinks() {
      Map<String, Path> known = new TreeMap<>();
      dataset.links(head).forEach(link -> known.put(link.root(), link.folder()));
      Map<String, Path> fresh = new TreeMap<>();
      for (SourceTake take : mappings.keySet()) {
        for (SegmentTake segment : take.segments().values()) {
          segment.source().reader().record().blobs().keySet().stream()
              .filter(Place::isLinked)
              .map(LinkName::root)
              .forEach(root -> checkLink(root, take, known, fresh));
        }
      }
      return fresh;
    }

    private void checkLink(
        String root, SourceTake take, Map<String, Path> known, Map<String, Path> fresh) {
      Path folder = roots(take.state().store()).folder(root);
      Path other = known.putIfAbsent(root, folder);
      if (other == null) {
        fresh.put(root, folder);
      } else if (!other.equals(folder)) {
        throw new InvalidInputException(
            "SHEAF-CAT-003",
            "Two folders of links have the name \""
                + root
                + "\": "
                + other
                + ", and "
                + folder
                + " in "
                + take.name(),
            target.location(),
            "Copy the payloads of one of the two in first (sheaf absorb)");
      }
    }

    private LinkRoots roots(ChunkStore store) {
      if (store instanceof LinkedChunkStore linked) {
        return linked.roots();
      }
      throw new IllegalStateException("a store without links");
    }

    ConcatReport report(boolean dryRun, Optional<CommitInfo> made) {
      List<ConcatReport.Source> sources = new ArrayList<>();
      for (SourceTake take : takes) {
        List<String> documents =
            take.documents().stream()
                .filter(path -> !same(take.document(path), head.document(path)))
                .toList();
        sources.add(take.report(documents));
      }
      long added = takes.stream().mapToLong(SourceTake::added).sum();
      return new ConcatReport(
          dryRun,
          Optional.of(made.orElse(head.commit())),
          made.isPresent(),
          head.size() + added,
          sources,
          union.changes(),
          transfer.count(),
          transfer.bytes(),
          transfer.linked());
    }

    private static boolean same(Optional<byte[]> a, Optional<byte[]> b) {
      return a.isPresent() && b.isPresent() && Arrays.equals(a.get(), b.get());
    }

    ConcatReport commit() {
      if (mappings.isEmpty()) {
        return report(false, Optional.empty());
      }
      checkLinks().forEach((root, folder) -> dataset.linkRoot(root, folder));
      transfer.run(request.isCopying(), request.progress());
      TreeEdit edit;
      try (Sinks sinks = new Sinks(dataset)) {
        mappings.forEach(
            (take, ids) ->
                take.segments().values().forEach(segment -> segment.draft(union, ids, sinks)));
        sinks.finish();
        edit = edit();
      }
      CommitInfo commit =
          dataset.commit(
              branch,
              Authors.request(message(), now -> edit)
                  .withTrailers(trailers())
                  .withExpectedHead(head.commit().id()));
      return report(false, Optional.of(commit));
    }

    private TreeEdit edit() {
      TreeEdit edit = new TreeEdit();
      OrderEdit order = OrderEdit.from(target.order());
      for (SourceTake take : mappings.keySet()) {
        take.segments().values().forEach(segment -> segment.write(edit));
        take.append(order);
      }
      union.write(edit);
      FormatLeaf.unite(
          target.tree(),
          mappings.keySet().stream().map(take -> take.state().tree()).toList(),
          edit);
      OrderChange change = order.build();
      change.puts().forEach(edit::put);
      change.removals().forEach(edit::remove);
      return edit;
    }

    private String message() {
      if (!request.message().isEmpty()) {
        return request.message();
      }
      return "Add " + String.join(", ", mappings.keySet().stream().map(SourceTake::name).toList());
    }

    private Map<String, String> trailers() {
      Map<String, String> trailers = new LinkedHashMap<>();
      trailers.put(Activity.KIND, "concat");
      if (!request.command().isBlank()) {
        trailers.put(Activity.COMMAND, oneLine(request.command()));
      }
      var node = Json.object();
      var sources = node.putArray("sources");
      for (SourceTake take : takes) {
        sources.addObject().put("name", take.name()).put("commit", take.state().tree().commitId());
      }
      if (request.onConflict() != Concat.OnConflict.REFUSE) {
        node.put("on_conflict", request.onConflict().name().toLowerCase(java.util.Locale.ROOT));
      }
      trailers.put(
          Activity.PARAMETERS, oneLine(new String(Json.bytes(node), StandardCharsets.UTF_8)));
      return trailers;
    }

    /** A trailer is one line. */
    private static String oneLine(String text) {
      return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }
  }
}
