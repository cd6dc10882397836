package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.ColumnStatistics;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.Media;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Scan;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Compares columns of batches with the cells of their samples, and statistics with both. */
final class ColumnCheck {
  private final Version version;
  private final Randomness random;

  private ColumnCheck(Version version, Randomness random) {
    this.version = version;
    this.random = random;
  }

  /** Fails unless every way to read columns gives what samples give. */
  static void check(Version version, Randomness random) {
    ColumnCheck check = new ColumnCheck(version, random);
    for (Batch batch : version.scan().batchRows(random.oneOf(5, 64, Integer.MAX_VALUE))) {
      check.batch(batch);
    }
    check.rows();
    check.statistics();
  }

  private void rows() {
    long size = version.size();
    long[] indices = new long[size == 0 ? 0 : random.between(0, 30)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.below((int) size);
    }
    List<Long> seen = new ArrayList<>();
    for (Batch batch : version.scan().batchRows(random.oneOf(3, 100)).rows(indices)) {
      for (int i = 0; i < batch.size(); i++) {
        seen.add(batch.index(i));
        assertThat(batch.id(i)).isEqualTo(version.sample(batch.index(i)).id());
      }
      batch(batch);
    }
    assertThat(seen).containsExactlyElementsOf(Arrays.stream(indices).boxed().toList());
  }

  private void batch(Batch batch) {
    int[] some = new int[random.between(0, 8)];
    for (int i = 0; i < some.length; i++) {
      some[i] = random.below(batch.size());
    }
    // What a filter leaves: rows in order, most of them near each other.
    int[] left =
        IntStream.range(0, Math.min(40, batch.size())).filter(row -> random.chance(60)).toArray();
    for (Column column : version.schema()) {
      column(batch, null, column, column.type());
      column(batch, some, column, column.type());
      column(batch, left, column, column.type());
      if (column.type() instanceof Type.Struct struct && !struct.fields().isEmpty()) {
        Type.Field field = random.pick(struct.fields());
        column(batch, random.chance(50) ? some : null, column, field.type(), field.name());
      }
      if (column.type() instanceof Type.Media media) {
        Type.Field field = random.pick(media.kind().facts().fields());
        column(batch, random.chance(50) ? some : null, column, field.type(), field.name());
      }
    }
  }

  private static void column(Batch batch, int[] rows, Column column, Type type, String... path) {
    ColumnValues values = batch.column(rows, column.name(), path);
    assertThat(values.size()).isEqualTo(rows == null ? batch.size() : rows.length);
    assertThat(values.kind()).isEqualTo(ColumnValues.kindOf(type));
    for (int i = 0; i < values.size(); i++) {
      int row = rows == null ? i : rows[i];
      Object cell = batch.sample(row).value(column.name());
      for (String name : path) {
        cell = field(cell, name);
      }
      String where = "column " + column.name() + List.of(path) + " row " + row;
      assertThat(values.isNull(i)).as(where).isEqualTo(cell == null);
      if (cell != null) {
        same(where, type, cell, values, i);
      }
    }
  }

  private static Object field(Object cell, String name) {
    if (cell instanceof Media media) {
      return switch (name) {
        case "bytes" -> media.byteLength();
        case "sha256" -> media.sha256();
        default -> media.facts().get(name);
      };
    }
    return cell == null ? null : ((Map<?, ?>) cell).get(name);
  }

  private static void same(String where, Type type, Object cell, ColumnValues values, int at) {
    switch (values.kind()) {
      case LONGS -> assertThat(values.longs()[at]).as(where).isEqualTo(number(type, cell));
      case DOUBLES -> {
        double expected = ((Number) cell).doubleValue();
        assertThat((Double) values.doubles()[at]).as(where).isEqualTo((Double) expected);
      }
      case BYTES -> {
        int from = values.offsets()[at];
        ByteBuffer actual = ByteBuffer.wrap(values.bytes(), from, values.offsets()[at + 1] - from);
        ByteBuffer expected =
            cell instanceof ByteBuffer bytes
                ? bytes
                : ByteBuffer.wrap(cell.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(actual).as(where).isEqualTo(expected);
      }
      case OBJECTS -> CellAssert.same(where, type, comparable(cell), values.objects()[at]);
    }
  }

  /** What is expected of bytes is an array. */
  private static Object comparable(Object cell) {
    if (cell instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return copy;
    }
    if (cell instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(comparable(element)));
      return copy;
    }
    if (cell instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new java.util.LinkedHashMap<>();
      map.forEach((name, value) -> copy.put(name, comparable(value)));
      return copy;
    }
    return cell;
  }

  private static long number(Type type, Object cell) {
    if (cell instanceof Boolean bool) {
      return bool ? 1 : 0;
    }
    if (cell instanceof LocalDate date) {
      return date.toEpochDay();
    }
    if (type instanceof Type.Timestamp timestamp) {
      Instant instant =
          cell instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) cell;
      long perSecond =
          switch (timestamp.unit()) {
            case "s" -> 1L;
            case "ms" -> 1_000L;
            case "us" -> 1_000_000L;
            default -> 1_000_000_000L;
          };
      return instant.getEpochSecond() * perSecond + instant.getNano() / (1_000_000_000 / perSecond);
    }
    return ((Number) cell).longValue();
  }

  /** Keeps what a filter on one column wants, and compares with all samples. */
  private void statistics() {
    List<Column> bounded =
        version.schema().columns().stream()
            .filter(column -> isNumber(column.type()) || column.type() instanceof Type.Utf8)
            .toList();
    if (bounded.isEmpty() || version.size() == 0) {
      return;
    }
    Column column = random.pick(bounded);
    Object pivot = version.sample(random.below((int) version.size())).value(column.name());
    boolean nulls = pivot == null;
    List<Long> left = new ArrayList<>();
    Scan scan =
        version
            .select(column.name())
            .scan()
            .batchRows(random.oneOf(4, 1000))
            .where(
                statistics -> {
                  ColumnStatistics known = statistics.apply(column.name());
                  return nulls
                      ? known.mayBeNull()
                      : known.mayHaveValue()
                          && (known.max() == null || compare(known.max(), pivot) >= 0);
                });
    for (Batch batch : scan) {
      for (int i = 0; i < batch.size(); i++) {
        left.add(batch.index(i));
      }
    }
    Set<Long> wanted = new TreeSet<>();
    for (long i = 0; i < version.size(); i++) {
      Object cell = version.sample(i).value(column.name());
      boolean nan = cell instanceof Number number && Double.isNaN(number.doubleValue());
      if (nulls ? cell == null : cell != null && !nan && compare(cell, pivot) >= 0) {
        wanted.add(i);
      }
    }
    assertThat(left).isSorted().doesNotHaveDuplicates().containsAll(wanted);
    assertThat(scan.metrics().rowsScanned()).isEqualTo(left.size());
    assertThat(scan.metrics().rowsPruned()).isEqualTo(version.size() - left.size());
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Scalar;
  }

  private static int compare(Object a, Object b) {
    if (a instanceof String text) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), ((String) b).getBytes(StandardCharsets.UTF_8));
    }
    if (b instanceof Float || b instanceof Double) {
      return Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
    }
    return integer(a).compareTo(integer(b));
  }

  private static BigInteger integer(Object value) {
    return Optional.of(value)
        .filter(Boolean.class::isInstance)
        .map(bool -> (Boolean) bool ? BigInteger.ONE : BigInteger.ZERO)
        .orElseGet(() -> new BigInteger(value.toString()));
  }
}
