package dev.sheaf.format.internal.git;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Keeps JGit to the repository at hand: no user or system configuration, no {@code git} process to
 * find one, and no probe files to measure the file system's clock. Immutable, for the whole
 * process.
 */
final class HermeticSystemReader extends SystemReader.Delegate {
  /** Coarser than any file system's clock, so a ref written within it is read again. */
  private static final long TIMESTAMP_RESOLUTION_SECONDS = 2;

  private HermeticSystemReader(SystemReader delegate) {
    super(delegate);
  }

  /** Makes this the process's reader; does nothing when it is. */
  static synchronized void install() {
    SystemReader present = SystemReader.getInstance();
    if (!(present instanceof HermeticSystemReader)) {
      SystemReader.setInstance(new HermeticSystemReader(present));
    }
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  /** A configuration with one built-in value. */
  private static final class NoFile extends FileBasedConfig {
    NoFile(Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // There is nothing to load.
    }

    @Override
    public void save() throws IOException {
      // There is nowhere to save to.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section, String subsection, String name, long fallback, TimeUnit unit) {
      if (section.equals("filesystem") && name.equals("timestampResolution")) {
        return unit.convert(TIMESTAMP_RESOLUTION_SECONDS, TimeUnit.SECONDS);
      }
      return super.getTimeUnit(section, subsection, name, fallback, unit);
    }
  }
}
