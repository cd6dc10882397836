package dev.sheaf.format.internal.diff;

import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The segments whose folders differ between two trees; equal subtrees are not entered. */
public final class ChangedSegments {
  private static final String FOLDER = "segments";
  private static final int LOW_BITS = 24;

  private ChangedSegments() {}

  /** Returns the segments that differ, or that only one tree has, sorted. */
  public static Set<SegmentKey> between(TreeSnapshot a, TreeSnapshot b) {
    Set<SegmentKey> changed = new TreeSet<>();
    for (String run : differing(a, b, FOLDER)) {
      String runFolder = FOLDER + "/" + run;
      for (String high : differing(a, b, runFolder)) {
        String highFolder = runFolder + "/" + high;
        for (String low : differing(a, b, highFolder)) {
          changed.add(
              new SegmentKey(
                  Long.parseUnsignedLong(run, 16),
                  Long.parseUnsignedLong(high, 16) << LOW_BITS | Long.parseLong(low, 16)));
        }
      }
    }
    return changed;
  }

  private static Set<String> differing(TreeSnapshot a, TreeSnapshot b, String folder) {
    if (a.objectId(folder).equals(b.objectId(folder))) {
      return Set.of();
    }
    Map<String, String> first = names(a, folder);
    Set<String> differing = new TreeSet<>();
    names(b, folder)
        .forEach(
            (name, id) -> {
              if (!id.equals(first.remove(name))) {
                differing.add(name);
              }
            });
    differing.addAll(first.keySet());
    return differing;
  }

  private static Map<String, String> names(TreeSnapshot tree, String folder) {
    Map<String, String> names = new LinkedHashMap<>();
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      if (entry.isTree()) {
        names.put(entry.name(), entry.objectId());
      }
    }
    return names;
  }
}
