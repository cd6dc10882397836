package dev.sheaf.format.internal.engine;

import dev.sheaf.format.PurgeReport;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.blob.TextSink;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.Physical;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds all that versions hold of some samples, whatever the version, and who else has the same
 * bytes. For one thread.
 */
final class PurgeScan {
  private static final List<Physical> TEXT = List.of(TextSink.layout());

  private final LocalDataset dataset;
  private final LocalChunkStore store;
  private final List<String> commits;
  private final Map<String, StoredLayer> layers = new TreeMap<>();
  private final Set<String> seenTrees = new HashSet<>();
  private final ErasePlan plan = new ErasePlan();
  private final Set<SampleId> samples = new TreeSet<>();
  private final Set<SampleId> sharers = new TreeSet<>();
  private final Map<ErasePlan.Item, PurgeReport.Left> owners = new HashMap<>();
  private final Set<ErasePlan.Item> shared = new LinkedHashSet<>();
  private final Set<SegmentKey> segments = new TreeSet<>();
  private final List<PurgeReport.Left> left = new ArrayList<>();
  private long rows;
  private long values;
  private long bytes;

  /** A layer as some version has it. */
  private record StoredLayer(SegmentKey segment, String path, LayerReader reader) {
    SampleId sample(int row) {
      int slot = reader.record().slots().map(slots -> slots.select(row)).orElse(row);
      return new SampleId(segment.run(), segment.first() + slot);
    }

    /** Returns the row of a sample, or -1. */
    int rowOf(SampleId sample) {
      long slot = sample.ordinal() - segment.first();
      boolean may = sample.run() == segment.run() && slot >= 0 && slot < LayerRecord.MAX_ROWS;
      int row = may ? reader.rowOf((int) slot) : -1;
      return row < reader.record().rows() ? row : -1;
    }
  }

  PurgeScan(LocalDataset dataset, LocalChunkStore store) {
    this.dataset = dataset;
    this.store = store;
    this.commits = dataset.git().everyCommit(dataset.commitsInUse());
    for (String commit : commits) {
      collect(dataset.git().snapshot(commit));
    }
  }

  private void collect(TreeSnapshot tree) {
    for (TreeSnapshot.Entry run : folders(tree, "segments")) {
      String runPath = "segments/" + run.name();
      for (TreeSnapshot.Entry high : folders(tree, runPath)) {
        String highPath = runPath + "/" + high.name();
        for (TreeSnapshot.Entry low : folders(tree, highPath)) {
          String folder = highPath + "/" + low.name();
          long first = (Long.parseLong(high.name(), 16) << 24) | Long.parseLong(low.name(), 16);
          collect(tree, folder, new SegmentKey(Long.parseUnsignedLong(run.name(), 16), first));
        }
      }
    }
  }

  /** Returns the folders of a folder, none if it was seen with this content. */
  private List<TreeSnapshot.Entry> folders(TreeSnapshot tree, String path) {
    Optional<String> id = tree.objectId(path);
    if (id.isEmpty() || !seenTrees.add(path + id.get())) {
      return List.of();
    }
    return tree.list(path).stream().filter(TreeSnapshot.Entry::isTree).toList();
  }

  private void collect(TreeSnapshot tree, String folder, SegmentKey key) {
    if (!seenTrees.add(folder + tree.objectId(folder).orElseThrow())) {
      return;
    }
    String path = folder + "/" + SegmentRecord.RECORD;
    SegmentRecord record = SegmentRecord.parse(tree.read(path), path);
    for (String name : record.layers()) {
      String layerPath = folder + "/" + name;
      if (!layers.containsKey(layerPath)) {
        LayerReader reader = dataset.layers().get(tree, folder, name, record.rows());
        layers.put(layerPath, new StoredLayer(key, layerPath, reader));
      }
    }
  }

  /**
   * Plans to remove samples.
   *
   * @param others with {@code PURGE}, samples with the same bytes are added until there are none;
   *     with {@code KEEP}, such bytes stay
   */
  void add(Set<SampleId> asked, PurgeRequest.Shared others) {
    Set<SampleId> next = new TreeSet<>(asked);
    while (!next.isEmpty()) {
      samples.addAll(next);
      for (StoredLayer layer : layers.values()) {
        for (SampleId sample : next) {
          int row = layer.rowOf(sample);
          if (row >= 0) {
            segments.add(layer.segment());
            add(layer, sample, row);
          }
        }
      }
      next = findSharers();
      if (others != PurgeRequest.Shared.PURGE) {
        sharers.addAll(next);
        break;
      }
    }
    if (others == PurgeRequest.Shared.KEEP) {
      shared.forEach(this::keep);
    }
  }

