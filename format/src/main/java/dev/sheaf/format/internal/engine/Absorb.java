package dev.sheaf.format.internal.engine;

import dev.sheaf.format.AbsorbReport;
import dev.sheaf.format.AbsorbScope;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Progress;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Copies linked payloads into the dataset: a sparse layer a segment with the same cells, whose
 * descriptors name chunks. No value changes, so neither do counts and hashes. For one thread.
 */
final class Absorb {
  private final LocalDataset dataset;
  private final String branch;
  private final AbsorbScope scope;
  private final Progress progress;
  private final Map<SegmentKey, List<Drafted>> drafts = new TreeMap<>();
  private long samples;
  private long payloads;
  private long bytes;
  private long total;

  /** A layer of one segment, with the ids of its columns and what links it takes the place of. */
  private record Drafted(
      LayerBuilder.DraftLayer layer, List<String> ids, Map<String, Long> replaced) {}

  Absorb(LocalDataset dataset, String branch, AbsorbScope scope, Progress progress) {
    this.dataset = dataset;
    this.branch = branch;
    this.scope = scope;
    this.progress = progress;
  }

  AbsorbReport run() {
    TreeSnapshot base = dataset.git().resolve("refs/heads/" + branch);
    VersionState state = dataset.state(base);
    FormatLeaf.checkWriter(base.read(FormatLeaf.PATH), dataset.layers().context().dataset());
    List<Integer> columns = columns(state.schema());
    Map<SegmentKey, Map<List<Integer>, List<Integer>>> found = new TreeMap<>();
    for (SegmentKey key : state.segmentKeys()) {
      Map<List<Integer>, List<Integer>> slots = linked(state.segment(key), columns);
      if (!slots.isEmpty()) {
        found.put(key, slots);
        slots.forEach((set, rows) -> total += (long) set.size() * rows.size());
      }
    }
    if (found.isEmpty()) {
      return new AbsorbReport(base.info(), 0, 0, 0);
    }
    try (Sinks sinks = new Sinks(dataset)) {
      sinks.stage("absorb/" + branch);
      draftAll(state, found, sinks);
      sinks.finish();
      CommitInfo commit =
          dataset.commit(
              branch,
              Authors.request(
                  "Absorb " + payloads + (payloads == 1 ? " payload" : " payloads"),
                  head -> edit(head, base)));
      sinks.committed();
      return new AbsorbReport(commit, samples, payloads, bytes);
    }
  }

  private void draftAll(
      VersionState state, Map<SegmentKey, Map<List<Integer>, List<Integer>>> found, Sinks sinks) {
    try {
      found.forEach(
          (key, bySet) ->
              bySet.forEach(
                  (set, slots) ->
                      drafts
                          .computeIfAbsent(key, k -> new ArrayList<>())
                          .add(draft(state.segment(key), set, slots, sinks))));
    } catch (DatasetException e) {
      // What was read so far is kept for the repetition.
      sinks.flush();
      throw e;
    }
  }

  /** Returns the positions of the media columns wanted. */
  private List<Integer> columns(Schema schema) {
    List<Integer> positions = new ArrayList<>();
    if (scope.columns().isEmpty()) {
      for (int i = 0; i < schema.size(); i++) {
        if (schema.column(i).type() instanceof Type.Media) {
          positions.add(i);
        }
      }
      return positions;
    }
    for (String name : scope.columns()) {
      int position = schema.indexOf(schema.column(name).name());
      if (schema.column(position).type() instanceof Type.Media && !positions.contains(position)) {
        positions.add(position);
      }
    }
    return positions;
  }

  /** Returns the live slots with linked payloads, by the set of columns that have them. */
  private Map<List<Integer>, List<Integer>> linked(SegmentView segment, List<Integer> columns) {
    Map<List<Integer>, List<Integer>> found = new TreeMap<>(Absorb::compare);
    SegmentReader reader = segment.reader();
    boolean none = reader.record().blobs().keySet().stream().noneMatch(Place::isLinked);
    if (none) {
      return found;
    }
    for (int slot = 0; slot < reader.record().rows(); slot++) {
      if (reader.deleted().contains(slot) || !wanted(reader.key(), slot)) {
        continue;
      }
      List<Integer> set = new ArrayList<>();
      for (int column : columns) {
        if (!link(segment.cell(column, slot), slot).isEmpty()) {
          set.add(column);
        }
      }
      if (!set.isEmpty()) {
        found.computeIfAbsent(set, s -> new ArrayList<>()).add(slot);
      }
    }
    return found;
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    return a.toString().compareTo(b.toString());
  }

  private boolean wanted(SegmentKey key, int slot) {
    Optional<Set<SampleId>> only = scope.samples();
    return only.isEmpty() || only.get().contains(new SampleId(key.run(), key.first() + slot));
  }

  private static String link(CellReader cell, int slot) {
    if (cell == null) {
      return "";
    }
    return cell.place(cell.layer().rowOf(slot)).map(Place::link).orElse("");
  }

