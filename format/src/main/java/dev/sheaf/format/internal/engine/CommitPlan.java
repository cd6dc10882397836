package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.OrderChange;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.Position;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.roaringbitmap.RoaringBitmap;

/** Puts the changes of a transaction on top of whatever version is the newest when it commits. */
final class CommitPlan {
  private static final int NAMED = 10;

  /**
   * About how many bytes of pages a commit writes into the version tree, what it folds included: a
   * large edit folds nothing.
   */
  private static final long MOST_FOLDED_BYTES = 48 << 10;

  private final LocalDataset dataset;
  private final LocalVersion base;
  private final LocalTransaction.PendingSchema schema;
  private final List<Appends.DraftSegment> segments;
  private final Appends appends;
  private final Edits edits;
  private final long[] order;
  private final Map<String, Optional<byte[]>> documents;
  private long foldBytes;
  private boolean linked;

  CommitPlan(
      LocalDataset dataset,
      LocalVersion base,
      LocalTransaction.PendingSchema schema,
      List<Appends.DraftSegment> segments,
      Appends appends,
      Edits edits,
      long[] order,
      Map<String, Optional<byte[]>> documents) {
    this.dataset = dataset;
    this.base = base;
    this.schema = schema;
    this.segments = segments;
    this.appends = appends;
    this.edits = edits;
    this.order = order;
    this.documents = documents;
  }

  /**
   * Returns the edits of the tree of {@code head}; refuses where another writer changed the same
   * first.
   */
  TreeEdit edit(TreeSnapshot head) {
    boolean rebased = !head.commitId().equals(base.commit().id());
    VersionState state = dataset.state(head);
    TreeEdit edit = new TreeEdit();
    documents.forEach((path, content) -> writeDocument(edit, head, path, content.orElse(null)));
    if (segments.isEmpty() && edits.isEmpty() && schema.isEmpty() && order == null) {
      return edit;
    }
    foldBytes = MOST_FOLDED_BYTES - edits.leafBytes();
    long run = appends.run(head.treeId());
    Map<String, String> ids = schemaEdits(edit, state, run);
    OrderEdit orderEdit = OrderEdit.from(state.order());
    if (order != null) {
      if (rebased) {
        throw LocalTransaction.conflict(
            "Another writer committed while the order was changed", "Repeat it on the new version");
      }
      orderEdit.replace(
          LongStream.of(order)
              .mapToObj(index -> (Position) state.order().locate(index))
              .iterator());
    }
    for (Appends.DraftSegment segment : segments) {
      SegmentKey key = new SegmentKey(run, segment.first());
      RoaringBitmap united = rebased ? united(segment, state) : new RoaringBitmap();
      writeSegment(edit, key, segment, ids, united);
      orderEdit.append(key, segment.layer().rows());
      if (!united.isEmpty()) {
        orderEdit.deleted(key, united);
      }
    }
    for (Map.Entry<SegmentKey, Edits.SegmentEdit> entry : edits.bySegment().entrySet()) {
      RoaringBitmap deleted =
          editSegment(edit, state, entry.getKey(), entry.getValue(), ids, rebased);
      if (!entry.getValue().deleted.isEmpty()) {
        orderEdit.deleted(entry.getKey(), deleted);
      }
    }
    if (linked) {
      FormatLeaf.require(FormatLeaf.LINKED, head, edit);
    }
    OrderChange change = orderEdit.build();
    change.puts().forEach(edit::put);
    change.removals().forEach(edit::remove);
    return edit;
  }

  private void writeDocument(TreeEdit edit, TreeSnapshot head, String path, byte[] content) {
    Optional<byte[]> there = head.find(path);
    boolean unchanged =
        base.state().tree().objectId(path).equals(head.objectId(path))
            || Arrays.equals(there.orElse(null), content);
    if (!unchanged) {
      throw LocalTransaction.conflict(
          "Another writer changed " + path + " first", "Repeat the change on the new version");
    }
    if (content == null) {
      edit.remove(path);
    } else {
      edit.put(path, content);
    }
  }

