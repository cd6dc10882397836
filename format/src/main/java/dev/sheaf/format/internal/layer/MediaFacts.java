package dev.sheaf.format.internal.layer;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The facts that are kept of a payload. Each layer records the struct it was written with, so that
 * more facts may be added without touching what is stored.
 */
public final class MediaFacts {
  private static final Type INT32 = Type.scalar(DType.INT32);

  private MediaFacts() {}

  /** Returns the facts written today for a kind of payload. */
  public static Type.Struct of(MediaKind kind) {
    List<Type.Field> fields = new ArrayList<>();
    fields.add(new Type.Field("codec", Type.UTF8));
    if (kind == MediaKind.IMAGE || kind == MediaKind.VIDEO) {
      fields.add(new Type.Field("width", INT32));
      fields.add(new Type.Field("height", INT32));
    }
    if (kind == MediaKind.IMAGE) {
      fields.add(new Type.Field("channels", INT32));
      fields.add(new Type.Field("orientation", INT32));
    }
    return new Type.Struct(fields);
  }

  /** Returns the facts that are not null. */
  public static Map<String, Object> known(Map<String, Object> facts) {
    Map<String, Object> known = new LinkedHashMap<>();
    facts.forEach(
        (name, value) -> {
          if (value != null) {
            known.put(name, value instanceof Long number ? (Object) number.intValue() : value);
          }
        });
    return known;
  }
}
