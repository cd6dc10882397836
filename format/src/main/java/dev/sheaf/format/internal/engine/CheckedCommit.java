package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CheckRunner;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** Moves branches to versions that their own checks let pass. For one thread. */
final class CheckedCommit {
  private final LocalDataset dataset;
  private final Set<String> passed = new HashSet<>();

  CheckedCommit(LocalDataset dataset) {
    this.dataset = dataset;
  }

  /** Commits unless a check refuses; see {@link LocalDataset#commit}. */
  CommitInfo commit(String branch, CommitRequest request) {
    boolean likely = dataset.git().find("refs/heads/" + branch).filter(this::hasChecks).isPresent();
    if (likely) {
      // Queries may take long, and nobody else commits while the lock is held: so they are run
      // before. Where the head has moved since, the tree is another, and they are run again.
      dataset.git().propose(branch, request).ifPresent(this::check);
    }
    return dataset.git().commit(branch, request.withCheck(this::check));
  }

  /** Throws if a check of the tree refuses it. */
  void check(TreeSnapshot tree) {
    if (!hasChecks(tree) || passed.contains(tree.treeId())) {
      return;
    }
    List<CheckRunner> runners =
        ServiceLoader.load(CheckRunner.class).stream().map(ServiceLoader.Provider::get).toList();
    if (runners.isEmpty()) {
      throw new InvalidInputException(
          "SHEAF-CMT-012",
          "The version has checks, and nothing here can run them",
          Location.of(dataset.path()),
          "Put sheaf-query on the class path, or open the dataset with CheckPolicy.SKIP");
    }
    LocalVersion version = new LocalVersion(new VersionState(tree, dataset.layers()));
    runners.forEach(runner -> runner.run(dataset, version));
    passed.add(tree.treeId());
  }

  private boolean hasChecks(TreeSnapshot tree) {
    return tree.objectId(Documents.CHECKS).isPresent();
  }
}
