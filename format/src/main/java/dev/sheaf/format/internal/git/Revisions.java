package dev.sheaf.format.internal.git;

import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the commit that a revision names, in Git's grammar:
 *
 * <pre>
 *   revision := base suffix*
 *   base     := "" | "HEAD" | "@" | ref | sha prefix of 4 to 40 digits | [ref] "@{" n "}" | [ref] "@{" moment "}"
 *   suffix   := "~" [n] | "^" [n] | "^{}" | "^{commit}"
 * </pre>
 *
 * <p>Stateless, safe for use by several threads.
 */
final class Revisions {
  private static final Pattern SUFFIX =
      Pattern.compile("~(\\d{0,9})|\\^(\\d{1,9})|\\^\\{(commit)?}|\\^");
  private static final Pattern SHORT_ID = Pattern.compile("[0-9a-fA-F]{4,40}");
  private static final int MAX_TAG_DEPTH = 16;
  private static final int MAX_CANDIDATES = 64;

  private final ObjectStore objects;
  private final RefFiles refs;
  private final History history;
  private final Damage damage;
  private final Clock clock;

  Revisions(ObjectStore objects, RefFiles refs, History history, Damage damage, Clock clock) {
    this.objects = objects;
    this.refs = refs;
    this.history = history;
    this.damage = damage;
    this.clock = clock;
  }

  /**
   * Returns the commit that a revision names.
   *
   * @throws NotFoundException if there is none
   */
  Oid resolve(String revision) {
    int end = 0;
    int depth = 0;
    while (end < revision.length() && (depth > 0 || "^~".indexOf(revision.charAt(end)) < 0)) {
      depth += revision.charAt(end) == '{' ? 1 : revision.charAt(end) == '}' ? -1 : 0;
      end++;
    }
    Oid at = base(revision.substring(0, end), revision);
    Matcher suffix = SUFFIX.matcher(revision);
    while (end < revision.length()) {
      if (!suffix.find(end) || suffix.start() != end) {
        throw notFound(
            "Revision \""
                + revision
                + "\" has an unknown suffix: \""
                + revision.substring(end)
                + "\"",
            "");
      }
      at = step(at, suffix, revision);
      end = suffix.end();
    }
    return at;
  }

  private Oid step(Oid at, Matcher suffix, String revision) {
    String text = suffix.group();
    if (text.startsWith("~")) {
      int generations = suffix.group(1).isEmpty() ? 1 : Integer.parseInt(suffix.group(1));
      return history
          .ancestor(at, generations)
          .orElseThrow(
              () ->
                  notFound(
                      "Revision \"" + revision + "\" goes beyond the first commit", forgotten()));
    }
    int number =
        text.equals("^") ? 1 : suffix.group(2) == null ? 0 : Integer.parseInt(suffix.group(2));
    if (number == 0) {
      return at;
    }
    List<Oid> parents = objects.commit(at).parents();
    if (number > parents.size()) {
      String has = at.hex().substring(0, 8) + " has " + parents.size() + " parents";
      throw notFound("Revision \"" + revision + "\" does not exist: commit " + has, forgotten());
    }
    return parents.get(number - 1);
  }

  private Oid base(String text, String revision) {
    int at = text.indexOf("@{");
    if (at >= 0) {
      if (!text.endsWith("}") || text.indexOf("@{", at + 2) >= 0) {
        throw unknown(revision);
      }
      return past(text.substring(0, at), text.substring(at + 2, text.length() - 1), revision);
    }
    if (isHead(text)) {
      return refs.find(refs.head()).map(id -> peel(id, revision)).orElseThrow(this::noVersion);
    }
    if (Oid.isHex(text)) {
      Oid id = Oid.parse(text);
      if (!objects.contains(id)) {
        throw unknown(revision);
      }
      return peel(id, revision);
    }
    Optional<String> ref = ref(text);
    if (ref.isPresent()) {
      return refs.find(ref.get())
          .map(id -> peel(id, revision))
          .orElseThrow(() -> unknown(revision));
    }
    if (SHORT_ID.matcher(text).matches()) {
      return shortId(text.toLowerCase(Locale.ROOT), revision);
    }
    throw unknown(revision);
  }

  private static boolean isHead(String text) {
    return text.isEmpty() || text.equals("HEAD") || text.equals("@");
  }

  private Optional<String> ref(String name) {
    return RefName.candidates(name).stream()
        .filter(full -> refs.find(full).isPresent())
        .findFirst();
  }

