package dev.sheaf.format.internal.git;

import dev.sheaf.format.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Verifies a repository, removes what it does not need, forgets and copies history; {@link
 * GitStore} has the contract of each method. Safe for use by several threads.
 */
final class Upkeep {
  private final Repository repository;

  Upkeep(Repository repository) {
    this.repository = repository;
  }

  List<GitStore.Problem> fsck() {
    Fsck fsck = new Fsck(repository.objects());
    try {
      repository.objects().packs().rescan();
      repository.refs().head();
    } catch (DatasetException e) {
      fsck.problem("HEAD", e.headline());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the packs of " + repository.gitDir(), e);
    }
    try {
      repository.objects().shallow().commits();
      repository.refs().list("refs/").forEach(fsck::start);
    } catch (DatasetException e) {
      fsck.problem("refs", e.getMessage());
    }
    fsck.checkPacks();
    return fsck.run();
  }

  GitStore.Swept collect(
      Set<String> extra,
      BlobVisitor visitor,
      Instant reflogSince,
      Instant olderThan,
      boolean dryRun,
      Runnable swept) {
    GitCollection collection = new GitCollection(repository.objects(), repository.refs(), visitor);
    // The long part runs beside others; what they commit meanwhile is marked under the lock.
    collection.mark(extra, reflogSince, olderThan);
    Supplier<GitStore.Swept> rest =
        () -> {
          try {
            collection.mark(extra, reflogSince, olderThan);
            GitStore.Swept found = collection.sweep(olderThan, dryRun);
            swept.run();
            return found;
          } catch (IOException e) {
            throw new UncheckedIOException(
                "Cannot collect garbage in " + repository.gitDir() + ": " + e, e);
          }
        };
    return dryRun ? rest.get() : repository.locked(rest);
  }

  List<String> everyCommit(Set<String> extra, Instant reflogSince, Instant deletedSince) {
    Deque<Oid> todo = new ArrayDeque<>();
    GitCollection.roots(repository.objects(), repository.refs(), extra, reflogSince, deletedSince)
        .forEach(root -> todo.add(repository.revisions().peel(root, root.hex())));
    Set<Oid> seen = new LinkedHashSet<>(todo);
    while (!todo.isEmpty()) {
      for (Oid parent : repository.objects().commit(todo.remove()).parents()) {
        if (seen.add(parent)) {
          todo.add(parent);
        }
      }
    }
    return seen.stream().map(Oid::hex).toList();
  }

  GitStore.Expired expire(Set<String> extra, Instant before, boolean dryRun) {
    Supplier<GitStore.Expired> work = () -> expireLocked(extra, before, dryRun);
    return dryRun ? work.get() : repository.locked(work);
  }

  private GitStore.Expired expireLocked(Set<String> extra, Instant before, boolean dryRun) {
    Map<String, Oid> branches = new LinkedHashMap<>();
    Set<Oid> others = new LinkedHashSet<>();
    repository
        .refs()
        .list("refs/")
        .forEach(
            (name, id) -> {
              Oid commit = repository.revisions().peel(id, name);
              if (name.startsWith(RefName.HEADS)) {
                branches.put(name, commit);
              } else {
                others.add(commit);
              }
            });
    extra.forEach(id -> others.add(Oid.parse(id)));
    Map<String, List<RefFiles.Step>> logs = repository.refs().logs();
    Set<Oid> logged = new LinkedHashSet<>();
    for (List<RefFiles.Step> steps : logs.values()) {
      for (RefFiles.Step step : steps) {
        logged.add(step.before());
        logged.add(step.after());
      }
    }
    logged.remove(Oid.ZERO);
    Expiry expiry = new Expiry(repository.objects(), before);
    expiry.decide(branches, others, logged);
    Set<Oid> boundary = expiry.boundary(repository.objects().shallow().commits());
    if (!dryRun && !boundary.equals(repository.objects().shallow().commits())) {
      repository.objects().shallow().write(boundary);
    }
    long entries = 0;
    for (Map.Entry<String, List<RefFiles.Step>> log : logs.entrySet()) {
      entries +=
          expiry.dropEntries(repository.gitDir().resolve(log.getKey()), log.getValue(), dryRun);
    }
    return new GitStore.Expired(
        expiry.forgotten(),
        expiry.kept().size(),
        boundary.stream().map(Oid::hex).sorted().toList(),
        entries,
        expiry.held());
  }

  void copyTo(Path target, BlobVisitor visitor) {
    Map<String, Oid> present = repository.refs().list("refs/");
    Reach reach = new Reach(repository.objects(), visitor);
    present.values().forEach(reach::visit);
    Path absolute = target.toAbsolutePath().normalize();
    Damage elsewhere = new Damage(absolute);
    RepositoryFiles.create(absolute, Revisions.shorten(repository.refs().head()), elsewhere);
    try (PackWriter writer =
        new PackWriter(absolute.resolve("objects").resolve("pack"), reach.seen().size())) {
      for (Oid id : reach.seen()) {
        writer.add(id, repository.objects().read(id, ""));
      }
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot copy " + repository.gitDir() + " to " + absolute + ": " + e, e);
    }
    Set<Oid> boundary = new LinkedHashSet<>(repository.objects().shallow().commits());
    boundary.retainAll(reach.seen());
    if (!boundary.isEmpty()) {
      new ShallowFile(absolute, elsewhere).write(boundary);
    }
    RefWriter writer = new RefWriter(absolute, elsewhere, new HashSet<>());
    RepositoryLock.during(
        absolute,
        () -> {
          present.forEach(
              (name, id) ->
                  writer.update(
                      name, Oid.ZERO, id, Repository.system(), "clone: " + repository.gitDir()));
          return null;
        });
  }
}
