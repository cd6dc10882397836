package dev.sheaf.format.internal.engine;

import dev.sheaf.format.GcReport;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.io.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Marks the chunks that versions refer to, and removes the others once they are old enough. A chunk
 * is renamed before its age is looked at for the last time: a writer that takes it up again either
 * finds it gone and writes its own, or has made it young first. For one thread.
 */
final class GarbageCollection {
  /** As long as Git keeps entries of reflogs. */
  private static final Duration REFLOG_WINDOW = Duration.ofDays(90);

  private static final String LEAVING = ".leaving";
  private static final Pattern CHUNK =
      Pattern.compile("([0-9a-f]{64})\\.(?:arrow|moved)(\\.leaving)?");

  private final LocalDataset dataset;
  private final Instant reflogSince;
  private final Instant olderThan;
  private final boolean dryRun;
  private final ChunkReferences references = new ChunkReferences();
  private final BlobRepack repack;
  private Set<String> used = Set.of();
  private long chunks;
  private long chunkBytes;
  private long leftovers;
  private long leftoverBytes;
  private long youngChunks;

  GarbageCollection(
      LocalDataset dataset, Instant now, Duration grace, int deadPercent, boolean dryRun) {
    this.dataset = dataset;
    this.reflogSince = now.minus(REFLOG_WINDOW);
    this.olderThan = now.minus(grace);
    this.dryRun = dryRun;
    this.repack = new BlobRepack(dataset, olderThan, deadPercent, dryRun);
  }

  GcReport run() {
    for (String branch : dataset.branches()) {
      FormatLeaf.checkWriter(
          dataset.state(dataset.git().resolve(branch)).tree().read(FormatLeaf.PATH),
          dataset.layers().context().dataset());
    }
    repack.prepare(commits());
    GitStore.Swept swept =
        dataset
            .git()
            .collect(
                dataset.commitsInUse(), references, reflogSince, olderThan, dryRun, this::sweep);
    return new GcReport(
        dryRun,
        chunks,
        chunkBytes,
        swept.objects(),
        swept.bytes(),
        leftovers,
        leftoverBytes,
        youngChunks,
        swept.young(),
        used.size(),
        repack.chunks(),
        repack.bytes());
  }

  /** Returns all versions that are kept. */
  private List<String> commits() {
    return dataset.git().everyCommit(dataset.commitsInUse(), reflogSince, olderThan);
  }

  private void sweep() {
    // First, so that the successors are in use.
    repack.finish(commits());
    used = dataset.withSuccessors(references.chunks());
    try {
      sweepChunks(dataset.path().resolve("chunks"));
      sweepLeftovers(dataset.local().resolve("tmp"));
      sweepLeftovers(dataset.local().resolve("staging"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot collect garbage: " + e.getMessage(), e);
    }
  }

  private void sweepChunks(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Matcher name = CHUNK.matcher(file.getFileName().toString());
      if (!name.matches()) {
        continue;
      }
      boolean leaving = name.group(2) != null;
      if (used.contains(name.group(1))) {
        if (leaving && !dryRun) {
          // An earlier collection was killed between its two looks.
          comeBack(file);
        }
      } else {
        sweepChunk(file, leaving);
      }
    }
  }

  private void sweepChunk(Path file, boolean leaving) throws IOException {
    long bytes;
    try {
      if (isYoung(file)) {
        youngChunks++;
        return;
      }
      bytes = Files.size(file);
      if (!dryRun) {
        Path gone = leaving ? file : file.resolveSibling(file.getFileName() + LEAVING);
        if (!leaving) {
          DurableFiles.move(file, gone);
        }
        if (isYoung(gone)) {
          youngChunks++;
          comeBack(gone);
          return;
        }
        Files.delete(gone);
      }
    } catch (NoSuchFileException e) {
      // Another collection was first.
      return;
    }
    chunks++;
    chunkBytes += bytes;
  }

  private static void comeBack(Path leaving) throws IOException {
    String name = leaving.getFileName().toString();
    Path file = leaving.resolveSibling(name.substring(0, name.length() - LEAVING.length()));
    DurableFiles.move(leaving, file);
    DurableFiles.syncDirectory(file.getParent());
  }

  private boolean isYoung(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isAfter(olderThan);
  }

  private void sweepLeftovers(Path folder) throws IOException {
    for (Path file : files(folder)) {
      try {
        if (!isYoung(file)) {
          long bytes = Files.size(file);
          if (!dryRun) {
            Files.delete(file);
          }
          leftovers++;
          leftoverBytes += bytes;
        }
      } catch (NoSuchFileException e) {
        // Its writer was first.
        continue;
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
