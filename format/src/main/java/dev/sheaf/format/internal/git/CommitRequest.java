package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What {@link GitStore#commit} is to make. Immutable; the {@code with} methods return changed
 * copies.
 *
 * <p>The builder is called with the head of the branch while the commit lock is held, and for
 * {@link GitStore#propose} before: it should be quick, have no effect but its result, and must not
 * commit itself. It may throw {@link CommitConflictException} to give up. For a branch without a
 * commit it gets the empty tree.
 */
public final class CommitRequest {
  private final Function<TreeSnapshot, TreeEdit> builder;
  private final String message;
  private final Map<String, String> trailers;
  private final String authorName;
  private final String authorEmail;
  private final Instant time;
  private final List<String> mergedParents;
  private final String expectedHead;
  private final boolean allowEmpty;
  private final Consumer<TreeSnapshot> check;

  private CommitRequest(
      Function<TreeSnapshot, TreeEdit> builder,
      String message,
      Map<String, String> trailers,
      String authorName,
      String authorEmail,
      Instant time,
      List<String> mergedParents,
      String expectedHead,
      boolean allowEmpty,
      Consumer<TreeSnapshot> check) {
    this.builder = Objects.requireNonNull(builder, "builder");
    this.message = Objects.requireNonNull(message, "message");
    this.trailers = Collections.unmodifiableMap(new LinkedHashMap<>(trailers));
    this.authorName = Objects.requireNonNull(authorName, "authorName");
    this.authorEmail = Objects.requireNonNull(authorEmail, "authorEmail");
    this.time = time.truncatedTo(ChronoUnit.SECONDS);
    this.mergedParents = List.copyOf(mergedParents);
    this.expectedHead = expectedHead;
    this.allowEmpty = allowEmpty;
    this.check = Objects.requireNonNull(check, "check");
    if (message.indexOf('\0') >= 0) {
      throw invalid("Commit message has a NUL character", "Remove it");
    }
    if (this.time.getEpochSecond() < 0) {
      throw invalid(
          "Commit time is before 1970: " + time, "Git cannot store it; give a later time");
    }
    this.trailers.forEach(
        (name, value) -> {
          if (!CommitObject.isTrailer(name, value) || value.indexOf('\0') >= 0) {
            throw invalid(
                "Not a trailer: name=\"" + name + "\" value=\"" + value + "\"",
                "Names have letters, digits and \"-\"; values are one line");
          }
        });
  }

  private static InvalidInputException invalid(String headline, String hint) {
    return new InvalidInputException("SHEAF-GIT-003", headline, Location.NONE, hint);
  }

  /**
   * Returns a request by nobody in particular, now, without trailers.
   *
   * @param message the message; the first line is the subject
   * @param builder makes the edits from the present head
   */
  public static CommitRequest of(String message, Function<TreeSnapshot, TreeEdit> builder) {
    return new CommitRequest(
        builder,
        message,
        Map.of(),
        "unknown",
        "",
        Instant.now(),
        List.of(),
        null,
        false,
        version -> {});
  }

  /** Returns this request with trailers, in the map's order. */
  public CommitRequest withTrailers(Map<String, String> newTrailers) {
    return new CommitRequest(
        builder,
        message,
        newTrailers,
        authorName,
        authorEmail,
        time,
        mergedParents,
        expectedHead,
        allowEmpty,
        check);
  }

  /** Returns this request in the name of a person. */
  public CommitRequest withAuthor(String name, String email) {
    return new CommitRequest(
        builder,
        message,
        trailers,
        name,
        email,
        time,
        mergedParents,
        expectedHead,
        allowEmpty,
        check);
  }

  /** Returns this request at a moment; Git stores whole seconds. */
  public CommitRequest withTime(Instant newTime) {
    return new CommitRequest(
        builder,
        message,
        trailers,
        authorName,
        authorEmail,
        newTime,
        mergedParents,
        expectedHead,
        allowEmpty,
        check);
  }

  /** Returns this request as a merge: the commits become parents after the head. */
  public CommitRequest withMergedParents(List<String> commitIds) {
    return new CommitRequest(
        builder,
        message,
        trailers,
        authorName,
        authorEmail,
        time,
        commitIds,
        expectedHead,
        allowEmpty,
        check);
  }

  /**
   * Returns this request refused unless the branch is at a commit (40 zeros: has no commit) at that
   * moment.
   */
  public CommitRequest withExpectedHead(String commitId) {
    return new CommitRequest(
        builder,
        message,
        trailers,
        authorName,
        authorEmail,
        time,
        mergedParents,
        commitId,
        allowEmpty,
        check);
  }

  /** Returns this request so that a commit is made even when the tree does not change. */
  public CommitRequest allowingEmpty() {
    return new CommitRequest(
        builder,
        message,
        trailers,
        authorName,
        authorEmail,
        time,
        mergedParents,
        expectedHead,
        true,
        check);
  }

  /**
   * Returns this request with a check of the version that it would make: called before the branch
   * moves and anything is written, while the commit lock is held. What it throws is thrown by
   * {@link GitStore#commit}, and nothing is changed.
   */
  public CommitRequest withCheck(Consumer<TreeSnapshot> newCheck) {
    return new CommitRequest(
        builder,
        message,
        trailers,
        authorName,
        authorEmail,
        time,
        mergedParents,
        expectedHead,
        allowEmpty,
        newCheck);
  }

  Function<TreeSnapshot, TreeEdit> builder() {
    return builder;
  }

  String message() {
    return message;
  }

  Map<String, String> trailers() {
    return trailers;
  }

  String authorName() {
    return authorName;
  }

  String authorEmail() {
    return authorEmail;
  }

  Instant time() {
    return time;
  }

  List<String> mergedParents() {
    return mergedParents;
  }

  Optional<String> expectedHead() {
    return Optional.ofNullable(expectedHead);
  }

  boolean allowEmpty() {
    return allowEmpty;
  }

  Consumer<TreeSnapshot> check() {
    return check;
  }
}
