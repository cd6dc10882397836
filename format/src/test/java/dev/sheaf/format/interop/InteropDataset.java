package dev.sheaf.format.interop;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.oracle.RandomValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A dataset with every type in every form, and with every kind of change in its history, for other
 * readers of Arrow to read. The same bytes every time.
 */
public final class InteropDataset {
  /** Samples with all columns. */
  static final int RICH = 300;

  /** Samples with a few columns; so many that their keys are a chunk. */
  static final int NARROW = 3_300;

  /** In a fixed order, which Map.of alone has not. */
  private static final SortedMap<String, List<String>> WIDENED =
      new TreeMap<>(
          Map.of(
              "int8", List.of("int16", "int64", "float16", "bfloat16", "float64"),
              "uint8", List.of("int16", "uint64", "float32"),
              "int16", List.of("float32"),
              "uint32", List.of("int64", "float64"),
              "u2", List.of("u4", "uint8", "int8", "float16"),
              "i4", List.of("int32", "bfloat16"),
              "float16", List.of("float32", "float64"),
              "bfloat16", List.of("float32", "float64"),
              "float32", List.of("float64")));

  private final Randomness random = new Randomness(20_261_101);
  private final Dataset dataset;

  private InteropDataset(Dataset dataset) {
    this.dataset = dataset;
  }

  /**
   * Writes {@code interop.sheaf} into a folder, and for each version the file {@code
   * <commit>.jsonl} that says what its cells are.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    try (Dataset dataset = write(folder.resolve("interop.sheaf"))) {
      for (CommitInfo commit : dataset.log("main", 1_000)) {
        ExpectedCells.write(dataset.at(commit.id()), folder.resolve(commit.id() + ".jsonl"));
        System.out.println(commit.id());
      }
    }
  }

  /** Makes the dataset and returns it, open. */
  static Dataset write(Path path) {
    InteropDataset writer = new InteropDataset(Dataset.create(path));
    writer.appendRich();
    writer.appendNarrow();
    writer.updateLittle();
    writer.updateMuch();
    writer.delete();
    writer.changeColumns();
    writer.updateAndDerive();
    writer.reorder();
    writer.appendMore();
    return writer.dataset;
  }

  /** Returns the columns of the first commit. */
  static Map<String, Type> columns() {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put("id", Type.scalar(DType.INT64));
    columns.put("label", Type.UTF8);
    for (DType dtype : DType.values()) {
      String id = dtype.id();
      columns.put(id, Type.scalar(dtype));
      columns.put("fixed " + id, Type.tensor(dtype, 2, 3));
      columns.put("ragged " + id, Type.tensor(dtype, Shape.ANY, 2));
      // From 1,024 bytes on, whatever the dtype.
      columns.put("large " + id, Type.tensor(dtype, 4, 3 + 2_048 / dtype.bits()));
      columns.put("list " + id, Type.list(Type.scalar(dtype)));
    }
    columns.put("one element", Type.tensor(DType.FLOAT32));
    columns.put("one bit", Type.tensor(DType.U1));
    columns.put("no element", Type.tensor(DType.INT16, 0, 3));
    columns.put("no bit", Type.tensor(DType.BOOL, 3, 0));
    columns.put("wide float32", Type.tensor(DType.FLOAT32, Shape.ANY, Shape.ANY, 8));
    columns.put("wide bfloat16", Type.tensor(DType.BFLOAT16, Shape.ANY, 64));
    columns.put("wide u4", Type.tensor(DType.U4, Shape.ANY, Shape.ANY, 33));
    columns.put("text", Type.UTF8);
    columns.put("paragraph", Type.UTF8);
    columns.put("wide json", Type.JSON);
    columns.put("json", Type.JSON);
    columns.put("binary", Type.BINARY);
    columns.put("day", Type.DATE);
    for (String unit : List.of("s", "ms", "us", "ns")) {
      columns.put("moment " + unit, new Type.Timestamp(unit, "UTC"));
      columns.put("clock " + unit, new Type.Timestamp(unit, ""));
    }
    columns.put("moment in a zone", new Type.Timestamp("us", "Europe/Berlin"));
    for (String nested :
        List.of(
            "list<utf8>",
            "list<binary>",
            "list<json>",
            "list<date>",
            "list<list<float16>>",
            "list<timestamp<ns, +05:30>>",
            "list<tensor<bfloat16, [2]>>",
            "list<tensor<u4, [3]>>",
            "list<tensor<u2, [?]>>",
            "list<tensor<float64, [?, 2]>>",
            "list<struct<a: int8, b: list<utf8>>>",
            "struct<a: bool, b: u4, c: float16, d: struct<e: uint64, \"\": utf8>>",
            "struct<\"with space\": binary, \"ünï\": json, \"q\\\"uote\": tensor<float32, [3]>>",
            "struct<r: tensor<int32, [?, ?]>, p: tensor<bool, [?]>, t: timestamp<ms>, d: date>")) {
      columns.put(nested, Type.parse(nested));
    }
    for (MediaKind kind : MediaKind.values()) {
      columns.put(kind.id(), Type.media(kind));
    }
    WIDENED.forEach(
        (from, all) -> all.forEach(to -> columns.put(from + " to " + to, Type.parse(from))));
    return columns;
  }

