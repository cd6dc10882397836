package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitInfo;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed commit. Immutable.
 *
 * @param id the commit
 * @param tree its tree
 * @param parents its parents, in order
 * @param authorName who made it
 * @param authorEmail their address
 * @param time the committer's time, in whole seconds
 * @param message the whole message
 */
record CommitObject(
    Oid id,
    Oid tree,
    List<Oid> parents,
    String authorName,
    String authorEmail,
    Instant time,
    String message) {
  private static final Pattern PERSON =
      Pattern.compile("(.*?) ?<([^>]*)> (-?[0-9]{1,18})(?: [+-][0-9]{4})?", Pattern.DOTALL);
  private static final Pattern TRAILER = Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*): (.*)");

  /**
   * Parses the bytes of a commit.
   *
   * @throws BadObject if a header that every commit has is missing or damaged
   */
  static CommitObject parse(Oid id, byte[] bytes) throws BadObject {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int blank = text.indexOf("\n\n");
    String head = blank < 0 ? text : text.substring(0, blank);
    Oid tree = null;
    List<Oid> parents = new ArrayList<>();
    Matcher author = null;
    Matcher committer = null;
    for (String line : head.split("\n")) {
      if (line.startsWith("tree ") && tree == null) {
        tree = oid(line.substring(5));
      } else if (line.startsWith("parent ")) {
        parents.add(oid(line.substring(7)));
      } else if (line.startsWith("author ") && author == null) {
        author = person(line.substring(7));
      } else if (line.startsWith("committer ") && committer == null) {
        committer = person(line.substring(10));
      }
    }
    if (tree == null || author == null || committer == null) {
      throw new BadObject("commit has no tree, author or committer");
    }
    try {
      return new CommitObject(
          id,
          tree,
          List.copyOf(parents),
          author.group(1),
          author.group(2),
          Instant.ofEpochSecond(Long.parseLong(committer.group(3))),
          blank < 0 ? "" : text.substring(blank + 2));
    } catch (DateTimeException e) {
      throw new BadObject("commit has an impossible time: " + committer.group(3));
    }
  }

  /** Returns the commit as one that begins a history. */
  CommitObject withoutParents() {
    return new CommitObject(id, tree, List.of(), authorName, authorEmail, time, message);
  }

  private static Oid oid(String hex) throws BadObject {
    if (!Oid.isHex(hex)) {
      throw new BadObject("commit names an object by a damaged id");
    }
    return Oid.parse(hex);
  }

  private static Matcher person(String text) throws BadObject {
    Matcher matcher = PERSON.matcher(text);
    if (!matcher.matches()) {
      throw new BadObject("commit has a damaged author or committer");
    }
    return matcher;
  }

  /** Returns the bytes of a commit by one person at one moment, in UTC. */
  static GitObject encode(Oid tree, List<Oid> parents, CommitRequest request) {
    StringBuilder text = new StringBuilder("tree ").append(tree.hex()).append('\n');
    parents.forEach(parent -> text.append("parent ").append(parent.hex()).append('\n'));
    String person = person(request.authorName(), request.authorEmail(), request.time());
    text.append("author ").append(person).append('\n');
    text.append("committer ").append(person).append("\n\n");
    text.append(message(request.message(), request.trailers()));
    return new GitObject(ObjectType.COMMIT, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static String person(String name, String email, Instant time) {
    String clean = clean(name);
    return (clean.isEmpty() ? "unknown" : clean)
        + " <"
        + clean(email)
        + "> "
        + time.getEpochSecond()
        + " +0000";
  }

  private static String clean(String text) {
    return text.replaceAll("[<>\\p{Cntrl}]", " ").strip();
  }

  private static String message(String message, Map<String, String> trailers) {
    StringBuilder text = new StringBuilder(message.stripTrailing());
    if (!trailers.isEmpty()) {
      text.append(text.length() == 0 ? "" : "\n\n");
      trailers.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    } else if (text.length() > 0) {
      text.append('\n');
    }
    return text.toString();
  }

  static boolean isTrailer(String name, String value) {
    return TRAILER.matcher(name + ": " + value).matches();
  }

  /**
   * Returns the {@code Name: value} lines at the end of the message; of repeated names the last.
   */
  Map<String, String> trailers() {
    String text = message.stripTrailing();
    int blank = text.lastIndexOf("\n\n");
    Map<String, String> trailers = new LinkedHashMap<>();
    for (String line : text.substring(blank < 0 ? 0 : blank + 2).split("\n")) {
      Matcher trailer = TRAILER.matcher(line);
      if (!trailer.matches()) {
        return Map.of();
      }
      trailers.put(trailer.group(1), trailer.group(2));
    }
    return trailers;
  }

  CommitInfo info() {
    List<String> ids = parents.stream().map(Oid::hex).toList();
    return new CommitInfo(
        id.hex(), tree.hex(), ids, authorName, authorEmail, time, message, trailers());
  }
}
