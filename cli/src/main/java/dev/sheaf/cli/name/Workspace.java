package dev.sheaf.cli.name;

import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one person on one machine works on in a dataset: {@code local/workspaces/<user@host>.json},
 * or the name in {@code SHEAF_WORKSPACE}. Switching a branch here never moves what others open.
 *
 * <p>Reading never fails for lack of {@code local/}: a dataset may be mounted read-only.
 */
public final class Workspace {
  private static final String DETACHED = "detached";
  private static final String BEFORE = "before";

  private final String name;
  private final Path file;

  private Workspace(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /** Returns the workspace of the person that {@code variables} tell of. */
  public static Workspace of(Path dataset, Map<String, String> variables) {
    String chosen = variables.getOrDefault("SHEAF_WORKSPACE", "");
    String name = chosen.isEmpty() ? user(variables) + "@" + host(variables) : chosen;
    return new Workspace(
        name, dataset.resolve("local").resolve("workspaces").resolve(fileName(name) + ".json"));
  }

  /** Returns its name, for example {@code ada@lab7}. */
  public String name() {
    return name;
  }

  /** Returns its name in plain characters, for the names of files. */
  public String id() {
    return fileName(name);
  }

  /** Returns the branch that was switched to, or empty if none ever was or it cannot be read. */
  public Optional<String> branch() {
    return read().get("branch") instanceof String branch && !branch.isEmpty()
        ? Optional.of(branch)
        : Optional.empty();
  }

  /** Returns the branch that the workspace was on before the current one, if any. */
  public Optional<String> before() {
    return read().get(BEFORE) instanceof String branch && !branch.isEmpty()
        ? Optional.of(branch)
        : Optional.empty();
  }

  /**
   * Returns the version that the workspace looks at in place of its branch, or empty if it is on
   * its branch.
   */
  public Optional<String> detached() {
    return read().get(DETACHED) instanceof String commit && commit.matches("[0-9a-f]{40}")
        ? Optional.of(commit)
        : Optional.empty();
  }

  /**
   * Makes a branch the current one.
   *
   * @param from the branch that was the current one
   */
  public void switchTo(String branch, String from) {
    Map<String, Object> state = new LinkedHashMap<>(read());
    state.put("branch", branch);
    if (!branch.equals(from)) {
      state.put(BEFORE, from);
    }
    state.remove(DETACHED);
    write(state);
  }

  /** Looks at a version; the branch is kept for {@link #attach}. */
  public void detach(String commit) {
    Map<String, Object> state = new LinkedHashMap<>(read());
    state.put(DETACHED, commit);
    write(state);
  }

  /** Goes back to the branch, if the workspace looks at a version. */
  public void attach() {
    Map<String, Object> state = new LinkedHashMap<>(read());
    if (state.remove(DETACHED) != null) {
      write(state);
    }
  }

  private void write(Map<String, Object> state) {
    try {
      Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "switch", ".tmp");
      try {
        Files.writeString(fresh, Json.write(state) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> read() {
    try {
      return JsonReader.object(Files.readString(file)).orElse(Map.of());
    } catch (IOException | SecurityException e) {
      return Map.of();
    }
  }

  private static String user(Map<String, String> variables) {
    String user = System.getProperty("user.name", "");
    return user.isEmpty() || user.equals("?") ? variables.getOrDefault("USER", "user") : user;
  }

  /** Asks no name server, which may take seconds to answer. */
  private static String host(Map<String, String> variables) {
    try {
      String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      if (!host.isEmpty()) {
        return host;
      }
    } catch (IOException e) {
      return variables.getOrDefault(
          "HOSTNAME", variables.getOrDefault("COMPUTERNAME", "localhost"));
    }
    return "localhost";
  }

  /** Percent-encodes all but plain characters, so that any name is a file name and none collide. */
  private static String fileName(String name) {
    StringBuilder file = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "@_-".indexOf(c) >= 0
              || (c == '.' && file.length() > 0);
      file.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return file.toString();
  }
}