  /** Follows annotated tags to the commit. */
  Oid peel(Oid id, String revision) {
    Oid at = id;
    for (int i = 0; i < MAX_TAG_DEPTH; i++) {
      GitObject object = objects.read(at, "");
      if (object.type() == ObjectType.COMMIT) {
        return at;
      }
      String text = new String(object.bytes(), StandardCharsets.UTF_8);
      int target = "object ".length();
      if (object.type() != ObjectType.TAG) {
        throw notFound(
            "Revision \"" + revision + "\" is a " + object.type().label() + ", not a commit", "");
      }
      if (!text.startsWith("object ")
          || text.length() < target + Oid.HEX_DIGITS
          || !Oid.isHex(text.substring(target, target + Oid.HEX_DIGITS))) {
        throw damage.of("tag is damaged", at, "");
      }
      at = Oid.parse(text.substring(target, target + Oid.HEX_DIGITS));
    }
    throw damage.of("tag names a tag too many times over", id, "");
  }

  private Oid shortId(String prefix, String revision) {
    Set<Oid> all = objects.matching(prefix);
    List<Oid> commits = new ArrayList<>();
    for (Oid id : all.stream().limit(MAX_CANDIDATES).toList()) {
      ObjectType type = objects.read(id, "").type();
      if (type == ObjectType.COMMIT || type == ObjectType.TAG) {
        commits.add(id);
      }
    }
    if (commits.size() > 1 || all.size() > MAX_CANDIDATES) {
      List<String> ids = commits.stream().map(id -> id.hex().substring(0, 12)).toList();
      throw notFound(
          "Short id \"" + prefix + "\" is ambiguous", "It may be " + String.join(", ", ids));
    }
    if (commits.isEmpty()) {
      throw unknown(revision);
    }
    return peel(commits.get(0), revision);
  }

  /**
   * Resolves {@code ref@{what}} by the reflog; a moment that the reflog does not reach by the
   * commits' times.
   */
  private Oid past(String name, String what, String revision) {
    String ref = isHead(name) ? refs.head() : ref(name).orElseThrow(() -> unknown(revision));
    Oid tip = refs.find(ref).map(id -> peel(id, revision)).orElseThrow(this::noVersion);
    List<RefFiles.Step> log = refs.log(ref);
    if (what.matches("\\d{1,9}")) {
      return step(log, Integer.parseInt(what), tip, revision);
    }
    Instant moment =
        Moment.parse(what, clock.instant())
            .orElseThrow(
                () ->
                    notFound(
                        "Revision \""
                            + revision
                            + "\" has neither a number nor a time in @{…}: \""
                            + what
                            + "\"",
                        "Write a time as 2026-11-01, 2026-11-01T10:00, 2026-11-01T10:00+02:00 or 2.days.ago"));
    for (int i = log.size() - 1; i >= 0; i--) {
      if (!log.get(i).time().isAfter(moment)) {
        return log.get(i).after();
      }
    }
    return history
        .asOf(tip, moment)
        .map(CommitObject::id)
        .orElseThrow(
            () ->
                notFound("Revision \"" + revision + "\" is before the first commit", forgotten()));
  }

  private Oid step(List<RefFiles.Step> log, int back, Oid tip, String revision) {
    if (back == 0) {
      return tip;
    }
    if (back < log.size()) {
      return log.get(log.size() - 1 - back).after();
    }
    if (back == log.size() && !log.get(0).before().equals(Oid.ZERO)) {
      return log.get(0).before();
    }
    throw notFound(
        "Revision \"" + revision + "\" is not there: the ref's log has " + log.size() + " entries",
        "");
  }

  private String forgotten() {
    return objects.shallow().commits().isEmpty()
        ? ""
        : "`sheaf expire` has forgotten what is older";
  }

  private NotFoundException noVersion() {
    return notFound(
        "Dataset has no version yet on its branch \"" + shorten(refs.head()) + "\"", known("HEAD"));
  }

  private NotFoundException unknown(String revision) {
    return notFound("Unknown revision \"" + revision + "\"", known(revision));
  }

  private String known(String revision) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Oid> ref : refs.list("refs/").entrySet()) {
      if (ref.getKey().startsWith(RefName.HEADS) || ref.getKey().startsWith(RefName.TAGS)) {
        names.add(shorten(ref.getKey()));
      }
    }
    return Suggestion.of(revision, names, "branches and tags");
  }

  static String shorten(String ref) {
    if (ref.startsWith(RefName.HEADS)) {
      return ref.substring(RefName.HEADS.length());
    }
    return ref.startsWith(RefName.TAGS) ? ref.substring(RefName.TAGS.length()) : ref;
  }

  private NotFoundException notFound(String headline, String hint) {
    return new NotFoundException("SHEAF-NF-002", headline, damage.location(), hint);
  }
}
