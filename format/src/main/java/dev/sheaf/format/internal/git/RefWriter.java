package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.internal.io.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Changes refs by JGit: lock file, compare, reflog, rename, each synced; then the directories are.
 * To be used only while the {@link RepositoryLock} is held, so a lock file that does not change
 * belongs to a writer that was killed.
 */
final class RefWriter {
  private static final long STALE_MILLIS = 2_000;
  private static final long PATIENCE_MILLIS = 10_000;
  private static final long POLL_MILLIS = 20;

  private final Path gitDir;
  private final Damage damage;
  private final Set<Path> durable;

  /**
   * Creates a writer.
   *
   * @param durable the files and folders whose names are known to be on disk, shared by the writers
   *     of a process that may run at any time
   */
  RefWriter(Path gitDir, Damage damage, Set<Path> durable) {
    this.gitDir = gitDir;
    this.damage = damage;
    this.durable = durable;
    HermeticSystemReader.install();
  }

  private interface Action {
    RefUpdate.Result apply(FileRepository repository) throws IOException;
  }

  /**
   * Moves a ref forward, or creates it.
   *
   * @param expected where it is now; zero when it must not exist
   * @throws CommitConflictException if it is elsewhere, or the new commit does not follow the old
   *     one
   */
  void update(String ref, Oid expected, Oid target, PersonIdent who, String message) {
    move(ref, expected, target, who, message, false);
  }

  /** Moves a ref anywhere; see {@link #update}. */
  void force(String ref, Oid expected, Oid target, PersonIdent who, String message) {
    move(ref, expected, target, who, message, true);
  }

  private void move(
      String ref, Oid expected, Oid target, PersonIdent who, String message, boolean forced) {
    run(
        ref,
        repository -> {
          RefUpdate update = start(repository, ref, who, message);
          update.setExpectedOldObjectId(ObjectId.fromString(expected.hex()));
          update.setNewObjectId(ObjectId.fromString(target.hex()));
          update.setForceUpdate(forced);
          try (RevWalk walk = new RevWalk(repository)) {
            walk.setRewriteParents(false);
            return update.update(walk);
          }
        });
  }

