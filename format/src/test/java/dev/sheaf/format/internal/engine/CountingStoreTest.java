package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a read costs, in ranges: one per uncached page per layer, one per fixed tensor, one per wide
 * value, none other.
 */
class CountingStoreTest {
  private static final int ROWS = 900;
  private static final int LARGE = 3 << 20;
  private static final List<String> IN_PAGES = List.of("n", "caption", "note");

  @TempDir static Path temp;
  private LocalDataset plain;
  private LocalDataset dataset;
  private CountingStore store;

  @BeforeAll
  static void write() {
    Randomness random = new Randomness(1);
    try (LocalDataset fresh = LocalDataset.create(path())) {
      try (Transaction change = fresh.begin()) {
        change.addColumn(Column.of("ragged", Type.tensor(DType.UINT8, Shape.ANY)));
        for (int i = 0; i < ROWS; i++) {
          change.append(row(random, i));
        }
        change.commit("rows");
      }
      try (Transaction change = fresh.begin()) {
        for (int i = 0; i < ROWS; i += 2) {
          String note = "note " + i + " ".repeat(600);
          change.update(change.base().sample(i).id(), Map.of("note", note));
        }
        change.commit("a layer over every second sample");
      }
    }
  }

  private static Path path() {
    return temp.resolve("counted.sheaf");
  }

  @BeforeEach
  void open() {
    plain = LocalDataset.open(path());
    dataset =
        LocalDataset.open(
            path(),
            inner -> {
              store = new CountingStore(inner);
              return store;
            });
  }

  private static Row row(Randomness random, int i) {
    float[] embedding = new float[512];
    embedding[0] = i;
    ByteBuffer ragged = ByteBuffer.wrap(random.bytes(1200 + i));
    return Row.of()
        .key("key-" + i)
        .set("n", (long) i)
        .set("caption", "caption " + i + " " + "x".repeat(100))
        .set("embedding", Tensor.ofFloats(embedding))
        .set("image", Media.of(MediaKind.IMAGE, random.bytes(i == 5 ? LARGE : 24_000), Map.of()))
        .set("ragged", Tensor.of(DType.UINT8, Shape.of(1200 + i), ragged))
        .set("bytes", random.bytes(2000))
        // Long text lies in compressed pages: one range serves all texts of a page.
        .set("story", HexFormat.of().formatHex(random.bytes(1500)));
  }

  @AfterEach
  void close() {
    plain.close();
    dataset.close();
  }

  private VersionState state(LocalDataset of) {
    return ((LocalVersion) of.at("main")).state();
  }

  /** Returns the ranges of the pages that hold a sample, one a layer. */
  private Set<CountingStore.Range> pages(long index) {
    var position = state(plain).order().locate(index);
    Set<CountingStore.Range> ranges = new LinkedHashSet<>();
    for (LayerReader layer : state(plain).segment(position.segment()).reader().layers()) {
      int row = layer.rowOf(position.slot());
      if (row >= 0) {
        LayerRecord record = layer.record();
        int page = record.pageOf(row);
        ranges.add(
            new CountingStore.Range(
                record.chunk().orElseThrow(), record.pageOffset(page), record.pageLength(page)));
      }
    }
    return ranges;
  }

  /** Returns the ranges of a sample's fixed tensors and wide values. */
  private Set<CountingStore.Range> values(long index) {
    VersionState state = state(plain);
    var position = state.order().locate(index);
    Set<CountingStore.Range> ranges = new LinkedHashSet<>();
    for (int i = 0; i < state.schema().size(); i++) {
      CellReader cell = state.segment(position.segment()).cell(i, position.slot());
      if (cell == null) {
        continue;
      }
      int row = cell.layer().rowOf(position.slot());
      Optional<Place> place = cell.place(row);
      place.ifPresent(
          p -> ranges.add(new CountingStore.Range(p.chunk().id(), p.offset(), (int) p.length())));
      LayerRecord.TensorChunk tensor =
          cell.layer()
              .record()
              .tensors()
              .get(cell.layer().record().columns().indexOf(cell.column()));
      if (tensor != null) {
        long offset = tensor.offset() + (long) row * tensor.width();
        ranges.add(new CountingStore.Range(tensor.chunk(), offset, tensor.width()));
      }
    }
    return ranges;
  }

  private static void readAll(Sample sample) {
    sample.toMap();
    assertThat(sample.media("image").bytes().remaining()).isPositive();
    assertThat(sample.origin()).isEmpty();
    assertThat(sample.key()).startsWith("key-");
  }