  /**
   * Writes the leaves of the schema and returns the id of every column by its name in this
   * transaction.
   */
  private Map<String, String> schemaEdits(TreeEdit edit, VersionState head, long run) {
    Map<String, String> ids = new TreeMap<>();
    base.state().columns().forEach((id, ranked) -> ids.put(ranked.column().name(), id));
    schema.changed().forEach((id, column) -> ids.put(column.name(), id));
    long rank =
        head.columns().values().stream().mapToLong(SchemaLeaves.Ranked::rank).max().orElse(-1);
    for (Column column : schema.added()) {
      Optional<Column> there = another(column.name(), head);
      if (there.isPresent()) {
        if (!there.get().type().equals(column.type())) {
          throw LocalTransaction.conflict(
              "Another writer added column \""
                  + column.name()
                  + "\" with type "
                  + there.get().type()
                  + ", not "
                  + column.type(),
              "Repeat the change on the new version");
        }
        ids.put(column.name(), there.get().id());
      } else {
        ids.put(column.name(), SchemaLeaves.id(run, column.name()));
      }
    }
    for (Column column : schema.added()) {
      if (another(column.name(), head).isEmpty()) {
        String id = ids.get(column.name());
        SchemaLeaves.Ranked ranked = new SchemaLeaves.Ranked(withInputIds(column, ids), ++rank);
        edit.put(SchemaLeaves.path(id), SchemaLeaves.toBytes(ranked));
      }
    }
    schema
        .changed()
        .forEach(
            (id, column) -> {
              SchemaLeaves.Ranked present = requireUnchanged(id, head);
              edit.put(SchemaLeaves.path(id), SchemaLeaves.toBytes(present.with(column)));
            });
    for (String id : schema.dropped()) {
      requireUnchanged(id, head);
      edit.remove(SchemaLeaves.path(id));
    }
    schema
        .changed()
        .forEach(
            (id, column) ->
                another(column.name(), head)
                    .ifPresent(
                        there -> {
                          throw LocalTransaction.conflict(
                              "Another writer gave the name \"" + column.name() + "\" to a column",
                              "Repeat the change on the new version");
                        }));
    return ids;
  }

  /** Returns the column of this name that is there and that this transaction leaves its name. */
  private Optional<Column> another(String name, VersionState head) {
    return head.find(name)
        .filter(there -> !schema.dropped().contains(there.id()))
        .filter(there -> !schema.changed().containsKey(there.id()));
  }

  private static Column withInputIds(Column column, Map<String, String> ids) {
    if (column.derived().isEmpty()) {
      return column;
    }
    List<String> inputs =
        column.derivation().inputs().stream().map(input -> ids.getOrDefault(input, input)).toList();
    return new Column(
        "",
        column.name(),
        column.type(),
        column.defaultJson(),
        new Column.Derivation(inputs, column.derivation().code()));
  }

  private SchemaLeaves.Ranked requireUnchanged(String id, VersionState head) {
    SchemaLeaves.Ranked before = base.state().columns().get(id);
    SchemaLeaves.Ranked now = head.columns().get(id);
    if (now == null || !now.column().equals(before.column())) {
      throw LocalTransaction.conflict(
          "Another writer changed column \"" + before.column().name() + "\" first",
          "Repeat the change on the new version");
    }
    return now;
  }

  /**
   * Returns the slots whose key another writer appended meanwhile with the same content: those
   * samples are united.
   *
   * @throws CommitConflictException if the content differs
   */
  private RoaringBitmap united(Appends.DraftSegment segment, VersionState head) {
    RoaringBitmap slots = new RoaringBitmap();
    LocalVersion version = new LocalVersion(head);
    KnownKeys known = new KnownKeys(version);
    List<String> differing = new ArrayList<>();
    for (int slot = 0; slot < segment.layer().rows(); slot++) {
      Appends.AppendedKey key = appends.keys().get(segment.firstKey() + slot);
      if (!known.contains(key.key())) {
        continue;
      }
      Sample there = version.find(key.key()).orElseThrow();
      boolean same =
          there.origin().map(origin -> origin.sha256().equals(key.content())).orElse(false);
      if (same) {
        slots.add(slot);
      } else {
        differing.add(key.key());
      }
    }
    if (!differing.isEmpty()) {
      throw LocalTransaction.conflict(
          "Another writer appended "
              + differing.size()
              + " of the same keys with other content: "
              + String.join(", ", differing.subList(0, Math.min(NAMED, differing.size()))),
          "Repeat the command: it will update those samples");
    }
    return slots;
  }

