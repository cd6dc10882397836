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
  private static final Type INT64 = Type.scalar(DType.INT64);
  private static final Type FLOAT64 = Type.scalar(DType.FLOAT64);
  private static final Type RATIO =
      new Type.Struct(List.of(new Type.Field("num", INT32), new Type.Field("den", INT32)));

  private MediaFacts() {}

  /** Returns all facts that are known of a kind of payload. */
  public static Type.Struct of(MediaKind kind) {
    List<Type.Field> fields = new ArrayList<>(core(kind).fields());
    fields.addAll(more(kind));
    return new Type.Struct(fields);
  }

  /** Returns the facts that every layer has; the others are written where a payload has some. */
  static Type.Struct core(MediaKind kind) {
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

  /** Returns those facts of a payload that every layer has. */
  static Map<String, Object> core(MediaKind kind, Map<String, Object> facts) {
    Map<String, Object> core = new LinkedHashMap<>(facts);
    more(kind).forEach(field -> core.remove(field.name()));
    return core;
  }

  private static List<Type.Field> more(MediaKind kind) {
    return switch (kind) {
      case IMAGE, FILE -> List.of();
      case VIDEO ->
          List.of(
              new Type.Field("container", Type.UTF8),
              new Type.Field("duration", FLOAT64),
              new Type.Field("fps", RATIO),
              new Type.Field("frames", INT64),
              new Type.Field("pixel_format", Type.UTF8),
              new Type.Field("has_audio", Type.scalar(DType.BOOL)),
              new Type.Field("bit_rate", INT64),
              new Type.Field("rotation", INT32));
      case AUDIO ->
          List.of(
              new Type.Field("container", Type.UTF8),
              new Type.Field("duration", FLOAT64),
              new Type.Field("rate", INT32),
              new Type.Field("channels", INT32),
              new Type.Field("bit_rate", INT64));
    };
  }

  /** Tells whether a payload has a fact that not every layer has. */
  static boolean hasMore(MediaKind kind, Map<String, Object> facts) {
    return more(kind).stream().anyMatch(field -> facts.get(field.name()) != null);
  }

  /** Returns the facts that are not null, each as its type has it. */
  public static Map<String, Object> known(Type.Struct type, Map<String, Object> facts) {
    Map<String, Object> known = new LinkedHashMap<>();
    for (Type.Field field : type.fields()) {
      Object value = facts.get(field.name());
      if (value != null) {
        known.put(field.name(), value(field.type(), value));
      }
    }
    return known;
  }

  @SuppressWarnings("unchecked")
  private static Object value(Type type, Object value) {
    if (type instanceof Type.Struct struct && value instanceof Map<?, ?> map) {
      return known(struct, (Map<String, Object>) map);
    }
    return type.equals(INT64) || !(value instanceof Long number)
        ? value
        : (Object) number.intValue();
  }
}
