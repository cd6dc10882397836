package dev.sheaf.format.internal.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.ReadContext;
import dev.sheaf.format.internal.layer.WideValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * Writes cells as sparse layers, the form that they are committed in: a value costs its own bytes
 * and its slot, whatever its type, and is verified when it is read back. Rows are grouped by run,
 * by 65,536 ordinals, and by the set of columns that are given.
 */
public final class StagedCells {
  private static final int WINDOW = LayerRecord.MAX_ROWS;

  private StagedCells() {}

  private record Group(long run, long first, List<String> columns) {}

  private record Draft(Group group, LayerBuilder.DraftLayer layer) {}

  /**
   * Writes cells.
   *
   * @param cells values by sample and column id
   * @param columns the columns by id
   * @param wide takes long values
   * @param chunks makes chunks for pages and tensors
   * @param finish seals all chunks and makes them durable
   * @return an array for {@link #read}
   */
  public static ArrayNode write(
      Map<SampleId, Map<String, Object>> cells,
      Map<String, Column> columns,
      WideValues wide,
      Supplier<ChunkWriter> chunks,
      Runnable finish) {
    Map<Group, TreeMap<Integer, Map<String, Object>>> groups = new LinkedHashMap<>();
    cells.forEach(
        (id, values) -> {
          long first = id.ordinal() & -(long) WINDOW;
          List<String> names = values.keySet().stream().sorted().toList();
          groups
              .computeIfAbsent(new Group(id.run(), first, names), group -> new TreeMap<>())
              .put((int) (id.ordinal() - first), values);
        });
    List<Draft> drafts = new ArrayList<>();
    groups.forEach(
        (group, rows) -> drafts.add(new Draft(group, layer(group, rows, columns, wide, chunks))));
    finish.run();
    ArrayNode written = Json.object().arrayNode();
    for (Draft draft : drafts) {
      ObjectNode node = written.addObject();
      node.put("run", String.format("%016x", draft.group().run()));
      node.put("first", draft.group().first());
      LayerRecord record = draft.layer().toRecord(draft.group().columns());
      node.set("layer", Json.parse(record.toBytes(), "layer"));
      if (draft.layer().leaf() != null) {
        node.put("pages", draft.layer().leaf());
      }
    }
    return written;
  }

  private static LayerBuilder.DraftLayer layer(
      Group group,
      TreeMap<Integer, Map<String, Object>> rows,
      Map<String, Column> columns,
      WideValues wide,
      Supplier<ChunkWriter> chunks) {
    LayerBuilder builder = new LayerBuilder(wide);
    for (String id : group.columns()) {
      Column column = columns.get(id);
      builder.addColumn(column.name(), LayerColumn.CELLS, column.type());
    }
    RoaringBitmap slots = new RoaringBitmap();
    rows.forEach(
        (slot, values) -> {
          slots.add((int) slot);
          builder.add(Arrays.asList(group.columns().stream().map(values::get).toArray()));
        });
    return builder.finish(chunks, slots);
  }

  /**
   * Reads cells into a map, where they replace earlier ones.
   *
   * @param array what {@link #write} returned
   * @param context where the chunks are
   * @param path the file, for messages
   * @param into values by sample and column id
   */
  public static void read(
      ArrayNode array, ReadContext context, String path, Map<SampleId, Map<String, Object>> into) {
    for (JsonNode element : array) {
      if (!(element instanceof ObjectNode node)) {
        throw Json.bad(path, "bad list of cells", null);
      }
      LayerRecord record = LayerRecord.parse(Json.bytes(Json.object(node, "layer", path)), path);
      LayerReader reader = new LayerReader(context, "staged", record, pages(node, record, path));
      RoaringBitmap slots =
          record.slots().orElseThrow(() -> Json.bad(path, "cells without slots", null));
      long run = run(node, path);
      long first = Json.number(node, "first", 0, Long.MAX_VALUE - WINDOW, path);
      int row = 0;
      for (int slot : slots) {
        Map<String, Object> values =
            into.computeIfAbsent(new SampleId(run, first + slot), id -> new TreeMap<>());
        for (int i = 0; i < record.columns().size(); i++) {
          values.put(record.columns().get(i).column(), reader.cells(i).value(row));
        }
        row++;
      }
    }
  }

  private static byte[] pages(ObjectNode node, LayerRecord record, String path) {
    if (record.chunk().isPresent()) {
      return null;
    }
    try {
      JsonNode pages = node.get("pages");
      if (pages != null && pages.binaryValue() != null) {
        return pages.binaryValue();
      }
    } catch (IOException e) {
      throw Json.bad(path, "pages are no Base64", e);
    }
    throw Json.bad(path, "cells without pages", null);
  }

  private static long run(ObjectNode node, String path) {
    String text = Json.text(node, "run", path);
    if (!text.matches("[0-9a-f]{16}")) {
      throw Json.bad(path, "bad run \"" + text + "\"", null);
    }
    return Long.parseUnsignedLong(text, 16);
  }
}
