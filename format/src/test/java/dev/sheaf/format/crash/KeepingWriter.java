package dev.sheaf.format.crash;

import dev.sheaf.format.Concat;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A process that does one kind of work again and again, going on where it was left: {@code PATH
 * WORK}. Each round appends a sample and edits another, so that there is something to do. Prints
 * {@code begin} before the work, and {@code done} with the number of samples once it has returned.
 */
final class KeepingWriter {
  static final String VICTIM = "victim-";

  private KeepingWriter() {}

  public static void main(String[] arguments) {
    try (Dataset dataset = Dataset.open(Path.of(arguments[0]))) {
      if (dataset.unfinishedPurge().isPresent()) {
        dataset.finishPurge(Progress.NONE);
      }
      System.out.println("open");
      while (true) {
        round(dataset, arguments[1]);
      }
    }
  }

  private static void round(Dataset dataset, String work) {
    switch (work) {
      case "commit" -> {
        System.out.println("begin");
        append(dataset, "main", "k" + dataset.head().size());
      }
      case "merge" -> {
        String side = "side";
        if (!dataset.branches().contains(side)) {
          dataset.createBranch(side, "main");
        }
        append(dataset, side, "s" + System.nanoTime());
        edit(dataset);
        System.out.println("begin");
        dataset.merge("main", side).commit("Merge");
      }
      case "gc" -> {
        String branch = "litter";
        if (!dataset.branches().contains(branch)) {
          dataset.createBranch(branch, "main");
        }
        append(dataset, branch, "l" + System.nanoTime());
        dataset.deleteBranch(branch);
        System.out.println("begin");
        dataset.gc(Duration.ZERO, false);
      }
      case "compact" -> {
        for (int i = 0; i < 3; i++) {
          edit(dataset);
        }
        System.out.println("begin");
        dataset.compact("main");
      }
      case "purge" -> {
        append(dataset, "main", VICTIM + System.nanoTime());
        Version head = dataset.head();
        SampleId last = head.sample(head.size() - 1).id();
        System.out.println("begin");
        dataset.purge(
            new PurgeRequest(Set.of(last), "asked to", PurgeRequest.Shared.REFUSE), Progress.NONE);
      }
      case "repack" -> {
        append(dataset, "main", "r" + System.nanoTime());
        Version head = dataset.head();
        try (Transaction change = dataset.begin("main")) {
          for (long i = Math.max(0, head.size() - 3); i < head.size(); i++) {
            byte[] data =
                ("data " + System.nanoTime()).repeat(200).getBytes(StandardCharsets.US_ASCII);
            change.update(
                head.sample(i).id(), Map.of("file", Media.of(MediaKind.FILE, data, Map.of())));
          }
          change.commit("Replace payloads");
        }
        dataset.expire(Instant.now().plusSeconds(60), false);
        System.out.println("begin");
        dataset.gc(Duration.ZERO, 1, false);
      }
      case "concat" -> {
        Path more = dataset.path().resolveSibling("more.sheaf");
        try (Dataset source = Files.exists(more) ? Dataset.open(more) : Dataset.create(more)) {
          append(source, "main", "c" + System.nanoTime());
          System.out.println("begin");
          Concat.of(source.head()).into(dataset.path()).copying().run();
        }
      }
      default -> throw new IllegalArgumentException(work);
    }
    System.out.println("done " + dataset.head().size());
  }

  private static void append(Dataset dataset, String branch, String key) {
    try (Transaction change = dataset.begin(branch)) {
      byte[] data = (key + "-").repeat(300).getBytes(StandardCharsets.US_ASCII);
      Media file =
          Media.of(
              MediaKind.FILE,
              (key + "+").repeat(200).getBytes(StandardCharsets.US_ASCII),
              Map.of());
      change.append(Row.of().key(key).set("n", 0L).set("data", data).set("file", file));
      change.commit("Append " + key);
    }
  }

  private static void edit(Dataset dataset) {
    Version head = dataset.head();
    try (Transaction change = dataset.begin("main")) {
      long next = 1 + (Long) head.sample(0).value("n");
      change.update(head.sample(0).id(), Map.of("n", next));
      change.commit("Edit " + next);
    }
  }
}
