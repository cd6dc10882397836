package dev.sheaf.format.internal.engine;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeReport;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.Purge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Purges samples: deletes them from the branches that have them, then writes the chunks anew that
 * hold their bytes. What is done is done for good, so one that was killed is finished by the same
 * steps. For one thread.
 */
final class Purging {
  private final LocalDataset dataset;
  private final LocalChunkStore store;
  private final PurgeJournal journal;
  private final PurgeRequest request;
  private final Instant time;
  private final Progress progress;

  Purging(LocalDataset dataset, PurgeJournal.Entry entry, Progress progress) {
    this.dataset = dataset;
    this.store = dataset.localStore();
    this.journal = new PurgeJournal(dataset);
    this.request = entry.request();
    this.time = entry.time();
    this.progress = progress;
  }

  /** Finishes the purge that was begun. */
  static PurgeReport finish(LocalDataset dataset, Progress progress) {
    PurgeJournal.Entry entry =
        new PurgeJournal(dataset)
            .read()
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "SHEAF-PUR-006",
                        "No purge is unfinished",
                        Location.of(dataset.path()),
                        "Begin one with `sheaf purge DATASET SAMPLE --reason TEXT`"));
    Purging purging = new Purging(dataset, entry, progress);
    return purging.erase(purging.scan().samples());
  }

  /** Says what the purge would do. */
  PurgeReport preview() {
    PurgeScan scan = scan();
    TreeMap<String, Set<SampleId>> heads = heads(scan.samples());
    return report(scan, true, heads, views(heads.keySet()));
  }

  /** Purges. */
  PurgeReport run() {
    if (journal.read().isPresent()) {
      throw new InvalidInputException(
          "SHEAF-PUR-005",
          "A purge was interrupted and must be finished first",
          Location.of(dataset.path()),
          "Run `sheaf purge "
              + dataset.path()
              + " --continue`; positions may mean other samples now");
    }
    // Refuses before anything is changed.
    Set<SampleId> samples = scan().samples();
    Set<String> branches = heads(samples).keySet();
    journal.write(new PurgeJournal.Entry(request, time));
    try {
      return erase(samples);
    } catch (InvalidInputException e) {
      if (heads(samples).keySet().equals(branches)) {
        // A check refused the first commit: nothing is changed, so nothing is to be finished.
        journal.remove();
      }
      throw e;
    }
  }

  private PurgeScan scan() {
    PurgeScan scan = new PurgeScan(dataset, store);
    scan.add(request.samples(), request.shared());
    if (request.shared() == PurgeRequest.Shared.REFUSE && !scan.sharers().isEmpty()) {
      List<SampleId> some = scan.sharers().stream().limit(5).toList();
      String more = scan.sharers().size() > some.size() ? ", …" : "";
      throw new InvalidInputException(
          "SHEAF-PUR-004",
          "Other samples have the same bytes: "
              + scan.sharers().size()
              + " ("
              + join(some)
              + more
              + ")",
          Location.of(dataset.path()),
          "Purge them too with --shared purge, or leave what they share with --shared keep");
    }
    return scan;
  }

  private static String join(List<SampleId> samples) {
    return String.join(", ", samples.stream().map(SampleId::toString).toList());
  }

  /** Returns branches with those of some samples that their newest version has. */
  private TreeMap<String, Set<SampleId>> heads(Set<SampleId> samples) {
    TreeMap<String, Set<SampleId>> heads = new TreeMap<>();
    for (String branch : dataset.branches()) {
      Version head = dataset.at("refs/heads/" + branch);
      Set<SampleId> there = new TreeSet<>();
      for (SampleId sample : samples) {
        if (head.indexOf(sample).isPresent()) {
          there.add(sample);
        }
      }
      if (!there.isEmpty()) {
        heads.put(branch, there);
      }
    }
    return heads;
  }

  private PurgeReport erase(Set<SampleId> samples) {
    TreeMap<String, Set<SampleId>> heads = heads(samples);
    List<String> views = views(heads.keySet());
    heads.forEach(this::delete);
    PurgeReport[] report = new PurgeReport[1];
    dataset
        .git()
        .exclusively(
            () -> {
              PurgeScan scan = scan();
              report[0] = report(scan, false, heads, views);
              ChunkEraser eraser =
                  new ChunkEraser(
                      store, Location.of(dataset.path()), new Purge(time, request.reason()));
              long done = 0;
              for (String chunk : scan.plan().order()) {
                eraser.erase(chunk, scan.plan().chunks().get(chunk));
                progress.at("purging", ++done, scan.plan().chunks().size());
              }
              store.finishMoves();
            });
    journal.remove();
    return report[0];
  }

  private void delete(String branch, Set<SampleId> samples) {
    try (Transaction change = dataset.begin(branch)) {
      samples.forEach(change::delete);
      String what = samples.size() == 1 ? "a sample" : samples.size() + " samples";
      change.commit("Purge " + what + "\n\n" + request.reason());
    }
  }

  private PurgeReport report(
      PurgeScan scan, boolean dryRun, TreeMap<String, Set<SampleId>> heads, List<String> views) {
    List<String> tags = new ArrayList<>();
    for (GitStore.Ref tag : dataset.git().tags()) {
      if (scan.has(dataset.git().snapshot(tag.commitId()))) {
        tags.add(tag.name());
      }
    }
    return new PurgeReport(
        dryRun,
        List.copyOf(scan.samples()),
        scan.rows(),
        scan.values(),
        scan.bytes(),
        scan.plan().chunks().size(),
        scan.versions(),
        List.copyOf(heads.keySet()),
        tags,
        views,
        new ExportLog(dataset).with(scan.samples(), scan.segments()),
        scan.left());
  }

  /** Returns the views whose stored rows have one of the samples. */
  private List<String> views(Set<String> branches) {
    List<String> views = new ArrayList<>();
    for (String branch : branches) {
      Version version = dataset.at("refs/heads/" + branch);
      for (String path : version.documents("views")) {
        String name = path.replaceFirst("^views/", "").replaceFirst("\\.json$", "");
        Optional<Version> rows = stored(version, name);
        if (rows.isPresent()
            && request.samples().stream().anyMatch(id -> rows.get().indexOf(id).isPresent())) {
          views.add(branch + ":" + name);
        }
      }
    }
    return views;
  }

  private Optional<Version> stored(Version version, String name) {
    try {
      return Optional.of(dataset.view(version, name));
    } catch (NotFoundException e) {
      // Its rows were never stored.
      return Optional.empty();
    }
  }
}
