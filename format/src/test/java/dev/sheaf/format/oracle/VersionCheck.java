package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Compares a version with its model, cell by cell, on every way there is to read it. */
public final class VersionCheck {
  private final Version version;
  private final Model model;
  private final Randomness random;

  private VersionCheck(Version version, Model model, Randomness random) {
    this.version = version;
    this.model = model;
    this.random = random;
  }

  /**
   * Fails unless the version holds what the model does.
   *
   * @param everyId identities, among them some that are not in this version
   */
  public static void check(
      Version version, Model model, Collection<SampleId> everyId, Randomness random) {
    VersionCheck check = new VersionCheck(version, model, random);
    check.schema();
    if (random.chance(50)) {
      check.readOften();
    }
    check.samples();
    check.takes();
    check.scans();
    ColumnCheck.check(version, random);
    check.identities(everyId);
    check.keys();
  }

  private void schema() {
    assertThat(version.size()).isEqualTo(model.samples().size());
    Schema schema = version.schema();
    for (int i = 0; i < model.columns().size(); i++) {
      Column column = schema.column(i);
      Model.Col col = model.columns().get(i);
      assertThat(column.name()).isEqualTo(col.name());
      assertThat(column.type()).isEqualTo(col.type());
      assertThat(column.defaultJson()).isEqualTo(col.defaultJson());
      assertThat(column.derived().isPresent()).isEqualTo(!col.inputs().isEmpty());
      assertThat(column.id()).matches("[0-9a-f]{16}");
    }
    assertThat(schema.columns().subList(model.columns().size(), schema.size()))
        .allMatch(column -> column.name().startsWith("_"));
  }

  /** Reads so often that pages are kept in other forms, too. */
  private void readOften() {
    for (int round = 0; round < 33; round++) {
      for (int i = 0; i < model.samples().size(); i++) {
        version.sample(i).isNull(version.schema().column(0).name());
      }
    }
  }

