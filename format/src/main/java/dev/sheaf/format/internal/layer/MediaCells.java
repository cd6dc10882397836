package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Encoded payloads. */
final class MediaCells extends StructCells {
  MediaCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
    super(layer, position, column, struct, column.form() == Form.LINKED ? struct.child(4) : null);
  }

  @Override
  public void addTo(PageTouch.Builder touch) {
    for (int field = 0; field < 3; field++) {
      touch.add(wide.field(field));
    }
  }

  @Override
  public Object value(Page page, int row) {
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    long length =
        wide.isInline(inline(), page, at, row)
            ? ((ArrayReader.Variable) inline()).length(page, at)
            : wide.length(page, at);
    return new StoredMedia(this, page, row, length);
  }

  @Override
  ByteBuffer range(Page page, int row, long offset, int count) {
    int at = row - page.firstRow();
    return wide.isNull(page, at)
        ? bytes(page, row).slice((int) offset, count).order(ByteOrder.LITTLE_ENDIAN)
        : wide.range(page, at, row, offset, count);
  }

  @Override
  ByteBuffer unverifiedRange(Page page, int row, long offset, int count) {
    int at = row - page.firstRow();
    return wide.isNull(page, at)
        ? bytes(page, row).slice((int) offset, count).order(ByteOrder.LITTLE_ENDIAN)
        : wide.unverified(page, at, row, offset, count);
  }

  @Override
  Optional<ByteBuffer> frameTable(int row) {
    CellReader frames = layer.aspect(column.column(), LayerColumn.FRAMES);
    return frames == null ? Optional.empty() : Optional.ofNullable((ByteBuffer) frames.value(row));
  }

  @Override
  String sha256(Page page, int row) {
    int at = row - page.firstRow();
    if (struct.child(2).isNull(page, at)) {
      throw wide.damaged("Payload without a SHA-256", row);
    }
    ByteBuffer view = ((ArrayReader.Fixed) struct.child(2)).view(page, at, 1);
    byte[] sha256 = new byte[32];
    view.get(sha256);
    return HexFormat.of().formatHex(sha256);
  }

  @Override
  @SuppressWarnings("unchecked")
  Map<String, Object> facts(Page page, int row) {
    Object facts = PlainReader.value(struct.child(3), column.facts(), page, row - page.firstRow());
    return facts == null ? Map.of() : MediaFacts.known(column.facts(), (Map<String, Object>) facts);
  }
}
