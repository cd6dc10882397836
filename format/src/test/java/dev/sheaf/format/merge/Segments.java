package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/** Checks what the records of a version say of its cells, and that keys are distinct. */
final class Segments {
  private Segments() {}

  static void check(Version version) {
    Set<String> keys = new HashSet<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      assertThat(keys.add(sample.key())).as("key %s occurs once", sample.key()).isTrue();
      assertThat(version.indexOf(sample.id())).isEqualTo(OptionalLong.of(i));
      assertThat(version.find(sample.key()).map(Sample::index)).contains(i);
    }
    for (SegmentKey key : ((LocalVersion) version).state().segmentKeys()) {
      SegmentReader segment = ((LocalVersion) version).state().reader(key);
      for (Column column : version.schema()) {
        assertThat(segment.record().columns().getOrDefault(column.id(), SegmentRecord.Digest.EMPTY))
            .as("digest of column \"%s\" of segment %s", column.name(), key)
            .isEqualTo(digest(segment, column.id()));
      }
    }
  }

  /** Sums up the cells that are not null; samples that the order leaves out count, too. */
  private static SegmentRecord.Digest digest(SegmentReader segment, String column) {
    SegmentRecord.Digest digest = SegmentRecord.Digest.EMPTY;
    for (int slot = 0; slot < segment.record().rows(); slot++) {
      if (segment.deleted().contains(slot)) {
        continue;
      }
      for (CellReader cell : segment.cells(column)) {
        int row = cell.layer().rowOf(slot);
        if (row < 0) {
          continue;
        }
        Object value = cell.value(row);
        if (value != null) {
          byte[] canonical = CellHash.canonical(cell.column().type(), value, "cell");
          long bytes = value instanceof Media media ? media.byteLength() : canonical.length;
          digest = digest.plus(bytes, CellHash.of(segment.key().first() + slot, canonical));
        }
        break;
      }
    }
    return digest;
  }
}
