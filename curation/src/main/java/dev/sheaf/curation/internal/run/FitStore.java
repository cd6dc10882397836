package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.step.Fits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Supplier;

/** Fits as files, each written under another name first. One thread. */
final class FitStore implements Fits {
  private final Path folder;
  private final boolean refit;

  /**
   * Creates the store.
   *
   * @param refit whether stored fits are replaced
   */
  FitStore(Path folder, boolean refit) {
    this.folder = folder;
    this.refit = refit;
  }

  @Override
  public byte[] get(String digest, Supplier<byte[]> fit) {
    Path file = folder.resolve(InputDigest.ofText(digest) + ".fit");
    try {
      if (!refit && Files.exists(file)) {
        return Files.readAllBytes(file);
      }
      byte[] fresh = fit.get();
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "fit", ".part");
      Files.write(part, fresh);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
