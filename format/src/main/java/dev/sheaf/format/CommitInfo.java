package dev.sheaf.format;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One version's commit, as Git has it.
 *
 * @param id the commit's id, 40 hex digits
 * @param tree the tree's id: equal content gives an equal tree
 * @param parents the ids of the parents, oldest line first
 * @param authorName who made it
 * @param authorEmail their address
 * @param time when
 * @param message the whole message, trailers included
 * @param trailers the {@code Name: value} lines at its end, in order
 */
public record CommitInfo(
    String id,
    String tree,
    List<String> parents,
    String authorName,
    String authorEmail,
    Instant time,
    String message,
    Map<String, String> trailers) {
  /** Copies the collections. */
  public CommitInfo {
    parents = List.copyOf(parents);
    trailers = Collections.unmodifiableMap(new LinkedHashMap<>(trailers));
  }

  /** Returns the first line of the message. */
  public String subject() {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
