package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.util.function.Function;

/** Says who commits: Git's own environment variables, else the user of the process. */
public final class Authors {
  private Authors() {}

  /** Returns a request in the name of whoever runs this process. */
  public static CommitRequest request(String message, Function<TreeSnapshot, TreeEdit> builder) {
    return CommitRequest.of(message, builder)
        .withAuthor(name(), variable("GIT_AUTHOR_EMAIL", user() + "@localhost"));
  }

  /** Returns the name of who commits. */
  static String name() {
    return variable("GIT_AUTHOR_NAME", user());
  }

  private static String user() {
    return System.getProperty("user.name", "unknown");
  }

  private static String variable(String name, String fallback) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? fallback : value;
  }
}
