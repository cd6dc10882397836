package dev.sheaf.format.internal.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what nothing leads to, and removes it from packs. Roots are all refs, the reflogs, the
 * branches and tags that were deleted within the grace period, and what the caller names. For one
 * thread.
 */
final class GitCollection {
  /** A pack is written anew when at least this part of its objects is unused, in per cent. */
  private static final int WORTH_PERCENT = 10;

  private final ObjectStore objects;
  private final RefFiles refs;
  private final Reach reach;

  GitCollection(ObjectStore objects, RefFiles refs, BlobVisitor visitor) {
    this.objects = objects;
    this.refs = refs;
    this.reach = new Reach(objects, visitor);
  }

  /**
   * Visits everything that is in use; what was visited before costs nothing.
   *
   * @param extra commits that are in use beside the refs
   * @param reflogSince entries of reflogs that are older are no roots
   * @param deletedSince deletions of branches that are older are no roots
   */
  void mark(Set<String> extra, Instant reflogSince, Instant deletedSince) {
    roots(objects, refs, extra, reflogSince, deletedSince).forEach(reach::visit);
  }

  /** Returns what {@link #mark} begins with: commits and annotated tags. */
  static Set<Oid> roots(
      ObjectStore objects,
      RefFiles refs,
      Set<String> extra,
      Instant reflogSince,
      Instant deletedSince) {
    Set<Oid> roots = new HashSet<>(refs.list("refs/").values());
    extra.forEach(id -> roots.add(Oid.parse(id)));
    refs.logs()
        .forEach(
            (log, steps) ->
                addSteps(
                    roots, steps, log.equals(RefFiles.DELETIONS) ? deletedSince : reflogSince));
    roots.remove(Oid.ZERO);
    // A reflog outlives what an earlier collection removed.
    roots.removeIf(root -> !objects.contains(root));
    return roots;
  }

  private static void addSteps(Set<Oid> roots, List<RefFiles.Step> steps, Instant since) {
    for (RefFiles.Step step : steps) {
      if (!step.time().isBefore(since)) {
        roots.add(step.before());
        roots.add(step.after());
      }
    }
  }

  /**
   * Counts unused objects in packs that are older than a moment, and unless it is a dry run writes
   * those packs anew without them. To be called under the commit lock.
   */
  GitStore.Swept sweep(Instant olderThan, boolean dryRun) throws IOException {
    objects.packs().rescan();
    long unused = 0;
    long freed = 0;
    long young = 0;
    List<PackFile> rewritten = new ArrayList<>();
    for (PackFile pack : objects.packs().list()) {
      long dead = 0;
      long bytes;
      int count;
      try {
        count = pack.index().count();
        bytes = pack.size();
        for (int i = 0; i < count; i++) {
          dead += reach.seen().contains(pack.index().id(i)) ? 0 : 1;
        }
        if (Files.getLastModifiedTime(pack.path()).toInstant().isAfter(olderThan)) {
          young += dead;
          continue;
        }
      } catch (BadObject | NoSuchFileException e) {
        // Damaged or gone: for fsck to tell of, and not to be touched here.
        continue;
      }
      if (dead > 0 && dead * 100 >= (long) count * WORTH_PERCENT) {
        unused += dead;
        freed += bytes * dead / count;
        rewritten.add(pack);
      }
    }
    if (!dryRun && !rewritten.isEmpty()) {
      long before = total(rewritten);
      long written =
          new PackConsolidation(objects.packs(), objects::fetch)
              .rewrite(rewritten, id -> reach.seen().contains(id));
      if (written < 0) {
        // A damaged pack stays, for fsck to tell of.
        return new GitStore.Swept(0, 0, young);
      }
      freed = before - written;
    }
    return new GitStore.Swept(unused, Math.max(0, freed), young);
  }

  private static long total(List<PackFile> packs) throws IOException {
    long bytes = 0;
    for (PackFile pack : packs) {
      bytes += pack.size();
    }
    return bytes;
  }
}
