package dev.sheaf.format.internal.git;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.file.Path;

/**
 * Words the errors of one damaged repository, all with the code {@code SHEAF-GIT-001}. Immutable.
 */
final class Damage {
  static final String CODE = "SHEAF-GIT-001";

  private final Path dataset;

  Damage(Path gitDir) {
    Path name = gitDir.getFileName();
    Path parent = gitDir.getParent();
    this.dataset =
        parent != null && name != null && name.toString().equals("git") ? parent : gitDir;
  }

  Location location() {
    return Location.of(dataset);
  }

  CorruptDataException of(String fact, Oid object, String path) {
    Location where = location().with("object", object.hex());
    return error(fact, path.isEmpty() ? where : where.with("path", path), null);
  }

  CorruptDataException of(String fact) {
    return error(fact, location(), null);
  }

  CorruptDataException of(String fact, String ref) {
    return error(fact, location().with("ref", ref), null);
  }

  CorruptDataException of(String fact, String ref, Throwable cause) {
    return error(fact, location().with("ref", ref), cause);
  }

  private CorruptDataException error(String fact, Location where, Throwable cause) {
    String headline = Character.toUpperCase(fact.charAt(0)) + fact.substring(1);
    String hint = "The versions are damaged; run `sheaf fsck " + dataset + "` to list all damage";
    return cause == null
        ? new CorruptDataException(CODE, headline, where, hint)
        : new CorruptDataException(CODE, headline, where, hint, cause);
  }
}
