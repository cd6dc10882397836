package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * Builds commits in memory and writes them; {@link GitStore} has the contract of each method. Safe
 * for use by several threads.
 */
final class Commits {
  private final Repository repository;

  Commits(Repository repository) {
    this.repository = repository;
  }

  TreeSnapshot preview(TreeSnapshot base, TreeEdit edit) {
    NewObjects made = new NewObjects(base);
    Oid tree = edit.apply(Oid.parse(base.treeId()), made);
    return made.snapshot(tree);
  }

  CommitInfo commit(String branch, CommitRequest request) {
    String ref = RefName.ofBranch(branch);
    return repository.locked(() -> commitLocked(ref, request));
  }

  private CommitInfo commitLocked(String ref, CommitRequest request) {
    try {
      Draft draft = draft(ref, request);
      if (draft.isEmpty()) {
        return draft.present().info();
      }
      request.check().accept(draft.snapshot());
      draft.added().write();
      PersonIdent who =
          Repository.person(request.authorName(), request.authorEmail(), request.time());
      String subject = request.message().strip().lines().findFirst().orElse("");
      boolean unborn = draft.head().equals(Oid.ZERO);
      repository
          .refWriter()
          .update(
              ref,
              draft.head(),
              draft.commit().id(),
              who,
              (unborn ? "commit (initial): " : "commit: ") + subject);
      consolidate();
      return repository.objects().commit(draft.commit().id()).info();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot commit to " + repository.gitDir() + ": " + e, e);
    }
  }

  Optional<TreeSnapshot> propose(String branch, CommitRequest request) {
    try {
      Draft draft = draft(RefName.ofBranch(branch), request);
      return draft.isEmpty() ? Optional.empty() : Optional.of(draft.snapshot());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + repository.gitDir() + ": " + e, e);
    }
  }

  /**
   * A commit that is not written.
   *
   * @param present the version that it follows
   * @param commit the commit, or null where nothing would change
   */
  private record Draft(Oid head, TreeSnapshot present, CommitObject commit, NewObjects added) {
    boolean isEmpty() {
      return commit == null;
    }

    TreeSnapshot snapshot() {
      return added.snapshot(commit);
    }
  }

  private Draft draft(String ref, CommitRequest request) throws IOException {
    repository.objects().packs().rescan();
    Oid head = head(ref);
    request.expectedHead().ifPresent(expected -> repository.checkHead(ref, head, expected));
    boolean unborn = head.equals(Oid.ZERO);
    TreeSnapshot present =
        unborn
            ? new TreeSnapshot(repository.objects(), repository.damage())
            : repository.snapshot(head);
    TreeEdit edit = request.builder().apply(present);
    NewObjects added = new NewObjects(present);
    Oid base = Oid.parse(present.treeId());
    Oid tree = edit.apply(base, added);
    List<Oid> parents = parents(head, request);
    if (!unborn && tree.equals(base) && parents.size() == 1 && !request.allowEmpty()) {
      return new Draft(head, present, null, added);
    }
    if (tree.equals(TreeObject.EMPTY_ID)) {
      added.add(TreeObject.EMPTY);
    }
    GitObject encoded = CommitObject.encode(tree, parents, request);
    Oid id = added.add(encoded);
    try {
      return new Draft(head, present, CommitObject.parse(id, encoded.bytes()), added);
    } catch (BadObject e) {
      throw new IllegalStateException("a commit that was just encoded", e);
    }
  }

  private Oid head(String ref) {
    if (!RefName.isValid(ref)) {
      RepositoryFiles.checkBranch(Revisions.shorten(ref), repository.damage().location());
    }
    Optional<Oid> found = repository.refs().find(ref);
    boolean mayBegin = !ref.startsWith(RefName.HEADS) || ref.equals(repository.refs().head());
    if (found.isEmpty() && !mayBegin) {
      return repository.requireRef(ref, "branch");
    }
    return found.map(id -> repository.revisions().peel(id, ref)).orElse(Oid.ZERO);
  }

  private List<Oid> parents(Oid head, CommitRequest request) {
    Set<Oid> parents = new LinkedHashSet<>();
    if (!head.equals(Oid.ZERO)) {
      parents.add(head);
    }
    request.mergedParents().forEach(parent -> parents.add(repository.existing(parent)));
    return List.copyOf(parents);
  }

  private void consolidate() {
    try {
      new PackConsolidation(repository.objects().packs(), repository.objects()::fetch).runIfDue();
    } catch (IOException | DatasetException e) {
      // The commit stands; more packs than wished for only slow reads, and the next commit tries
      // again.
      return;
    }
  }

  /** The objects of a preview, or of one commit until they are written together as one pack. */
  private final class NewObjects implements TreeEdit.Target {
    private final TreeSnapshot base;
    private final Map<Oid, GitObject> added;

    NewObjects(TreeSnapshot base) {
      this.base = base;
      this.added = new LinkedHashMap<>(base.unwritten());
    }

    @Override
    public TreeObject tree(Oid id, String path) {
      return base.tree(id, path);
    }

    @Override
    public boolean contains(Oid id) {
      return added.containsKey(id) || repository.objects().contains(id);
    }

    @Override
    public Oid add(GitObject object) {
      Oid id = object.id();
      added.putIfAbsent(id, object);
      return id;
    }

    TreeSnapshot snapshot(Oid tree) {
      return new TreeSnapshot(repository.objects(), repository.damage(), tree, added);
    }

    TreeSnapshot snapshot(CommitObject commit) {
      return new TreeSnapshot(repository.objects(), repository.damage(), commit, added);
    }

    void write() throws IOException {
      List<Oid> missing = new ArrayList<>();
      for (Oid id : added.keySet()) {
        if (!repository.objects().packs().contains(id)) {
          missing.add(id);
        }
      }
      if (missing.isEmpty()) {
        return;
      }
      try (PackWriter writer =
          new PackWriter(repository.objects().packs().directory(), missing.size())) {
        for (Oid id : missing) {
          writer.add(id, added.get(id));
        }
        writer.finish();
      }
      repository.objects().packs().rescan();
    }
  }
}