  /** Notes that a ref is about to go, so that what it held is kept for a while. */
  void rememberDeletion(String ref, Oid present, PersonIdent who) {
    Path file = gitDir.resolve(RefFiles.DELETIONS);
    String line =
        present.hex()
            + " "
            + Oid.ZERO.hex()
            + " "
            + who.toExternalString()
            + "\tdelete: "
            + ref
            + "\n";
    try {
      mendLog(file);
      try (FileChannel out =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND)) {
        ByteBuffer rest = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      DurableFiles.syncDirectory(gitDir);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Removes a ref that is where it is expected. */
  void delete(String ref, Oid expected, PersonIdent who) {
    // Takes it out of the packed refs, too.
    durable.clear();
    run(
        ref,
        repository -> {
          RefUpdate update = start(repository, ref, who, "delete");
          update.setExpectedOldObjectId(ObjectId.fromString(expected.hex()));
          update.setForceUpdate(true);
          return update.delete();
        });
  }

  /** Makes HEAD name a branch. */
  void link(String branch, PersonIdent who) {
    run(
        "HEAD",
        repository -> start(repository, "HEAD", who, "default branch: " + branch).link(branch));
  }

  private static RefUpdate start(
      FileRepository repository, String ref, PersonIdent who, String message) throws IOException {
    RefUpdate update = repository.updateRef(ref);
    update.setRefLogIdent(who);
    update.setRefLogMessage(message, false);
    return update;
  }

  private void run(String ref, Action action) {
    List<Path> locks = List.of(gitDir.resolve(ref + ".lock"), gitDir.resolve("packed-refs.lock"));
    LockWatch watch = new LockWatch(locks);
    try {
      makeFolder(gitDir.resolve(ref));
      mendLog(gitDir.resolve("logs").resolve(ref));
      forgetMissing(ref);
      while (true) {
        RefUpdate.Result result = attempt(ref, action);
        if (isDone(result)) {
          sync(ref);
          return;
        }
        if (result != RefUpdate.Result.LOCK_FAILURE || !watch.waitForChange()) {
          throw new CommitConflictException(
              "SHEAF-CMT-002",
              "Ref \"" + ref + "\" could not be moved: " + result,
              damage.location().with("ref", ref),
              "Another program changed it, or holds its lock file; try again");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the ref " + ref + " in " + gitDir, e);
    }
  }

  /** JGit does not say why it could not, and that is no damage. */
  private static void makeFolder(Path file) throws IOException {
    if (!Files.isDirectory(file.getParent())) {
      Files.createDirectories(file.getParent());
    }
  }

  /** Takes away what a crash left of a last line, or the next line would continue it. */
  private static void mendLog(Path log) throws IOException {
    if (!Files.isRegularFile(log)) {
      return;
    }
    try (FileChannel file =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = file.size();
      long end = size;
      ByteBuffer last = ByteBuffer.allocate(1);
      while (end > 0 && file.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
        end--;
      }
      if (end < size) {
        file.truncate(end);
      }
    }
  }

  private RefUpdate.Result attempt(String ref, Action action) throws IOException {
    try (FileRepository repository = open()) {
      return action.apply(repository);
    } catch (org.eclipse.jgit.errors.LockFailedException e) {
      return RefUpdate.Result.LOCK_FAILURE;
    } catch (java.nio.file.FileSystemException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // JGit meets damage in many ways, index out of bounds included.
      throw damage.of("ref cannot be moved: " + e, ref, e);
    }
  }

  private FileRepository open() throws IOException {
    FileRepositoryBuilder builder = new FileRepositoryBuilder();
    builder.setGitDir(gitDir.toFile()).setBare().setMustExist(false);
    return new FileRepository(builder.setup());
  }

  private static boolean isDone(RefUpdate.Result result) {
    return result == RefUpdate.Result.NEW
        || result == RefUpdate.Result.FAST_FORWARD
        || result == RefUpdate.Result.NO_CHANGE
        || result == RefUpdate.Result.FORCED;
  }

  /**
   * JGit syncs the files; the names of the ref and of its log are made durable here, new
   * directories included.
   */
  private void sync(String ref) throws IOException {
    Path file = gitDir.resolve(ref);
    forgetMissing(ref);
    // The file was put in the place of another.
    durable.remove(file);
    syncNames(file);
    syncNames(gitDir.resolve("logs").resolve(ref));
  }

  private void syncNames(Path file) throws IOException {
    for (Path at = file; !at.equals(gitDir); at = at.getParent()) {
      if (!durable.contains(at) && Files.isDirectory(at.getParent())) {
        DurableFiles.syncDirectory(at.getParent());
        durable.add(at);
      }
    }
  }

  /** Others may have taken away what this process knew. */
  private void forgetMissing(String ref) {
    for (Path file : List.of(gitDir.resolve(ref), gitDir.resolve("logs").resolve(ref))) {
      for (Path at = file; !at.equals(gitDir); at = at.getParent()) {
        if (!Files.exists(at)) {
          durable.remove(at);
        }
      }
    }
  }

  /** Waits for lock files to go, and removes one that has not changed for two seconds. */
  private static final class LockWatch {
    private final List<Path> locks;
    private final long start = System.nanoTime();
    private String seen = "";
    private long seenAt = start;

    LockWatch(List<Path> locks) {
      this.locks = locks;
    }

    /** Returns true when another attempt makes sense. */
    boolean waitForChange() throws IOException {
      while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
        String now = state();
        if (now.isEmpty()) {
          // The lock went after the attempt, or there was none: then what failed was the
          // comparison.
          boolean hadLock = !seen.isEmpty();
          seen = "";
          return hadLock;
        }
        if (!now.equals(seen)) {
          seen = now;
          seenAt = System.nanoTime();
        } else if (System.nanoTime() - seenAt > TimeUnit.MILLISECONDS.toNanos(STALE_MILLIS)) {
          for (Path lock : locks) {
            Files.deleteIfExists(lock);
          }
          return true;
        }
        pause();
      }
      return false;
    }

    private String state() throws IOException {
      StringBuilder state = new StringBuilder();
      for (Path lock : locks) {
        try {
          BasicFileAttributes file = Files.readAttributes(lock, BasicFileAttributes.class);
          state
              .append(lock)
              .append(' ')
              .append(file.lastModifiedTime())
              .append(' ')
              .append(file.size())
              .append(';');
        } catch (NoSuchFileException e) {
          // Not locked by this one.
        }
      }
      return state.toString();
    }

    private static void pause() {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a lock file", e);
      }
    }
  }
}
