package dev.sheaf.curation.internal.cluster;

import dev.sheaf.curation.internal.image.HammingIndex;
import dev.sheaf.curation.internal.image.PdqHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds pictures whose perceptual hashes are near. Groups are the connected components. */
public final class NearImages {
  private NearImages() {}

  /**
   * Groups pictures; similarity is {@code 1 - distance / 256}.
   *
   * @param hashes one for each picture, in order of preference; null for a picture that is a
   *     duplicate of none
   * @param radius the greatest distance of duplicates in bits
   */
  public static Clusters group(PdqHash[] hashes, int radius) {
    Clusters.Builder groups = new Clusters.Builder(hashes.length);
    Map<PdqHash, Integer> firsts = new HashMap<>();
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      if (hashes[i] == null) {
        continue;
      }
      Integer first = firsts.putIfAbsent(hashes[i], i);
      if (first == null) {
        members.add(i);
      } else {
        groups.pair(first, i, 1.0);
      }
    }
    HammingIndex index =
        new HammingIndex(members.stream().map(i -> hashes[i]).toArray(PdqHash[]::new));
    for (int member : members) {
      index.within(
          hashes[member],
          radius,
          found -> {
            int other = members.get(found);
            if (other < member) {
              int distance = hashes[other].distance(hashes[member]);
              groups.pair(other, member, 1 - (double) distance / PdqHash.BITS);
            }
          });
    }
    return groups.build();
  }
}
