package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.io.LinkRoots;
import dev.sheaf.format.internal.io.LinkedChunkStore;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.order.OrderChange;
import dev.sheaf.format.internal.order.OrderEdit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

/**
 * The folder of a dataset: what is where in it, and how it comes to be. A dataset is whole or not
 * there: {@code git} appears last.
 */
final class DatasetFolder {
  static final String GIT = "git";
  static final String LOCAL = "local";
  private static final String CHUNKS = "chunks";
  private static final String SUFFIX = ".sheaf";
  private static final String UNBORN = "unborn-";
  private static final int COPY_BYTES = 1 << 20;

  private DatasetFolder() {}

  /** Opens the store of the chunks, and of the files that are linked. */
  static ChunkStore store(Path path) {
    return new LinkedChunkStore(path, chunks(path), roots(path));
  }

  /** Returns where this machine has the folders that links lead to. */
  static LinkRoots roots(Path path) {
    return new LinkRoots(path, System.getenv(LinkRoots.VARIABLE));
  }

  private static LocalChunkStore chunks(Path path) {
    return new LocalChunkStore(path.resolve(CHUNKS), path.resolve(LOCAL).resolve("tmp"));
  }

  /** Makes an empty dataset; see {@link dev.sheaf.format.Dataset#create}. */
  static void create(Path path) {
    try {
      begin(path);
      Path unborn = unborn(path);
      try (GitStore git = GitStore.create(unborn, "main")) {
        git.commit("main", Authors.request("Create the dataset", head -> firstTree()));
      }
      finish(path, unborn);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + path + ": " + e.getMessage(), e);
    }
  }

  private static TreeEdit firstTree() {
    TreeEdit edit = new TreeEdit();
    edit.put(FormatLeaf.PATH, FormatLeaf.fresh());
    OrderChange order = OrderEdit.empty().build();
    order.puts().forEach(edit::put);
    return edit;
  }

  /** Copies a dataset; see {@link dev.sheaf.format.Dataset#copyTo}. */
  static void copy(LocalDataset dataset, Path target) {
    ChunkStore store = dataset.store();
    try {
      begin(target);
      Path unborn = unborn(target);
      ChunkReferences references = new ChunkReferences();
      dataset.git().copyTo(unborn, references);
      Set<String> all = dataset.withSuccessors(references.chunks());
      try (LocalChunkStore copies = chunks(target)) {
        for (String chunk : all) {
          if (store.moved(chunk).isEmpty()) {
            copy(dataset, chunk, copies);
          }
        }
        copies.syncNames();
        for (String chunk : all) {
          store.moved(chunk).ifPresent(moved -> copies.move(chunk, moved));
        }
      }
      LinkRoots from = roots(dataset.path());
      LinkRoots to = roots(target);
      references.roots().forEach(root -> to.put(root, from.folder(root)));
      finish(target, unborn);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy to " + target + ": " + e.getMessage(), e);
    }
  }

  /** Copies a chunk; its name is computed anew, so damage is not passed on. */
  private static void copy(LocalDataset dataset, String chunk, ChunkStore copies) {
    ChunkStore store = dataset.store();
    long size = store.size(chunk);
    if (size < 0) {
      // Throws, and says that it is missing.
      store.read(chunk, 0, 1);
    }
    try (ChunkWriter writer = copies.create()) {
      for (long at = 0; at < size; at += COPY_BYTES) {
        writer.write(store.read(chunk, at, (int) Math.min(COPY_BYTES, size - at)));
      }
      if (!writer.seal().equals(chunk)) {
        throw new CorruptDataException(
            "SHEAF-CHK-003",
            "Chunk does not match its name",
            Location.of(dataset.path()).with("chunk", chunk),
            "Run `sheaf fsck --deep` on the dataset; the copy is not finished");
      }
    }
  }

  /** Makes the folder, without the repository. */
  private static void begin(Path path) throws IOException {
    if (!path.toString().endsWith(SUFFIX)) {
      throw new InvalidInputException(
          "SHEAF-INP-004",
          "Dataset name does not end in \"" + SUFFIX + "\"",
          Location.of(path),
          "Name it " + path + SUFFIX);
    }
    if (path.toAbsolutePath().getParent() != null) {
      DurableFiles.createDirectories(path.toAbsolutePath().getParent());
    }
    createEmpty(path);
    DurableFiles.createDirectories(path.resolve(CHUNKS));
  }

  /** Returns the name of a repository that is being made. */
  private static Path unborn(Path path) {
    return path.resolve(LOCAL).resolve(UNBORN + UUID.randomUUID());
  }

  /** Puts the repository where it makes the folder a dataset. */
  private static void finish(Path path, Path unborn) throws IOException {
    DurableFiles.move(unborn, path.resolve(GIT));
    DurableFiles.syncDirectory(path);
  }

  private static void createEmpty(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (var entries = Files.list(path)) {
        if (entries.allMatch(DatasetFolder::isUnborn)) {
          return;
        }
      }
    }
    try {
      Files.createDirectory(path);
      DurableFiles.syncDirectory(path.toAbsolutePath().getParent());
    } catch (FileAlreadyExistsException e) {
      throw new InvalidInputException(
          "SHEAF-INP-005",
          "Something is there already",
          Location.of(path),
          "Choose another name, or open it",
          e);
    }
  }

  /** Tells whether this is what a crash may leave of a dataset that was being made. */
  private static boolean isUnborn(Path entry) {
    if (!Files.isDirectory(entry)
        || !Set.of(CHUNKS, LOCAL).contains(entry.getFileName().toString())) {
      return false;
    }
    try (var files = Files.list(entry)) {
      return files.allMatch(file -> file.getFileName().toString().startsWith(UNBORN));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + entry, e);
    }
  }
}