  private void assertRead(Set<CountingStore.Range> expected) {
    List<CountingStore.Range> read = store.drain();
    assertThat(read).doesNotHaveDuplicates();
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void openingReadsNoChunk() {
    Version version = dataset.head();
    assertThat(version.size()).isEqualTo(ROWS);
    assertThat(version.schema().contains("embedding")).isTrue();
    assertThat(version.commit().subject()).isEqualTo("a layer over every second sample");
    assertThat(version.columnBytes("image")).isPositive();
    assertThat(dataset.chunks(version)).isNotEmpty();
    Sample sample = version.sample(17);
    assertThat(sample.id().ordinal()).isEqualTo(17);
    assertThat(version.indexOf(sample.id())).hasValue(17);
    assertRead(Set.of());
    assertThat(store.maps()).isZero();
  }

  @Test
  void aSampleCostsOneRangePerPagePerLayerPerTensorAndPerWideValue() {
    Version version = dataset.head();
    Set<CountingStore.Range> before = new LinkedHashSet<>();
    for (long index : new long[] {17, 400, ROWS - 1}) {
      readAll(version.sample(index));
      Set<CountingStore.Range> expected = pages(index);
      assertThat(expected).hasSize(index % 2 == 0 ? 2 : 1);
      Set<CountingStore.Range> values = values(index);
      assertThat(values).hasSize(5);
      expected.addAll(values);
      expected.removeAll(before);
      assertRead(expected);
      before.addAll(expected);
    }
  }

  @Test
  void theSecondReadOfASampleReadsNothing() {
    Version version = dataset.head();
    readAll(version.sample(400));
    store.drain();
    readAll(version.sample(400));
    readAll(dataset.at("main").sample(400));
    readAll(version.take(400).get(0));
    assertRead(Set.of());
  }

  @Test
  void anEarlierVersionSharesThePagesOfALaterOne() {
    readAll(dataset.head().sample(401));
    store.drain();
    readAll(dataset.at("main~1").sample(401));
    assertRead(Set.of());
  }

  @Test
  void takeReadsEachPageOnceAndNoValueThatIsNotAskedFor() {
    Randomness random = Randomness.ofThisRun();
    long[] indices = new long[256];
    Set<CountingStore.Range> pages = new LinkedHashSet<>();
    Set<CountingStore.Range> values = new LinkedHashSet<>();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.below(ROWS);
      pages.addAll(pages(indices[i]));
      values.addAll(values(indices[i]));
    }
    List<Sample> samples = dataset.head().take(indices);
    for (Sample sample : samples) {
      IN_PAGES.forEach(sample::value);
      assertThat(sample.media("image").byteLength()).isPositive();
      assertThat(sample.media("image").sha256()).hasSize(64);
      assertThat(sample.media("image").facts()).isEmpty();
    }
    assertRead(pages);
    samples.forEach(CountingStoreTest::readAll);
    assertRead(values);
    dataset.head().take(indices).forEach(CountingStoreTest::readAll);
    assertRead(Set.of());
  }

  @Test
  void aProjectionLeavesOtherLayersAlone() {
    Version narrow = dataset.head().select("caption");
    Set<CountingStore.Range> pages = pages(401);
    assertThat(narrow.sample(400).text("caption")).startsWith("caption 400");
    assertThat(narrow.take(401, 400)).hasSize(2);
    // Both lie in one page of the first layer; the layer of the notes is not touched.
    assertRead(pages);
  }

  @Test
  void aScanReadsEachPageOnceAndTensorsAsMatrices() {
    Set<CountingStore.Range> pages = new LinkedHashSet<>();
    for (long i = 0; i < ROWS; i++) {
      pages.addAll(pages(i));
    }
    int batches = 0;
    List<CountingStore.Range> matrices = new ArrayList<>();
    List<CountingStore.Range> all = new ArrayList<>();
    for (Batch batch : dataset.head().scan()) {
      for (int i = 0; i < batch.size(); i++) {
        IN_PAGES.forEach(batch.sample(i)::value);
      }
      all.addAll(store.drain());
      ByteBuffer matrix = batch.matrix("embedding").orElseThrow();
      assertThat(matrix.getFloat(0)).isEqualTo((float) batch.firstIndex());
      matrices.addAll(store.drain());
      batches++;
    }
    assertThat(all).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(pages);
    assertThat(matrices).hasSize(batches);
    assertThat(matrices.stream().mapToLong(CountingStore.Range::length).sum())
        .isEqualTo(ROWS * 2048L);
  }

  @Test
  void aPartOfALargeValueCostsItsBlocksOnly() {
    Media large = dataset.head().sample(5).media("image");
    store.drain();
    assertThat(large.range(1_000_000, 10).remaining()).isEqualTo(10);
    List<CountingStore.Range> read = store.drain();
    assertThat(read).hasSize(1);
    assertThat(read.get(0).length()).isEqualTo(256 << 10);
  }

  @Test
  void findingAKeyReadsThePageThatConfirmsIt() {
    Version version = dataset.head();
    assertThat(version.find("no such key")).isEmpty();
    assertRead(Set.of());
    assertThat(version.find("key-401").orElseThrow().index()).isEqualTo(401);
    assertRead(pages(401));
  }

  @Test
  void nullAndMissingCellsCostNothingBeyondTheirPage() {
    Sample sample = dataset.head().sample(401);
    assertThat(sample.isNull("note")).isTrue();
    assertRead(Set.of());
    assertThat(sample.isNull("image")).isFalse();
    assertThat(sample.isNull("embedding")).isFalse();
    assertRead(pages(401));
  }
}