  private void keep(ErasePlan.Item item) {
    PurgeReport.Left owner = owners.get(item);
    bytes -= plan.remove(item);
    rows -= owner.columns().isEmpty() ? 1 : 0;
    values -= owner.columns().isEmpty() ? 0 : 1;
    left.add(owner);
  }

  private void add(StoredLayer layer, SampleId sample, int row) {
    LayerRecord record = layer.reader().record();
    Page page = layer.reader().pageOf(row);
    int at = row - page.firstRow();
    if (page.purged().contains(at)) {
      return;
    }
    for (int position = 0; position < record.columns().size(); position++) {
      addWide(layer, sample, position, row);
    }
    if (record.chunk().isEmpty()) {
      List<String> names = shown(layer, row);
      if (!names.isEmpty()) {
        left.add(new PurgeReport.Left(sample, names, layer.path(), PurgeReport.Why.GIT));
      }
      return;
    }
    int number = record.pageOf(row);
    LocalChunkStore.Place place = place(record, number);
    List<Physical> layouts =
        record.columns().stream().<Physical>map(c -> c.layout().physical()).toList();
    ErasePlan.Page whole =
        new ErasePlan.Page(place.length(), place.crc32c(), layouts, new TreeSet<>());
    if (plan.addRow(place.chunk(), true, place.offset(), whole, at)) {
      rows++;
      owners.put(
          new ErasePlan.Item(place.chunk(), place.offset(), at),
          new PurgeReport.Left(sample, List.of(), layer.path(), PurgeReport.Why.SHARED));
    }
  }

  /** Returns the columns whose value, or part of it, is in the page itself. */
  private static List<String> shown(StoredLayer layer, int row) {
    List<String> names = new ArrayList<>();
    List<LayerColumn> columns = layer.reader().record().columns();
    for (int position = 0; position < columns.size(); position++) {
      LayerColumn column = columns.get(position);
      CellReader cell = layer.reader().cells(position);
      boolean elsewhere =
          column.form() == Form.FIXED
              || column.form() == Form.VARYING && cell.place(row).isPresent();
      if (column.aspect().equals(LayerColumn.CELLS) && !elsewhere && !cell.isNull(row)) {
        names.add(column.name());
      }
    }
    return names;
  }

  private LocalChunkStore.Place place(LayerRecord record, int page) {
    return store.locate(
        record.chunk().orElseThrow(),
        record.pageOffset(page),
        record.pageLength(page),
        record.pageCrc(page));
  }

  /** What lies outside the page: where it is, and which row of a page of texts it is, else -1. */
  private record Wide(LocalChunkStore.Place place, int textRow) {}

  /** Finds the value of a cell outside its page that is not purged yet. */
  private Optional<Wide> wide(StoredLayer layer, int position, int row) {
    LayerRecord record = layer.reader().record();
    CellReader cell = layer.reader().cells(position);
    try {
      if (record.columns().get(position).form() == Form.FIXED) {
        if (cell.isNull(row)) {
          return Optional.empty();
        }
        LayerRecord.TensorChunk tensor = record.tensors().get(position);
        long offset = tensor.offset() + (long) row * tensor.width();
        return store
            .find(tensor.chunk(), offset, tensor.width(), 0)
            .map(place -> new Wide(place, -1));
      }
      Optional<Place> found = cell.place(row);
      if (found.isEmpty() || found.get().length() == 0) {
        return Optional.empty();
      }
      Place value = found.get();
      if (LinkName.isLink(value.chunk().id())) {
        return Optional.empty();
      }
      return store
          .find(value.chunk().id(), value.offset(), (int) value.length(), value.crc32c())
          .filter(place -> value.row() < 0 || !place.purged().contains(value.row()))
          .map(place -> new Wide(place, value.row()));
    } catch (PurgedException e) {
      // The page that would say where.
      return Optional.empty();
    }
  }

  /** Notes a payload that lies in a file outside of the dataset. */
  private void addLinked(StoredLayer layer, SampleId sample, int position, int row) {
    layer
        .reader()
        .cells(position)
        .place(row)
        .map(place -> place.chunk().id())
        .filter(LinkName::isLink)
        .ifPresent(
            link -> {
              String column = layer.reader().record().columns().get(position).name();
              left.add(new PurgeReport.Left(sample, List.of(column), link, PurgeReport.Why.LINK));
            });
  }

