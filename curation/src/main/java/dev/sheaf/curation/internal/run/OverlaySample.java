package dev.sheaf.curation.internal.run;

import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sample of an {@link Overlay}. */
final class OverlaySample implements Sample {
  private final Sample base;
  private final Schema schema;
  private final Map<String, List<Object>> added;

  OverlaySample(Sample base, Schema schema, Map<String, List<Object>> added) {
    this.base = base;
    this.schema = schema;
    this.added = added;
  }

  @Override
  public long index() {
    return base.index();
  }

  @Override
  public SampleId id() {
    return base.id();
  }

  @Override
  public String key() {
    return base.key();
  }

  @Override
  public Optional<Origin> origin() {
    return base.origin();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  private boolean isAdded(String column) {
    return added.containsKey(column);
  }

  private Object cell(String column) {
    return added.get(column).get((int) base.index());
  }

  @Override
  public boolean isNull(String column) {
    return isAdded(column) ? cell(column) == null : base.isNull(column);
  }

  @Override
  public Object value(String column) {
    return isAdded(column) ? cell(column) : base.value(column);
  }

  @Override
  public Object value(int column) {
    return value(schema.column(column).name());
  }

  @Override
  public long int64(String column) {
    return isAdded(column) ? ((Number) cell(column)).longValue() : base.int64(column);
  }

  @Override
  public double float64(String column) {
    return isAdded(column) ? ((Number) cell(column)).doubleValue() : base.float64(column);
  }

  @Override
  public String text(String column) {
    return isAdded(column) ? (String) cell(column) : base.text(column);
  }

  @Override
  public ByteBuffer bytes(String column) {
    if (!isAdded(column)) {
      return base.bytes(column);
    }
    String text = (String) cell(column);
    return text == null
        ? null
        : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))
            .asReadOnlyBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Tensor tensor(String column) {
    return isAdded(column) ? (Tensor) cell(column) : base.tensor(column);
  }

  @Override
  public Media media(String column) {
    return isAdded(column) ? (Media) cell(column) : base.media(column);
  }

  @Override
  public boolean isStale(String column) {
    return !isAdded(column) && base.isStale(column);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> cells = new LinkedHashMap<>();
    schema.forEach(column -> cells.put(column.name(), value(column.name())));
    return Collections.unmodifiableMap(cells);
  }
}
