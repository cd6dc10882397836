package dev.sheaf.format.golden;

import static dev.sheaf.format.DType.FLOAT32;
import static dev.sheaf.format.DType.FLOAT64;
import static dev.sheaf.format.DType.INT32;
import static dev.sheaf.format.DType.INT64;
import static dev.sheaf.format.DType.INT8;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The content of the golden datasets. Never to be changed once released; add another instead. */
final class GoldenDatasets {
  private GoldenDatasets() {}

  /** Returns what writes each dataset, by name. */
  static Map<String, Consumer<GoldenBook>> all() {
    Map<String, Consumer<GoldenBook>> all = new LinkedHashMap<>();
    all.put("all-types", GoldenTypes::allTypes);
    all.put("wide-values", GoldenDatasets::wideValues);
    all.put("edits-and-deletes", GoldenDatasets::editsAndDeletes);
    all.put("schema-changes", GoldenTypes::schemaChanges);
    all.put("reordered", GoldenDatasets::reordered);
    all.put("many-pages", GoldenDatasets::manyPages);
    all.put("packed-by-git", GoldenDatasets::packedByGit);
    all.put("linked", GoldenDatasets::linked);
    return all;
  }

  private static void wideValues(GoldenBook book) {
    Random random = new Random(GoldenTypes.SEED);
    book.column("caption", Type.UTF8);
    book.column("story", Type.UTF8);
    book.column("annotations", Type.JSON);
    book.column("bytes", Type.BINARY);
    book.column("image", Type.media(MediaKind.IMAGE));
    book.column("file", Type.media(MediaKind.FILE));
    book.column("embedding", Type.tensor(FLOAT32, 256));
    book.column("mask", Type.tensor(DType.U1, 3, 2735));
    book.column("audio", Type.tensor(DType.INT16, Shape.ANY));
    book.column("labels", Type.tensor(DType.U4, Shape.ANY, 3));
    byte[] shared = GoldenTypes.bytes(random, 2000);
    // The least number of rows whose embeddings and masks take more than 64 KiB.
    for (int i = 0; i < 65; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      // Enough narrow text for the pages to be compressed.
      cells.put("caption", ("caption " + i + " of a picture. ").repeat(15));
      cells.put(
          "embedding", i % 7 == 3 ? null : GoldenTypes.tensor(random, FLOAT32, Shape.of(256)));
      cells.put("mask", i % 11 == 5 ? null : mask(i));
      if (i % 9 == 0) {
        cells.put("story", ("Once upon a time, " + i + " times over. ").repeat(40 + i));
        cells.put("annotations", "[" + ("{\"box\": [1, 2, 3, " + i + "]}, ").repeat(60) + "{}]");
        cells.put("bytes", i % 2 == 0 ? shared : GoldenTypes.bytes(random, 1025));
        cells.put("audio", GoldenTypes.tensor(random, DType.INT16, Shape.of(600 + i)));
        cells.put("labels", GoldenTypes.tensor(random, DType.U4, Shape.of(701 + i, 3)));
      } else if (i % 9 == 1) {
        cells.put("story", "");
        cells.put("annotations", "{}");
        cells.put("bytes", GoldenTypes.bytes(random, 1024));
        cells.put("audio", GoldenTypes.tensor(random, DType.INT16, Shape.of(512)));
        cells.put("labels", GoldenTypes.tensor(random, DType.U4, Shape.of(0, 3)));
      }
      if (i % 6 == 0) {
        Map<String, Object> facts = Map.of("codec", "jpeg", "width", i, "height", 2 * i);
        byte[] payload = i % 12 == 0 ? shared : GoldenTypes.bytes(random, 1100 + i);
        cells.put("image", Media.of(MediaKind.IMAGE, payload, facts));
        cells.put("file", Media.of(MediaKind.FILE, i % 12 == 0 ? shared : new byte[0], Map.of()));
      }
      book.append("wide-" + i, cells);
    }
    book.commit("Values on both sides of 1 KiB");
    book.update("wide-0", Map.of("embedding", GoldenTypes.tensor(random, FLOAT32, Shape.of(256))));
    book.update("wide-3", Map.of("embedding", GoldenTypes.tensor(random, FLOAT32, Shape.of(256))));
    Map<String, Object> noTensors = new HashMap<>();
    noTensors.put("embedding", null);
    noTensors.put("mask", null);
    book.update("wide-1", noTensors);
    book.update(
        "wide-2",
        Map.of(
            "story", "Once more. ".repeat(200),
            "bytes", GoldenTypes.bytes(random, 1300),
            "image", Media.of(MediaKind.IMAGE, GoldenTypes.bytes(random, 1400), Map.of()),
            "audio", GoldenTypes.tensor(random, DType.INT16, Shape.of(700))));
    Map<String, Object> noValues = new HashMap<>();
    for (String name : List.of("story", "annotations", "bytes", "image", "audio", "labels")) {
      noValues.put(name, null);
    }
    book.update("wide-18", noValues);
    book.commit("Wide values in sparse layers, and taken away");
  }