  private void addWide(StoredLayer layer, SampleId sample, int position, int row) {
    addLinked(layer, sample, position, row);
    Optional<Wide> found = wide(layer, position, row);
    if (found.isEmpty()) {
      return;
    }
    LocalChunkStore.Place place = found.get().place();
    boolean isNew;
    if (found.get().textRow() < 0) {
      isNew = plan.addRange(place.chunk(), place.offset(), place.length());
      bytes += isNew ? place.length() : 0;
    } else {
      ErasePlan.Page page =
          new ErasePlan.Page(place.length(), place.crc32c(), TEXT, new TreeSet<>());
      isNew = plan.addRow(place.chunk(), false, place.offset(), page, found.get().textRow());
    }
    if (isNew) {
      values++;
      String column = layer.reader().record().columns().get(position).name();
      owners.put(
          new ErasePlan.Item(place.chunk(), place.offset(), found.get().textRow()),
          new PurgeReport.Left(sample, List.of(column), layer.path(), PurgeReport.Why.SHARED));
    }
  }

  /** Returns the other samples that lose something by the plan. */
  private Set<SampleId> findSharers() {
    Set<SampleId> found = new TreeSet<>();
    for (StoredLayer layer : layers.values()) {
      LayerRecord record = layer.reader().record();
      if (!mayShare(record)) {
        continue;
      }
      for (int row = 0; row < record.rows(); row++) {
        SampleId sample = layer.sample(row);
        if (!samples.contains(sample) && shares(layer, row)) {
          found.add(sample);
        }
      }
    }
    return found;
  }

  private boolean mayShare(LayerRecord record) {
    List<String> names = new ArrayList<>(record.blobs());
    record.chunk().ifPresent(names::add);
    record.tensors().values().forEach(tensor -> names.add(tensor.chunk()));
    return names.stream()
        .filter(name -> !LinkName.isLink(name))
        .flatMap(name -> store.remaining(name).stream())
        .anyMatch(plan.chunks()::containsKey);
  }

  private boolean shares(StoredLayer layer, int row) {
    LayerRecord record = layer.reader().record();
    Page page = layer.reader().pageOf(row);
    int at = row - page.firstRow();
    if (page.purged().contains(at)) {
      return false;
    }
    List<ErasePlan.Item> found = new ArrayList<>();
    if (record.chunk().isPresent()) {
      LocalChunkStore.Place place = place(record, record.pageOf(row));
      found.addAll(plan.row(place.chunk(), place.offset(), at));
    }
    for (int position = 0; position < record.columns().size(); position++) {
      wide(layer, position, row).map(this::planned).ifPresent(found::addAll);
    }
    shared.addAll(found);
    return !found.isEmpty();
  }

  private List<ErasePlan.Item> planned(Wide wide) {
    LocalChunkStore.Place place = wide.place();
    return wide.textRow() < 0
        ? plan.ranges(place.chunk(), place.offset(), place.length())
        : plan.row(place.chunk(), place.offset(), wide.textRow());
  }

  /** Returns how many versions have one of the samples. */
  long versions() {
    Map<String, Boolean> known = new TreeMap<>();
    return commits.stream().filter(id -> has(dataset.git().snapshot(id), known)).count();
  }

  /** Tells whether a version has one of the samples. */
  boolean has(TreeSnapshot tree) {
    return has(tree, new TreeMap<>());
  }

  private boolean has(TreeSnapshot tree, Map<String, Boolean> known) {
    return segments.stream().anyMatch(segment -> has(tree, segment, known));
  }

  private boolean has(TreeSnapshot tree, SegmentKey segment, Map<String, Boolean> known) {
    String folder = SegmentRecord.path(segment);
    Optional<String> id = tree.objectId(folder);
    return id.isPresent()
        && known.computeIfAbsent(
            folder + id.get(),
            key -> {
              String path = folder + "/" + SegmentRecord.DELETED;
              var deleted =
                  tree.find(path).map(found -> LayerRecord.deserialize(found, path)).orElse(null);
              return samples.stream()
                  .filter(sample -> sample.run() == segment.run())
                  .mapToLong(sample -> sample.ordinal() - segment.first())
                  .filter(slot -> slot >= 0 && slot < LayerRecord.MAX_ROWS)
                  .anyMatch(slot -> deleted == null || !deleted.contains((int) slot));
            });
  }

  ErasePlan plan() {
    return plan;
  }

  /** Returns the segments of the samples. */
  Set<SegmentKey> segments() {
    return Collections.unmodifiableSet(segments);
  }

  Set<SampleId> samples() {
    return Collections.unmodifiableSet(samples);
  }

  Set<SampleId> sharers() {
    return Collections.unmodifiableSet(sharers);
  }

  List<PurgeReport.Left> left() {
    return Collections.unmodifiableList(left);
  }

  long rows() {
    return rows;
  }

  long values() {
    return values;
  }

  long bytes() {
    return bytes;
  }
}