  private Drafted draft(
      SegmentView segment, List<Integer> columns, List<Integer> slots, Sinks sinks) {
    LayerBuilder builder = new LayerBuilder(sinks);
    Schema schema = segment.schema();
    List<String> ids = new ArrayList<>();
    List<String[]> beside = new ArrayList<>();
    for (int column : columns) {
      String id = schema.column(column).id();
      builder.addColumn(
          schema.column(column).name(), LayerColumn.CELLS, schema.column(column).type());
      ids.add(id);
    }
    for (int column : columns) {
      for (String aspect : List.of(LayerColumn.INPUTS, LayerColumn.FRAMES)) {
        boolean any =
            slots.stream().anyMatch(slot -> beside(segment, column, aspect, slot) != null);
        if (any) {
          boolean inputs = aspect.equals(LayerColumn.INPUTS);
          Type type = inputs ? Type.scalar(DType.UINT64) : Type.BINARY;
          builder.addColumn(schema.column(column).name(), aspect, type);
          ids.add(schema.column(column).id());
          beside.add(new String[] {String.valueOf(column), aspect});
        }
      }
    }
    RoaringBitmap bitmap = new RoaringBitmap();
    Map<String, Long> replaced = new TreeMap<>();
    for (int slot : slots) {
      List<Object> cells = new ArrayList<>();
      for (int column : columns) {
        cells.add(payload(segment.cell(column, slot), slot, sinks, replaced));
      }
      for (String[] one : beside) {
        cells.add(beside(segment, Integer.parseInt(one[0]), one[1], slot));
      }
      bitmap.add(slot);
      builder.add(cells);
      samples++;
    }
    return new Drafted(builder.finish(sinks::newChunk, bitmap), ids, replaced);
  }

  private static Object beside(SegmentView segment, int column, String aspect, int slot) {
    CellReader cell = segment.cell(column, slot);
    CellReader other = cell.layer().aspect(cell.column().column(), aspect);
    return other == null ? null : other.value(cell.layer().rowOf(slot));
  }

  /** Reads a payload, or takes it from what an interrupted copy left. */
  private Media payload(CellReader cell, int slot, Sinks sinks, Map<String, Long> replaced) {
    int row = cell.layer().rowOf(slot);
    Place place = cell.place(row).orElseThrow();
    Media linked = (Media) cell.value(row);
    String stamp = "absorb " + linked.sha256();
    Media media = sinks.recall(stamp).orElseGet(() -> read(linked, place));
    sinks.stamp(media, stamp);
    replaced.merge(place.listed().id(), place.length(), Long::sum);
    bytes += place.length();
    progress.at("copying", ++payloads, total);
    return media;
  }

  /** The CRC-32C was checked at the read; what goes into a chunk under its SHA-256 must have it. */
  private Media read(Media linked, Place place) {
    byte[] payload = linked.toBytes();
    String sha256 = Checksums.hex(Checksums.sha256(payload));
    if (!sha256.equals(linked.sha256())) {
      throw new CorruptDataException(
          "SHEAF-LNK-002",
          "Linked file has changed: expected the SHA-256 " + linked.sha256() + ", got " + sha256,
          dataset.layers().context().dataset().with("link", place.link()),
          "Bring the old file back, or take the new one in with `sheaf ingest --link`");
    }
    return new HeapMedia(linked.kind(), payload, linked.facts(), sha256);
  }

  private TreeEdit edit(TreeSnapshot head, TreeSnapshot base) {
    TreeEdit edit = new TreeEdit();
    drafts.forEach(
        (key, layers) -> {
          String folder = SegmentRecord.path(key);
          String path = folder + "/" + SegmentRecord.RECORD;
          if (!head.objectId(path).equals(base.objectId(path))) {
            throw LocalTransaction.conflict(
                "Another writer changed samples of segment " + key + " while payloads were copied",
                "Run it again: what was copied is not read again");
          }
          SegmentRecord record = SegmentRecord.parse(head.read(path), folder);
          edit.put(path, edited(edit, folder, record, layers).toBytes());
        });
    return edit;
  }

  private static SegmentRecord edited(
      TreeEdit edit, String folder, SegmentRecord before, List<Drafted> drafted) {
    List<String> layers = new ArrayList<>(before.layers());
    Map<String, Long> blobs = new TreeMap<>(before.blobs());
    Set<String> written = new HashSet<>();
    for (Drafted one : drafted) {
      LayerRecord record = one.layer().toRecord(one.ids());
      String name = CommitPlan.writeLayer(edit, folder, one.layer(), record);
      if (written.add(name)) {
        layers.add(name);
      }
      one.replaced()
          .forEach(
              (root, taken) ->
                  blobs.computeIfPresent(
                      root, (id, live) -> live > taken ? Long.valueOf(live - taken) : null));
      for (int i = 0; i < record.blobs().size(); i++) {
        blobs.merge(record.blobs().get(i), one.layer().blobBytes().get(i), Long::sum);
      }
    }
    return new SegmentRecord(before.rows(), layers, before.columns(), blobs, before.keys());
  }
}