  private static Tensor mask(int row) {
    byte[] data = new byte[1026];
    for (int i = 0; i < 1025; i++) {
      data[i] = (byte) (i * (row + 1) >>> 3);
    }
    data[1025] = (byte) (row & 0x1f);
    return Tensor.of(DType.U1, Shape.of(3, 2735), ByteBuffer.wrap(data));
  }

  private static void editsAndDeletes(GoldenBook book) {
    Random random = new Random(GoldenTypes.SEED);
    book.column("n", Type.scalar(INT8));
    book.column("label", Type.UTF8);
    book.column("score", Type.scalar(FLOAT32));
    book.column("image", Type.media(MediaKind.IMAGE));
    for (int i = 0; i < 40; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("n", (long) i);
      cells.put("label", i % 5 == 0 ? null : "label " + i % 3);
      cells.put("score", i / 4f);
      cells.put(
          "image",
          Media.of(
              MediaKind.IMAGE, GoldenTypes.bytes(random, i % 10 == 0 ? 1100 + i : i), Map.of()));
      book.append("edit-" + i, cells);
    }
    book.commit("Forty samples");
    for (int i = 0; i < 40; i += 7) {
      book.update("edit-" + i, Map.of("label", "changed", "score", -1f));
    }
    Map<String, Object> toNull = new HashMap<>();
    toNull.put("score", null);
    book.update("edit-1", toNull);
    for (int i = 3; i < 40; i += 11) {
      book.delete("edit-" + i);
    }
    book.commit("A sparse layer in the version tree, and deletes");
    book.rename("label", "class");
    book.widen("n", Type.scalar(INT64));
    book.widen("score", Type.scalar(FLOAT64));
    book.column(new Column("", "weight", Type.scalar(FLOAT32), "0.5", null), 0.5f);
    book.column(
        new Column(
            "", "twice", Type.scalar(INT64), "null", new Column.Derivation(List.of("n"), "2 * n")),
        null);
    book.commit("Renamed, widened, with a default and a derived column");
    book.column("note", Type.UTF8);
    for (int i = 0; i < 40; i++) {
      if (i % 11 != 3) {
        Map<String, Object> cells = new HashMap<>();
        cells.put("twice", 2L * i);
        cells.put("note", "note " + i + " " + hex(random, 450));
        book.update("edit-" + i, cells);
      }
    }
    book.commit("A sparse layer in a chunk");
    book.drop("score");
    book.update("edit-0", Map.of("n", 1L << 40, "weight", 2f));
    Media crop = Media.of(MediaKind.IMAGE, GoldenTypes.bytes(random, 2000), Map.of("codec", "png"));
    book.appendDerived("edit-0", "crop-0", Map.of("image", crop));
    String digest = CellJson.sha256(new byte[0]);
    List<Origin> origins =
        List.of(
            Origin.file("photos/é 1.jpg", digest),
            Origin.row("table.parquet", 1L << 40, ""),
            Origin.offset("lines.jsonl", 0, digest));
    for (int i = 0; i < origins.size(); i++) {
      Map<String, Object> cells = Map.of("n", (long) i, "class", "late", "weight", (float) i);
      book.append("late-" + i, origins.get(i), cells);
    }
    book.delete("edit-39");
    book.commit("Dropped, appended, derived");
  }

