package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Scan;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.Position;
import dev.sheaf.format.internal.order.SegmentKey;
import dev.sheaf.format.internal.order.TreeReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** A version of a {@link LocalDataset}, or a projection of it. */
public final class LocalVersion implements Version {
  private final VersionState state;
  private final Schema schema;
  private final int[] positions;
  private Map<String, byte[]> orderFiles = Map.of();

  LocalVersion(VersionState state) {
    this.state = state;
    this.schema = state.schema();
    this.positions = java.util.stream.IntStream.range(0, schema.size()).toArray();
  }

  private LocalVersion(VersionState state, Schema schema, int[] positions) {
    this.state = state;
    this.schema = schema;
    this.positions = positions;
  }

  /** Returns what the commit holds. */
  public VersionState state() {
    return state;
  }

  /**
   * Returns the position in the whole schema of the column at {@code column} of this projection.
   */
  int position(int column) {
    return positions[column];
  }

  @Override
  public CommitInfo commit() {
    return state.commit();
  }

  @Override
  public long size() {
    return state.order().size();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Version select(String... columns) {
    List<Column> chosen = new ArrayList<>();
    int[] chosenPositions = new int[columns.length];
    for (int i = 0; i < columns.length; i++) {
      int column = schema.indexOf(columns[i]);
      chosen.add(schema.column(column));
      chosenPositions[i] = positions[column];
    }
    return new LocalVersion(state, Schema.of(chosen), chosenPositions);
  }

  private long checked(long index) {
    long size = size();
    long fromStart = index < 0 ? index + size : index;
    if (fromStart < 0 || fromStart >= size) {
      throw new NotFoundException(
          "SHEAF-NF-001",
          "Sample index " + index + " is out of range",
          state.layers().context().dataset(),
          size == 0
              ? "The version has no samples"
              : "The version has "
                  + size
                  + " samples: 0 to "
                  + (size - 1)
                  + ", or -1 for the last");
    }
    return fromStart;
  }

  @Override
  public Sample sample(long index) {
    long checked = checked(index);
    Position position = state.order().locate(checked);
    return at(position, checked);
  }

  LocalSample at(Position position, long index) {
    return new LocalSample(this, state.segment(position.segment()), position.slot(), index, false);
  }

  @Override
  public List<Sample> take(long... indices) {
    long[] checked = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      checked[i] = checked(indices[i]);
    }
    Position[] places = new Position[checked.length];
    state.order().locate(checked, places);
    Sample[] samples = new Sample[checked.length];
    Integer[] byPlace = new Integer[checked.length];
    Arrays.setAll(byPlace, i -> i);
    Arrays.sort(
        byPlace,
        (a, b) -> {
          int bySegment = places[a].segment().compareTo(places[b].segment());
          return bySegment != 0 ? bySegment : Integer.compare(places[a].slot(), places[b].slot());
        });
    for (int i : byPlace) {
      LocalSample sample = at(places[i], checked[i]);
      sample.touchPages();
      samples[i] = sample;
    }
    return Arrays.asList(samples);
  }

  @Override
  public Scan scan() {
    return new LocalScan(this);
  }

  @Override
  public OptionalLong indexOf(SampleId id) {
    // Segments of a run begin at any ordinal: the one that holds this ordinal is the last that
    // begins at or before it.
    for (SegmentKey key : state.segmentKeys()) {
      if (key.run() == id.run()
          && Long.compareUnsigned(key.first(), id.ordinal()) <= 0
          && id.ordinal() - key.first() < state.segment(key).reader().record().rows()) {
        int slot = (int) (id.ordinal() - key.first());
        if (state.segment(key).reader().deleted().contains(slot)) {
          return OptionalLong.empty();
        }
        return state.order().indexOf(key, slot);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public Optional<Sample> find(String key) {
    if (!state.schema().contains(SystemColumns.KEY)) {
      return Optional.empty();
    }
    long hash = KeyIndex.hash(key);
    for (SegmentKey segment : state.segmentKeys()) {
      SegmentView view = state.segment(segment);
      for (int slot : view.reader().keys().candidates(hash)) {
        if (view.reader().deleted().contains(slot)) {
          continue;
        }
        OptionalLong index = state.order().indexOf(segment, slot);
        if (index.isPresent()) {
          LocalSample sample = new LocalSample(this, view, slot, index.getAsLong(), false);
          if (hasKey(sample, key)) {
            return Optional.of(sample);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** A sample whose key was purged has none. */
  private static boolean hasKey(LocalSample sample, String key) {
    try {
      return key.equals(sample.key());
    } catch (PurgedException e) {
      return false;
    }
  }

  @Override
  public Version withoutPurged() {
    return PurgedSamples.others(state)
        .<Version>map(
            others -> withOrder(OrderEdit.empty().replace(others.iterator()).build().puts()))
        .orElse(this);
  }

  @Override
  public Version pick(long... indices) {
    long[] checked = new long[indices.length];
    Set<Long> twice = new HashSet<>();
    for (int i = 0; i < indices.length; i++) {
      checked[i] = checked(indices[i]);
      if (!twice.add(checked[i])) {
        throw new IllegalArgumentException("index " + checked[i] + " occurs twice");
      }
    }
    Map<String, byte[]> order =
        OrderEdit.empty()
            .replace(LongStream.of(checked).mapToObj(at -> state.order().locate(at)).iterator())
            .build()
            .puts();
    return withOrder(order);
  }

  /** Returns the files of the order of a picked version; none, if it was not picked. */
  Map<String, byte[]> orderFiles() {
    return orderFiles;
  }

  /** Tells whether the samples are picked, so that the order is not that of the tree. */
  public boolean isPicked() {
    return !orderFiles.isEmpty();
  }

  /** Returns this version with the order that {@code files} hold, by their paths. */
  LocalVersion withOrder(Map<String, byte[]> files) {
    LocalVersion picked =
        new LocalVersion(state.withOrder(TreeReader.of(files)), schema, positions);
    picked.orderFiles = files;
    return picked;
  }

  @Override
  public String dataDigest() {
    MessageDigest digest = Checksums.sha256();
    for (String part : List.of("schema", "order", "segments")) {
      digest.update(state.tree().objectId(part).orElse("").getBytes(StandardCharsets.US_ASCII));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 20);
  }

  @Override
  public Optional<byte[]> document(String path) {
    Documents.check(path);
    return state.tree().find(path).map(byte[]::clone);
  }

  @Override
  public List<String> documents(String folder) {
    return Documents.list(state.tree(), folder);
  }

  @Override
  public long columnBytes(String column) {
    String id = schema.column(column).id();
    long bytes = 0;
    for (SegmentKey key : state.segmentKeys()) {
      SegmentRecord.Digest digest = state.segment(key).reader().record().columns().get(id);
      bytes += digest == null ? 0 : digest.bytes();
    }
    return bytes;
  }

  Location location() {
    return state.layers().context().dataset();
  }
}