  private void writeSegment(
      TreeEdit edit,
      SegmentKey key,
      Appends.DraftSegment segment,
      Map<String, String> ids,
      RoaringBitmap dead) {
    String folder = SegmentRecord.path(key);
    LayerRecord record = record(segment.layer(), ids);
    String layer = writeLayer(edit, folder, segment.layer(), record);
    Map<String, SegmentRecord.Digest> digests = new TreeMap<>();
    segment.digests().forEach((name, digest) -> digests.put(ids.get(name), digest));
    Map<String, Long> blobs = new TreeMap<>();
    for (int i = 0; i < record.blobs().size(); i++) {
      blobs.merge(record.blobs().get(i), segment.layer().blobBytes().get(i), Long::sum);
    }
    if (!dead.isEmpty()) {
      LayerReader reader = new LayerReader(dataset.layers().context(), layer, record, null);
      dead.forEach(
          (org.roaringbitmap.IntConsumer)
              slot -> subtract(reader, slot, key.first() + slot, digests, blobs));
      edit.put(folder + "/" + SegmentRecord.DELETED, LayerRecord.serialize(dead));
    }
    SegmentRecord whole =
        new SegmentRecord(record.rows(), List.of(layer), digests, blobs, segment.keys().keys());
    edit.put(folder + "/" + SegmentRecord.RECORD, whole.toBytes());
    if (segment.keys().leaf() != null) {
      edit.put(folder + "/" + SegmentRecord.KEYS, segment.keys().leaf());
    }
  }

