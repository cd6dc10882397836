package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Media;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;

/** A struct or media as the list of its fields, which the enumerable operators can access. */
final class StructRow extends AbstractList<Object> {
  private final Object original;
  private final List<Object> fields;

  private StructRow(Object original, List<Object> fields) {
    this.original = original;
    this.fields = fields;
  }

  static StructRow of(Object value, RelDataType type) {
    List<Object> fields = new ArrayList<>();
    for (RelDataTypeField field : type.getFieldList()) {
      fields.add(Boxes.nested(field(value, field.getName()), field.getType()));
    }
    return new StructRow(value, Collections.unmodifiableList(fields));
  }

  private static Object field(Object value, String name) {
    if (value instanceof Media media) {
      return switch (name) {
        case "bytes" -> media.byteLength();
        case "sha256" -> media.sha256();
        default -> media.facts().get(name);
      };
    }
    return ((Map<?, ?>) value).get(name);
  }

  static Object narrow(Object value, RelDataType type) {
    if (!(value instanceof Number number)) {
      return value;
    }
    return switch (type.getSqlTypeName()) {
      case TINYINT -> number.byteValue();
      case SMALLINT -> number.shortValue();
      case INTEGER -> number.intValue();
      case BIGINT -> number.longValue();
      default -> value;
    };
  }

  Object original() {
    return original;
  }

  @Override
  public Object get(int index) {
    return fields.get(index);
  }

  @Override
  public int size() {
    return fields.size();
  }
}
