package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Encoded payloads. */
final class MediaCells extends CellReader {
  private final ArrayReader.Structs struct;
  private final WideCells wide;

  MediaCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
    super(layer, position, column);
    this.struct = struct;
    ArrayReader link = column.form() == Form.LINKED ? struct.child(4) : null;
    this.wide = new WideCells(this, struct.child(1), link);
  }

  @Override
  ArrayReader array() {
    return struct;
  }

  @Override
  public void addTo(PageTouch.Builder touch) {
    for (int field = 0; field < 3; field++) {
      touch.add(wide.field(field));
    }
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    return rows.add(struct) & rows.add(struct.child(0)) & wide.addTo(rows);
  }

  @Override
  public boolean isNull(Page page, int row) {
    return struct.isNull(page, row - page.firstRow());
  }

  @Override
  public Object value(Page page, int row) {
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    long length =
        wide.isInline(struct.child(0), page, at, row)
            ? ((ArrayReader.Variable) struct.child(0)).length(page, at)
            : wide.length(page, at);
    return new StoredMedia(this, page, row, length);
  }

  @Override
  public ByteBuffer bytes(Page page, int row) {
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    return wide.isInline(struct.child(0), page, at, row)
        ? PlainReader.kept(((ArrayReader.Variable) struct.child(0)).view(page, at))
        : wide.bytes(page, at, row);
  }

  @Override
  boolean isMapped(Page page) {
    return wide.isMapped(page);
  }

  @Override
  void settleValue(Page page, int row) {
    super.settleValue(page, row);
    wide.settle(page, row);
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

  @Override
  public Optional<Place> place(int row) {
    Page page = pageOf(row);
    int at = row - page.firstRow();
    return struct.isNull(page, at) || wide.isNull(page, at)
        ? Optional.empty()
        : Optional.of(wide.place(page, at, row));
  }
}