  private static void subtract(
      LayerReader reader,
      int slot,
      long ordinal,
      Map<String, SegmentRecord.Digest> digests,
      Map<String, Long> blobs) {
    List<LayerColumn> columns = reader.record().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).aspect().equals(LayerColumn.CELLS)) {
        subtract(
            reader.cells(i),
            slot,
            ordinal,
            columns.get(i).type(),
            columns.get(i).column(),
            digests,
            blobs);
      }
    }
  }

  /** Takes one cell out of the sums. */
  private static void subtract(
      CellReader cell,
      int row,
      long ordinal,
      dev.sheaf.format.Type type,
      String columnId,
      Map<String, SegmentRecord.Digest> digests,
      Map<String, Long> blobs) {
    Object value = cell.value(row);
    if (value == null) {
      return;
    }
    byte[] canonical = CellHash.canonical(type, value, cell.column().name());
    long bytes = Appends.length(value, canonical);
    digests.computeIfPresent(
        columnId, (id, digest) -> digest.minus(bytes, CellHash.of(ordinal, canonical)));
    Optional<Place> place = cell.place(row);
    place.ifPresent(
        p -> blobs.computeIfPresent(p.listed().id(), (id, live) -> Math.max(0, live - bytes)));
  }

  private LayerRecord record(LayerBuilder.DraftLayer draft, Map<String, String> ids) {
    LayerRecord record =
        draft.toRecord(draft.columns().stream().map(column -> ids.get(column.name())).toList());
    linked |= record.blobs().stream().anyMatch(Place::isLinked);
    return record;
  }

  static String writeLayer(
      TreeEdit edit, String folder, LayerBuilder.DraftLayer draft, LayerRecord record) {
    byte[] bytes = record.toBytes();
    String name = LayerRecord.name(bytes, draft.leaf());
    edit.put(folder + "/" + name + ".json", bytes);
    edit.put(folder + "/" + name + ".stats.json", draft.stats().toBytes(record));
    if (draft.leaf() != null) {
      edit.put(folder + "/" + name + ".arrow", draft.leaf());
    }
    return name;
  }

  /** Writes the changed record of a segment and returns its deleted slots. */
  private RoaringBitmap editSegment(
      TreeEdit edit,
      VersionState head,
      SegmentKey key,
      Edits.SegmentEdit change,
      Map<String, String> ids,
      boolean rebased) {
    if (!head.hasSegment(key)) {
      throw LocalTransaction.conflict(
          "Another writer removed the samples of segment " + key,
          "Repeat the change on the new version");
    }
    SegmentView now = head.segment(key);
    if (rebased) {
      refuseConflicts(now, head, key, change, ids);
    }
    String folder = SegmentRecord.path(key);
    SegmentRecord before = now.reader().record();
    List<String> layers = foldSmall(edit, now.reader(), folder);
    Map<String, SegmentRecord.Digest> digests = new TreeMap<>(before.columns());
    Map<String, Long> blobs = new TreeMap<>(before.blobs());
    for (Edits.CellEdit cell : change.cells) {
      String id = ids.get(cell.column());
      subtractPresent(now, head, cell.slot(), id, key, digests, blobs);
      if (cell.canonical() != null) {
        digests.merge(
            id,
            SegmentRecord.Digest.EMPTY.plus(
                cell.bytes(), CellHash.of(key.first() + cell.slot(), cell.canonical())),
            (a, b) ->
                new SegmentRecord.Digest(
                    a.count() + b.count(), a.bytes() + b.bytes(), a.hash().plus(b.hash())));
      }
    }
    RoaringBitmap newlyDead = RoaringBitmap.andNot(change.deleted, now.reader().deleted());
    newlyDead.forEach(
        (org.roaringbitmap.IntConsumer)
            slot -> {
              for (String id : head.columns().keySet()) {
                subtractPresent(now, head, slot, id, key, digests, blobs);
              }
            });
    for (LayerBuilder.DraftLayer draft : change.layers) {
      LayerRecord record = record(draft, ids);
      layers.add(writeLayer(edit, folder, draft, record));
      for (int i = 0; i < record.blobs().size(); i++) {
        blobs.merge(record.blobs().get(i), draft.blobBytes().get(i), Long::sum);
      }
    }
    RoaringBitmap deleted = RoaringBitmap.or(now.reader().deleted(), change.deleted);
    if (!deleted.isEmpty()) {
      edit.put(folder + "/" + SegmentRecord.DELETED, LayerRecord.serialize(deleted));
    }
    SegmentRecord after = new SegmentRecord(before.rows(), layers, digests, blobs, before.keys());
    edit.put(folder + "/" + SegmentRecord.RECORD, after.toBytes());
    return deleted;
  }

  /**
   * Returns the layers that the edits go on top of. Many small edits of a segment are folded now
   * and then, or each commit would list, and each read go through, all that came before.
   */
  private List<String> foldSmall(TreeEdit edit, SegmentReader segment, String folder) {
    List<LayerReader> due = LayerFold.due(segment, foldBytes);
    foldBytes -= LayerFold.bytes(due);
    try (Sinks sinks = new Sinks(dataset)) {
      Optional<LayerFold> fold = LayerFold.of(segment, due::contains, sinks);
      if (fold.isEmpty()) {
        return new ArrayList<>(segment.record().layers());
      }
      sinks.finish();
      return fold.get().writeTo(edit, folder);
    }
  }

  private static void subtractPresent(
      SegmentView now,
      VersionState head,
      int slot,
      String id,
      SegmentKey key,
      Map<String, SegmentRecord.Digest> digests,
      Map<String, Long> blobs) {
    SchemaLeaves.Ranked ranked = head.columns().get(id);
    if (ranked == null) {
      return;
    }
    CellReader cell = now.cell(head.schema().indexOf(ranked.column().name()), slot);
    if (cell != null) {
      long ordinal = key.first() + slot;
      subtract(cell, cell.layer().rowOf(slot), ordinal, cell.column().type(), id, digests, blobs);
    }
  }

  /** Refuses cells that another writer changed since this transaction began. */
  private void refuseConflicts(
      SegmentView now,
      VersionState head,
      SegmentKey key,
      Edits.SegmentEdit change,
      Map<String, String> ids) {
    List<String> conflicts = new ArrayList<>();
    SegmentView then = base.state().segment(key);
    for (Edits.CellEdit cell : change.cells) {
      String sample = String.format("%016x-%d", key.run(), key.first() + cell.slot());
      if (now.reader().deleted().contains(cell.slot())) {
        conflicts.add("sample " + sample + " (deleted)");
      } else if (differs(then, now, head, cell.slot(), ids.get(cell.column()))) {
        conflicts.add("sample " + sample + " column \"" + cell.column() + "\"");
      }
    }
    change.deleted.forEach(
        (org.roaringbitmap.IntConsumer)
            slot -> {
              boolean gone = now.reader().deleted().contains(slot);
              for (Column column : base.state().schema()) {
                if (!gone && differs(then, now, head, slot, column.id())) {
                  conflicts.add(
                      String.format(
                          "sample %016x-%d column \"%s\" (deleted here, changed there)",
                          key.run(), key.first() + slot, column.name()));
                }
              }
            });
    if (!conflicts.isEmpty()) {
      throw LocalTransaction.conflict(
          "Another writer changed "
              + conflicts.size()
              + " of the same cells first: "
              + String.join("; ", conflicts.subList(0, Math.min(NAMED, conflicts.size()))),
          "Repeat the change on the new version");
    }
  }

  private boolean differs(
      SegmentView then, SegmentView now, VersionState head, int slot, String id) {
    SchemaLeaves.Ranked column = base.state().columns().get(id);
    if (column == null) {
      return false;
    }
    SchemaLeaves.Ranked there = head.columns().get(id);
    if (there == null) {
      return true;
    }
    String name = column.column().name();
    CellReader before = then.cell(base.state().schema().indexOf(name), slot);
    CellReader after = now.cell(head.schema().indexOf(there.column().name()), slot);
    if (before == null || after == null || before.layer().name().equals(after.layer().name())) {
      return (before == null) != (after == null);
    }
    Object old = before.value(before.layer().rowOf(slot));
    Object fresh = after.value(after.layer().rowOf(slot));
    if (old == null || fresh == null) {
      return old != fresh;
    }
    return !Arrays.equals(
        CellHash.canonical(before.column().type(), old, name),
        CellHash.canonical(after.column().type(), fresh, name));
  }
}