  private void appendRich() {
    try (Transaction change = dataset.begin()) {
      columns().forEach((name, type) -> change.addColumn(Column.of(name, type)));
      for (int i = 0; i < RICH; i++) {
        change.append(rich("rich-" + i, i));
      }
      change.commit("Append samples with every type");
    }
  }

  private Row rich(String key, long id) {
    Row row = Row.of().key(key);
    columns()
        .forEach(
            (name, type) -> {
              boolean isAllNull = id == 7;
              row.set(name, isAllNull ? null : value(name, type));
            });
    row.set("id", id);
    switch ((int) (id % 4)) {
      case 0 -> row.origin(Origin.file("some/where/" + id + ".bin", "0123456789abcdef".repeat(4)));
      case 1 -> row.origin(Origin.row("table.csv", id, ""));
      case 2 -> row.origin(Origin.offset("lines.jsonl", id * 100, "fedcba9876543210".repeat(4)));
      default -> {
        // None: the cell is null.
      }
    }
    return row;
  }

  private Object value(String name, Type type) {
    return name.equals("paragraph")
        ? random.chance(10) ? null : "All of it is text. ".repeat(random.between(10, 50))
        : RandomValues.nullable(random, type);
  }

  private void appendNarrow() {
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < NARROW; i++) {
        Row row = Row.of().key("narrow-" + i).set("id", (long) -i);
        row.set("label", i % 9 == 0 ? null : i % 9 == 1 ? "" : "label " + i % 5);
        row.set("float16", RandomValues.nullable(random, Type.scalar(DType.FLOAT16)));
        change.append(row);
      }
      change.commit("Append narrow samples");
    }
  }

  /** Layers of a few cells, which lie in the Git tree; one of them refers to a chunk. */
  private void updateLittle() {
    Version base = dataset.head();
    try (Transaction change = dataset.begin()) {
      for (String name : List.of("int64", "text", "wide u4", "large float32", "image", "day")) {
        Type type = base.schema().column(name).type();
        for (int i = 0; i < 6; i++) {
          change.update(base.sample(i * 31L).id(), cells(name, RandomValues.value(random, type)));
        }
      }
      change.update(base.sample(4).id(), cells("text", "wide ".repeat(3_000)));
      change.update(base.sample(5).id(), cells("text", null));
      change.update(base.sample(RICH + 500L).id(), cells("list<utf8>", List.of("now", "")));
      change.commit("Change a few cells");
    }
  }

  /** Layers that are chunks of their own, among them a tensor chunk. */
  private void updateMuch() {
    Version base = dataset.head();
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < RICH; i += 3) {
        Map<String, Object> cells = new LinkedHashMap<>();
        for (String name : List.of("large float64", "large u2", "paragraph", "wide json")) {
          cells.put(name, value(name, base.schema().column(name).type()));
        }
        change.update(base.sample(i).id(), cells);
      }
      for (int i = 0; i < NARROW; i += 2) {
        change.update(base.sample(RICH + i).id(), cells("label", "a longer label, number " + i));
      }
      change.commit("Change many cells");
    }
  }

  private void delete() {
    Version base = dataset.head();
    try (Transaction change = dataset.begin()) {
      for (long i = 0; i < base.size(); i++) {
        if (i % 11 == 3 || (i > 900 && i < 1_200)) {
          change.delete(base.sample(i).id());
        }
      }
      change.commit("Delete samples");
    }
  }

  private void changeColumns() {
    try (Transaction change = dataset.begin()) {
      WIDENED.forEach(
          (from, all) -> all.forEach(to -> change.widenColumn(from + " to " + to, Type.parse(to))));
      change.dropColumn("list int8");
      change.renameColumn("list int16", "renamed");
      change.addColumn(Column.of("list int16", Type.UTF8));
      defaults().forEach(change::addColumn);
      for (int i = 0; i < 20; i++) {
        Row row = Row.of().key("later-" + i).set("id", 1_000L + i);
        row.set("renamed", List.of(1, 2)).set("list int16", "another column");
        if (i % 2 == 0) {
          row.set("default float32", null).set("default utf8", "given");
        }
        change.append(row);
      }
      change.commit("Widen, drop, rename and add columns");
    }
  }

  private static List<Column> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("bool", "true");
    defaults.put("int16", "-7");
    defaults.put("uint64", "18446744073709551615");
    defaults.put("u4", "15");
    defaults.put("float16", "0.1");
    defaults.put("bfloat16", "0.1");
    defaults.put("float32", "0.1");
    defaults.put("float64", "0.1");
    defaults.put("utf8", "\"n/a ünï\"");
    defaults.put("json", "{\"a\":[1,null]}");
    defaults.put("date", "\"2026-11-01\"");
    defaults.put("timestamp<ms, UTC>", "\"2026-11-01T10:00:00.5Z\"");
    defaults.put("timestamp<us>", "\"1969-12-31T23:59:59.5\"");
    defaults.put("list<int32>", "[1,null,3]");
    defaults.put("struct<a: utf8, b: float64>", "{\"b\":2.5}");
    List<Column> columns = new ArrayList<>();
    defaults.forEach(
        (type, json) ->
            columns.add(new Column("", "default " + type, Type.parse(type), json, null)));
    return columns;
  }

  /** Cells of the wider types, nulls over defaults, parts of other samples, a derived column. */
  private void updateAndDerive() {
    Version base = dataset.head();
    Schema schema = base.schema();
    try (Transaction change = dataset.begin()) {
      change.addColumn(
          new Column(
              "",
              "length",
              Type.scalar(DType.INT64),
              "null",
              new Column.Derivation(List.of(schema.column("text").id()), "length@1")));
      for (int i = 0; i < 40; i++) {
        Sample sample = base.sample(i * 7L);
        Map<String, Object> cells = new LinkedHashMap<>();
        WIDENED.forEach(
            (from, all) ->
                all.forEach(
                    to ->
                        cells.put(
                            from + " to " + to, RandomValues.nullable(random, Type.parse(to)))));
        cells.put("default utf8", i % 2 == 0 ? null : "");
        cells.put("default float32", i % 3 == 0 ? null : Float.intBitsToFloat(0xff801234));
        cells.put("length", sample.text("text") == null ? null : sample.text("text").length());
        change.update(sample.id(), cells);
      }
      for (int i = 0; i < 25; i++) {
        Sample whole = base.sample(i);
        Media image = whole.media("image");
        Row row = Row.of().key("part-" + i).set("image", image).set("id", 5_000L + i);
        change.appendDerived(whole.id(), "crop", "x=" + i, row);
      }
      change.commit("Change cells of wider columns, add parts of samples");
    }
  }

  private void reorder() {
    Version base = dataset.head();
    List<Long> kept = new ArrayList<>();
    LongStream.range(0, base.size()).filter(i -> i % 13 != 5).forEach(kept::add);
    // A shuffled beginning and a long run after it.
    Collections.shuffle(kept.subList(0, 700), new Random(1));
    try (Transaction change = dataset.begin()) {
      change.reorder(kept.stream().mapToLong(Long::longValue).toArray());
      change.commit("Shuffle, and leave some out");
    }
  }

  private void appendMore() {
    Version base = dataset.head();
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < 3; i++) {
        change.append(Row.of().key("last-" + i).set("id", 9_000L + i));
      }
      for (long i : new long[] {0, 5, 699, 2_000, base.size() - 1}) {
        SampleId id = base.sample(i).id();
        change.delete(id);
      }
      change.update(base.sample(1).id(), cells("id", 77L));
      change.commit("Append and delete after the shuffle");
    }
  }

  private static Map<String, Object> cells(String name, Object value) {
    return Collections.singletonMap(name, value);
  }
}
