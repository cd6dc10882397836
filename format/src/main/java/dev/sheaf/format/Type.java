package dev.sheaf.format;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The type of a column's cells. A closed set of values; every type has one spelling, its {@code
 * toString()}, which {@link #parse} reads back.
 *
 * <p>Spec: {@code docs/format-spec.md#types}. Any cell may be null, whatever its type; null, empty
 * and zero are three different things.
 */
public sealed interface Type {
  /** UTF-8 text. */
  Type UTF8 = new Utf8();

  /** Bytes. */
  Type BINARY = new Binary();

  /** A JSON document, kept as the text it came as. */
  Type JSON = new Json();

  /** A day, without time zone. */
  Type DATE = new Date();

  /** One element. */
  record Scalar(DType dtype) implements Type {
    /** Requires a dtype. */
    public Scalar {
      Objects.requireNonNull(dtype, "dtype");
    }

    @Override
    public String toString() {
      return dtype.id();
    }
  }

  /**
   * An n-dimensional array in C order; axes of length {@link Shape#ANY} differ from cell to cell.
   */
  record Tensor(DType dtype, Shape shape) implements Type {
    /** Requires both. */
    public Tensor {
      Objects.requireNonNull(dtype, "dtype");
      Objects.requireNonNull(shape, "shape");
    }

    @Override
    public String toString() {
      return "tensor<" + dtype.id() + ", " + shape + ">";
    }
  }

  /** UTF-8 text. */
  record Utf8() implements Type {
    @Override
    public String toString() {
      return "utf8";
    }
  }

  /** Bytes. */
  record Binary() implements Type {
    @Override
    public String toString() {
      return "binary";
    }
  }

  /** JSON text. */
  record Json() implements Type {
    @Override
    public String toString() {
      return "json";
    }
  }

  /** Days since 1970-01-01, as 32 bits. */
  record Date() implements Type {
    @Override
    public String toString() {
      return "date";
    }
  }

  /**
   * A moment as 64 bits since 1970-01-01.
   *
   * @param unit {@code s}, {@code ms}, {@code us} or {@code ns}
   * @param zone an IANA time zone in which to show it, or the empty string for a wall-clock time
   *     without zone
   */
  record Timestamp(String unit, String zone) implements Type {
    /** Checks the unit. */
    public Timestamp {
      if (!Set.of("s", "ms", "us", "ns").contains(unit)) {
        throw new IllegalArgumentException("unit=\"" + unit + "\"; one of s, ms, us, ns");
      }
      Objects.requireNonNull(zone, "zone");
    }

    @Override
    public String toString() {
      return zone.isEmpty() ? "timestamp<" + unit + ">" : "timestamp<" + unit + ", " + zone + ">";
    }
  }

  /** A sequence of any length. */
  record ListOf(Type element) implements Type {
    /** Requires an element type that can be nested. */
    public ListOf {
      requireNestable(element);
    }

    @Override
    public String toString() {
      return "list<" + element + ">";
    }
  }

  /** Named fields in a fixed order. */
  record Struct(List<Field> fields) implements Type {
    /** Copies the fields and checks that names differ. */
    public Struct {
      fields = List.copyOf(fields);
      Set<String> names = new HashSet<>();
      for (Field field : fields) {
        if (!names.add(field.name())) {
          throw new InvalidSchemaException(
              "SHEAF-SCH-002",
              "Duplicate field name \"" + field.name() + "\" in a struct",
              Location.NONE,
              "Rename one of them");
        }
      }
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(field -> TypeParser.quote(field.name()) + ": " + field.type())
          .collect(Collectors.joining(", ", "struct<", ">"));
    }
  }

  /** An encoded payload with its facts (codec, width, height …) beside it. */
  record Media(MediaKind kind) implements Type {
    /** Requires a kind. */
    public Media {
      Objects.requireNonNull(kind, "kind");
    }

    @Override
    public String toString() {
      return "media<" + kind.id() + ">";
    }
  }

  /** One field of a {@link Struct}. */
  record Field(String name, Type type) {
    /** Requires a type that can be nested. */
    public Field {
      Objects.requireNonNull(name, "name");
      requireNestable(type);
    }
  }

  /** Returns the scalar type of {@code dtype}. */
  static Type scalar(DType dtype) {
    return new Scalar(dtype);
  }

  /** Returns the tensor type; use {@link Shape#ANY} for ragged axes. */
  static Type tensor(DType dtype, long... dims) {
    return new Tensor(dtype, Shape.of(dims));
  }

  /** Returns the media type. */
  static Type media(MediaKind kind) {
    return new Media(kind);
  }

  /** Returns the list type. */
  static Type list(Type element) {
    return new ListOf(element);
  }

  /**
   * Reads the spelling that its {@code toString()} writes.
   *
   * @throws UnsupportedFormatException if it is none, with the position
   */
  static Type parse(String text) {
    return TypeParser.parse(text);
  }

  private static void requireNestable(Type type) {
    Objects.requireNonNull(type, "type");
    if (type instanceof Media) {
      throw new InvalidSchemaException(
          "SHEAF-SCH-003",
          "A media payload cannot be nested in a list or struct",
          Location.NONE,
          "Give it a column of its own, or one sample each with _parent");
    }
  }
}