  private void samples() {
    for (int i = 0; i < model.samples().size(); i++) {
      Sample sample = random.chance(50) ? version.sample(i) : version.sample(i - version.size());
      sample(sample, i);
    }
    assertThatThrownBy(() -> version.sample(version.size())).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> version.sample(-version.size() - 1))
        .isInstanceOf(NotFoundException.class);
  }

  private void sample(Sample sample, int index) {
    Model.Item item = model.samples().get(index);
    assertThat(sample.index()).isEqualTo(index);
    assertThat(sample.id()).isEqualTo(item.id());
    assertThat(sample.key()).isEqualTo(item.key());
    assertThat(sample.origin()).isEqualTo(Optional.ofNullable(item.origin()));
    if (item.parent() != null) {
      Map<String, Object> parent = new LinkedHashMap<>();
      parent.put("run", unsigned(item.parent().run()));
      parent.put("ordinal", unsigned(item.parent().ordinal()));
      assertThat(sample.value("_parent")).isEqualTo(parent);
      assertThat(sample.text("_kind")).isEqualTo(item.kind());
      assertThat(sample.text("_span")).isEqualTo(item.span());
    } else if (version.schema().contains("_parent")) {
      assertThat(sample.isNull("_parent")).isTrue();
    }
    Map<String, Object> all = random.chance(20) ? sample.toMap() : null;
    for (int i = 0; i < model.columns().size(); i++) {
      Model.Col col = model.columns().get(i);
      Object expected = Model.cell(item, col);
      String where = "sample " + index + " column \"" + col.name() + "\"";
      CellAssert.same(where, col.type(), expected, sample.value(i));
      assertThat(sample.isNull(col.name())).as(where).isEqualTo(expected == null);
      assertThat(sample.isStale(col.name())).as(where).isEqualTo(model.isStale(item, col));
      if (all != null) {
        CellAssert.same(where, col.type(), expected, all.get(col.name()));
      }
      typed(where, sample, col, expected);
    }
  }

  private static Object unsigned(long bits) {
    return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
  }

  private static void typed(String where, Sample sample, Model.Col col, Object expected) {
    String name = col.name();
    if (col.type() instanceof Type.Utf8 || col.type() instanceof Type.Json) {
      assertThat(sample.text(name)).as(where).isEqualTo(expected);
      byte[] utf8 = expected == null ? null : ((String) expected).getBytes(StandardCharsets.UTF_8);
      assertThat(sample.bytes(name)).as(where).isEqualTo(wrap(utf8));
    } else if (col.type() instanceof Type.Binary) {
      assertThat(sample.bytes(name)).as(where).isEqualTo(wrap((byte[]) expected));
    } else if (col.type() instanceof Type.Tensor) {
      assertThat(sample.tensor(name)).as(where).isEqualTo(expected);
    } else if (col.type() instanceof Type.Media) {
      CellAssert.same(where, col.type(), expected, sample.media(name));
    } else if (col.type() instanceof Type.Scalar scalar && expected instanceof Number number) {
      if (scalar.dtype().kind() == DType.Kind.FLOAT) {
        assertThat(sample.float64(name)).as(where).isEqualTo((Double) number.doubleValue());
      } else {
        assertThat(sample.int64(name)).as(where).isEqualTo(number.longValue());
      }
    }
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private void takes() {
    int size = model.samples().size();
    if (size == 0) {
      assertThat(version.take()).isEmpty();
      return;
    }
    long[] indices = new long[random.between(0, 40)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.below(2 * size) - (long) size;
    }
    List<Sample> taken = version.take(indices);
    assertThat(taken).hasSize(indices.length);
    for (int i = 0; i < indices.length; i++) {
      sample(taken.get(i), (int) (indices[i] < 0 ? indices[i] + size : indices[i]));
    }
    if (!model.columns().isEmpty()) {
      Model.Col col = random.pick(model.columns());
      Version narrow = version.select(col.name());
      assertThat(narrow.schema().size()).isEqualTo(1);
      int index = random.below(size);
      CellAssert.same(
          "selected column \"" + col.name() + "\"",
          col.type(),
          Model.cell(model.samples().get(index), col),
          narrow.take(index).get(0).value(0));
    }
  }

  private void scans() {
    int size = model.samples().size();
    int from = random.chance(50) ? 0 : random.between(0, size);
    int to = random.chance(50) ? size : random.between(from, size);
    int rows = random.oneOf(1, 7, 100, Integer.MAX_VALUE);
    int next = from;
    for (Batch batch : version.scan().range(from, to).batchRows(rows)) {
      assertThat(batch.firstIndex()).isEqualTo(next);
      assertThat(batch.size()).isBetween(1, rows);
      for (int i = 0; i < batch.size(); i++) {
        sample(batch.sample(i), next + i);
      }
      for (Model.Col col : model.columns()) {
        batch.matrix(col.name()).ifPresent(matrix -> matrix(batch, col, matrix));
      }
      next += batch.size();
    }
    assertThat(next).isEqualTo(to);
  }

  private void matrix(Batch batch, Model.Col col, ByteBuffer matrix) {
    assertThat(matrix.isReadOnly()).isTrue();
    assertThat(matrix.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer rest = matrix.duplicate();
    for (int i = 0; i < batch.size(); i++) {
      Object cell = Model.cell(model.samples().get((int) batch.firstIndex() + i), col);
      ByteBuffer expected = littleEndian(col.type(), cell);
      ByteBuffer actual = rest.slice(rest.position(), expected.remaining());
      assertThat(actual).as("matrix of column \"" + col.name() + "\" row " + i).isEqualTo(expected);
      rest.position(rest.position() + expected.remaining());
    }
    assertThat(rest.remaining()).isZero();
  }

  private static ByteBuffer littleEndian(Type type, Object cell) {
    if (cell instanceof Tensor tensor) {
      return tensor.data();
    }
    DType dtype = ((Type.Scalar) type).dtype();
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case FLOAT16 -> bytes.putShort(dev.sheaf.format.HalfFloat.fromFloat((Float) cell));
      case BFLOAT16 -> bytes.putShort((short) (Float.floatToRawIntBits((Float) cell) >>> 16));
      case FLOAT32 -> bytes.putInt(Float.floatToRawIntBits((Float) cell));
      case FLOAT64 -> bytes.putLong(Double.doubleToRawLongBits((Double) cell));
      default -> bytes.putLong(((Number) cell).longValue());
    }
    return bytes.clear().slice(0, dtype.bits() / 8);
  }

  private void identities(Collection<SampleId> everyId) {
    Set<SampleId> present = new HashSet<>();
    for (int i = 0; i < model.samples().size(); i++) {
      SampleId id = model.samples().get(i).id();
      present.add(id);
      assertThat(version.indexOf(id)).isEqualTo(OptionalLong.of(i));
    }
    for (SampleId id : everyId) {
      if (!present.contains(id)) {
        assertThat(version.indexOf(id)).isEmpty();
      }
    }
    assertThat(version.indexOf(new SampleId(1, 2))).isEmpty();
  }

  private void keys() {
    for (int i = 0; i < model.samples().size(); i++) {
      Optional<Sample> found = version.find(model.samples().get(i).key());
      assertThat(found.map(Sample::index)).contains((long) i);
    }
    assertThat(version.find("no such key")).isEmpty();
    assertThat(version.find("")).isEmpty();
  }
}
