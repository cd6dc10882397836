package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.RefChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * Lists, makes, moves and deletes branches and tags, under the commit lock where it writes; {@link
 * GitStore} has the contract of each method. Safe for use by several threads.
 */
final class Branches {
  private final Repository repository;

  Branches(Repository repository) {
    this.repository = repository;
  }

  void setDefaultBranch(String name) {
    repository.exclusively(
        () -> {
          repository.requireRef(RefName.HEADS + name, "branch");
          repository.refWriter().link(RefName.HEADS + name, Repository.system());
        });
  }

  List<GitStore.Ref> list(String prefix) {
    List<GitStore.Ref> found = new ArrayList<>();
    repository
        .refs()
        .list(prefix)
        .forEach(
            (name, id) ->
                found.add(
                    new GitStore.Ref(
                        Revisions.shorten(name), repository.revisions().peel(id, name).hex())));
    return List.copyOf(found);
  }

  void createRef(String prefix, String name, String revision, String kind) {
    RepositoryFiles.checkBranch(name, repository.damage().location());
    repository.exclusively(
        () -> {
          if (repository.refs().find(prefix + name).isPresent()) {
            throw new CommitConflictException(
                "SHEAF-CMT-003",
                "The " + kind + " \"" + name + "\" exists already",
                repository.damage().location(),
                "Delete it first, or use another name");
          }
          Oid start = repository.revisions().resolve(revision);
          String message = kind + ": created from " + revision;
          repository
              .refWriter()
              .update(prefix + name, Oid.ZERO, start, Repository.system(), message);
        });
  }

  void reset(String branch, String revision, String who) {
    repository.exclusively(
        () -> {
          Oid present = repository.requireRef(RefName.HEADS + branch, "branch");
          Oid target = repository.revisions().resolve(revision);
          PersonIdent person = Repository.person(who, "", Instant.now());
          String message = "reset: moving to " + revision;
          repository.refWriter().force(RefName.HEADS + branch, present, target, person, message);
        });
  }

  List<RefChange> reflog(String ref) {
    List<RefFiles.Step> steps = repository.refs().log(ref);
    List<RefChange> changes = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      RefFiles.Step step = steps.get(i);
      changes.add(
          new RefChange(
              steps.size() - 1 - i,
              step.before().equals(Oid.ZERO) ? "" : step.before().hex(),
              step.after().equals(Oid.ZERO) ? "" : step.after().hex(),
              step.time(),
              step.who(),
              step.message()));
    }
    return changes;
  }

  void deleteRef(String prefix, String name, String kind) {
    repository.exclusively(
        () -> {
          Oid present = repository.requireRef(prefix + name, kind);
          if (repository.refs().head().equals(prefix + name)) {
            throw new InvalidInputException(
                "SHEAF-GIT-003",
                "The default branch \"" + name + "\" cannot be deleted",
                repository.damage().location(),
                "Make another branch the default first");
          }
          repository.refWriter().rememberDeletion(prefix + name, present, Repository.system());
          repository.refWriter().delete(prefix + name, present, Repository.system());
        });
  }

  boolean moveAway(String onlyCommit, Path target) {
    return repository.locked(
        () -> {
          if (!repository
              .refs()
              .list("refs/")
              .equals(Map.of(repository.refs().head(), Oid.parse(onlyCommit)))) {
            return false;
          }
          try {
            Files.move(repository.gitDir(), target, StandardCopyOption.ATOMIC_MOVE);
            return true;
          } catch (IOException e) {
            throw new UncheckedIOException(
                "Cannot move " + repository.gitDir() + ": " + e.getMessage(), e);
          }
        });
  }

  CommitInfo fastForward(String branch, String expectedHead, String commitId, String message) {
    String ref = RefName.ofBranch(branch);
    return repository.locked(
        () -> {
          Oid head = repository.requireRef(ref, "branch");
          repository.checkHead(ref, head, expectedHead);
          Oid target = repository.existing(commitId);
          repository.refWriter().update(ref, head, target, Repository.system(), message);
          return repository.objects().commit(target).info();
        });
  }
}
