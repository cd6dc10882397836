package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;

/** Counts anew what the segments of a version record of their columns. */
final class Sums {
  private Sums() {}

  static void check(Version version) {
    VersionState state = ((LocalVersion) version).state();
    for (SegmentKey key : state.segmentKeys()) {
      SegmentReader reader = state.reader(key);
      SegmentCells cells = new SegmentCells(reader);
      for (Column column : state.schema()) {
        SegmentRecord.Digest digest = SegmentRecord.Digest.EMPTY;
        for (int slot = 0; slot < reader.record().rows(); slot++) {
          CellReader holder =
              reader.deleted().contains(slot) ? null : cells.holder(column.id(), slot);
          Object value = holder == null ? null : cells.read(holder, slot);
          if (value != null) {
            byte[] canonical = CellHash.canonical(holder.column().type(), value, column.name());
            long bytes = value instanceof Media media ? media.byteLength() : canonical.length;
            digest = digest.plus(bytes, CellHash.of(key.first() + slot, canonical));
          }
        }
        assertThat(reader.record().columns().getOrDefault(column.id(), SegmentRecord.Digest.EMPTY))
            .as("sums of column \"" + column.name() + "\" in segment " + key)
            .isEqualTo(digest);
      }
    }
  }
}
