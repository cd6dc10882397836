package dev.sheaf.format.internal.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionsTest {
  private static final Instant NOW = Instant.parse("2026-11-10T12:00:00Z");

  @TempDir Path temp;
  private GitStore store;
  private final List<CommitInfo> commits = new ArrayList<>();

  /** Ten commits, at 10:00 from 2026-11-01 to 2026-11-10. */
  @BeforeEach
  void create() {
    Path gitDir = temp.resolve("git");
    GitStore.create(gitDir, "main").close();
    store = GitStore.open(gitDir, GitStore.DEFAULT_CACHE_BYTES, Clock.fixed(NOW, ZoneOffset.UTC));
    for (int day = 1; day <= 10; day++) {
      String content = "day " + day;
      Instant time = Instant.parse("2026-11-%02dT10:00:00Z".formatted(day));
      CommitRequest request =
          CommitRequest.of(
              content,
              head ->
                  new TreeEdit()
                      .put("a", content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      commits.add(store.commit("main", request.withTime(time)));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void means(String revision, int day) {
    assertThat(store.resolve(revision).info().message().strip())
        .as(revision)
        .isEqualTo("day " + day);
  }

  private void unknown(String revision, String message) {
    assertThatThrownBy(() -> store.resolve(revision))
        .as(revision)
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(message)
        .extracting("code")
        .isEqualTo("SHEAF-NF-002");
  }

  @Test
  void names() {
    store.createBranch("topic/x", "main~4");
    store.createTag("v1", "main~8");
    for (String revision : List.of("", "HEAD", "@", "main", "heads/main", "refs/heads/main")) {
      means(revision, 10);
    }
    means("topic/x", 6);
    means("v1", 2);
    means("tags/v1", 2);
    means(commits.get(2).id(), 3);
    means(commits.get(2).id().substring(0, 12), 3);
    means(commits.get(2).id().substring(0, 12).toUpperCase(java.util.Locale.ROOT), 3);
  }

  @Test
  void ancestors() {
    means("main~", 9);
    means("main~2", 8);
    means("main^^", 8);
    means("HEAD^", 9);
    means("HEAD^1~3", 6);
    means("main~0", 10);
    means("@~1", 9);
    means("main^0", 10);
    means("main^{commit}~1^{}", 9);
    means("~3", 7);
    means("main@{2}~1", 7);
    unknown("main~10", "goes beyond the first commit");
    unknown("main^2", "has 1 parents");
    unknown("main~999999999999", "goes beyond the first commit");
    unknown("main^{tree}", "unknown suffix");
    unknown("main~x", "unknown suffix");
  }

  @Test
  void reflog() {
    means("main@{0}", 10);
    means("main@{1}", 9);
    means("@{9}", 1);
    means("HEAD@{3}", 7);
    unknown("main@{10}", "log has 10 entries");
    unknown("main@{", "Unknown revision");
    unknown("main@{a}@{b}", "Unknown revision");
  }

  @Test
  void moments() {
    means("@{2026-11-03}", 3);
    means("main@{2026-11-03}", 3);
    means("main@{2026-11-03T09:59}", 2);
    means("main@{2026-11-03T10:00}", 3);
    means("main@{2026-11-03 10:00:00}", 3);
    means("main@{2026-11-03T10:00:00Z}", 3);
    means("main@{2026-11-03T11:30+02:00}", 2);
    means("main@{2026-11-03T12:00+0200}", 3);
    means("main@{2030-01-01}~1", 9);
    means("main@{yesterday}", 9);
    means("main@{2.days.ago}", 8);
    means("main@{3 hours ago}", 9);
    means("main@{now}", 10);
    unknown("main@{2026-10-31}", "is before the first commit");
    unknown("main@{2026-13-31}", "neither a number nor a time");
    unknown("main@{soon}", "Write a time as 2026-11-01");
  }

  @Test
  void momentsGoByTheCommitsWithoutALog() throws IOException {
    Files.delete(temp.resolve("git/logs/refs/heads/main"));
    means("main@{2026-11-03}", 3);
    means("@{2026-11-03T09:59}", 2);
    unknown("main@{2026-10-31}", "is before the first commit");
  }

  @Test
  void theLogKnowsWhereABranchWas() {
    store.createBranch("side", "main~5");
    store.deleteBranch("side");
    store.createBranch("side", "main~7");
    means("side@{0}", 3);
    // The branch was made just now, so its log does not reach back.
    means("side@{2026-11-02}", 2);
  }

  @Test
  void unknownNamesComeWithAdvice() {
    store.createTag("v1", "main");
    unknown("mian", "Did you mean \"main\"? branches and tags: main, v1");
    unknown("deadbeef", "Unknown revision \"deadbeef\"");
    unknown("0".repeat(40), "Unknown revision");
    unknown("../../HEAD", "Unknown revision");
    unknown("refs/heads/../../HEAD", "Unknown revision");
    unknown("abc", "Unknown revision");
    unknown("a b", "Unknown revision");
    unknown("main\0", "Unknown revision");
  }

  @Test
  void ambiguousShortIdsSaySo() {
    // 16 bits: among 700 commits two share their first four digits, by far most likely; found, not
    // assumed.
    CommitRequest empty = CommitRequest.of("more", head -> new TreeEdit()).allowingEmpty();
    java.util.Map<String, String> seen = new java.util.HashMap<>();
    for (int i = 0; i < 700; i++) {
      String id = store.commit("main", empty.withTime(NOW.plusSeconds(i))).id();
      String other = seen.put(id.substring(0, 4), id);
      if (other != null) {
        unknown(id.substring(0, 4), "Short id \"" + id.substring(0, 4) + "\" is ambiguous");
        unknown(id.substring(0, 4), other.substring(0, 12));
        return;
      }
    }
    throw new AssertionError("no two of 700 ids share 4 digits");
  }
}
