package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Fits;
import dev.sheaf.curation.step.Predicates;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The samples that reached a step. */
final class RunRows implements Rows {
  private final Version version;
  private final long[] indices;
  private final SampleId[] ids;
  private final Feature[] features;
  private final Predicates predicates;
  private final Fits fits;

  RunRows(
      Version version,
      long[] indices,
      SampleId[] ids,
      Feature[] features,
      Predicates predicates,
      Fits fits) {
    this.version = version;
    this.indices = indices;
    this.ids = ids;
    this.features = features;
    this.predicates = predicates;
    this.fits = fits;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public long index(int row) {
    return indices[row];
  }

  @Override
  public SampleId id(int row) {
    return ids[(int) indices[row]];
  }

  @Override
  public Feature feature(int row) {
    return features[row];
  }

  @Override
  public List<Sample> samples(int from, int to) {
    return version.take(Arrays.copyOfRange(indices, from, to));
  }

  @Override
  public Version version() {
    return version;
  }

  @Override
  public BitSet matching(String condition) {
    BitSet matching = predicates.matching(version, condition);
    BitSet rows = new BitSet();
    for (int row = 0; row < indices.length; row++) {
      if (matching.get((int) indices[row])) {
        rows.set(row);
      }
    }
    return rows;
  }

  @Override
  public Fits fits() {
    return fits;
  }
}