  private static void reordered(GoldenBook book) {
    int rows = 3300;
    book.column("n", Type.scalar(INT32));
    for (int i = 0; i < rows; i++) {
      book.append("k" + i, Map.of("n", (long) i));
    }
    book.commit("More keys than a leaf of the version tree holds");
    book.reorder(IntStream.range(0, rows).map(i -> (i * 1237 + 11) % rows).boxed().toList());
    book.commit("Shuffled");
    List<Integer> half = new ArrayList<>(IntStream.range(0, rows / 2).boxed().toList());
    Collections.reverse(half);
    book.reorder(half);
    book.commit("The first half, backwards");
    for (int i = 0; i < 200; i += 3) {
      book.delete("k" + (i * 1237 + 11) % rows);
    }
    for (int i = 0; i < 5; i++) {
      book.append("new-" + i, Map.of("n", -1L - i));
    }
    book.commit("Deleted and appended");
  }

  private static void manyPages(GoldenBook book) {
    book.column("n", Type.scalar(INT32));
    book.column("caption", Type.UTF8);
    book.column("story", Type.UTF8);
    for (int i = 0; i < 1200; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("n", (long) i);
      cells.put("caption", ("A caption, number " + i + ". ").repeat(40).substring(0, 800));
      if (i % 3 == 0) {
        cells.put("story", ("A story, number " + i + ". ").repeat(100));
      }
      book.append("page-" + i, cells);
    }
    book.commit("Several compressed pages in the layer and in the text chunk");
    book.append("alone", Map.of("n", -1L));
    book.commit("A second segment");
    book.update("page-1199", Map.of("caption", "changed"));
    book.update("alone", Map.of("caption", "changed"));
    book.commit("One change in each segment");
  }

  private static void packedByGit(GoldenBook book) {
    book.column("n", Type.scalar(INT32));
    book.column("label", Type.UTF8);
    for (int i = 0; i < 20; i++) {
      book.append("k" + i, Map.of("n", (long) i, "label", "label " + i));
    }
    book.commit("Twenty samples");
    for (int i = 0; i < 4; i++) {
      book.update("k" + i, Map.of("label", "changed"));
      book.delete("k" + (i + 10));
      book.commit("Change " + i);
    }
    book.packByGit(Map.of("v1", 3, "v2", 1));
  }

  /** Text that does not compress to nothing. */
  private static String hex(Random random, int bytes) {
    return HexFormat.of().formatHex(GoldenTypes.bytes(random, bytes));
  }

  /** Payloads in files of two folders beside the dataset, and how such cells change. */
  private static void linked(GoldenBook book) {
    Random random = new Random(GoldenTypes.SEED);
    byte[] shard = GoldenTypes.bytes(random, 9_000);
    byte[] whole = GoldenTypes.bytes(random, 1_300);
    byte[] own = GoldenTypes.bytes(random, 2_000);
    book.outside("outside/shards/0.bin", shard);
    book.outside("outside/a whole.bin", whole);
    book.outside("more/one.bin", own);
    book.column("file", Type.media(MediaKind.FILE));
    book.column("n", Type.scalar(INT32));
    book.append("range", Map.of("file", book.link("outside", "shards/0.bin", 512, 3_000), "n", 1));
    book.append("next", Map.of("file", book.link("outside", "shards/0.bin", 3_512, 5_488), "n", 2));
    book.append("whole", Map.of("file", book.link("outside", "a whole.bin", 0, 1_300), "n", 3));
    book.append(
        "copied",
        Map.of(
            "file", Media.of(MediaKind.FILE, GoldenTypes.bytes(random, 1_500), Map.of()), "n", 4));
    book.append(
        "inline",
        Map.of("file", Media.of(MediaKind.FILE, GoldenTypes.bytes(random, 100), Map.of()), "n", 5));
    book.append("null", Map.of("n", 6));
    book.commit("Ranges, a whole file, and payloads of the dataset's own");
    // A link in the place of a payload, a payload in the place of a link, a link to another folder.
    book.update("copied", Map.of("file", book.link("more", "one.bin", 0, own.length)));
    book.update(
        "range",
        Map.of("file", Media.of(MediaKind.FILE, GoldenTypes.bytes(random, 4_000), Map.of())));
    book.commit("Other links");
  }
}
