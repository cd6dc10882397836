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
    String user = System.getProperty("user.name", "unknown");
    return CommitRequest.of(message, builder)
        .withAuthor(
            variable("GIT_AUTHOR_NAME", user), variable("GIT_AUTHOR_EMAIL", user + "@localhost"));
  }

  private static String variable(String name, String fallback) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? fallback : value;
  }
}
