package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the type that every value of a column fits, from the values themselves.
 *
 * <ul>
 *   <li>Integers are {@code int64}, or {@code uint64} above 2^63-1 when none is negative; with
 *       fractions among them all are {@code float64}, if no integer is above 2^53. Truth values are
 *       {@code bool}.
 *   <li>Text is {@code date} when every value is a strict ISO day, {@code timestamp<us, UTC>} when
 *       every value is an RFC 3339 moment of at most six digits after the second, else {@code
 *       utf8}.
 *   <li>Arrays of numbers that have one shape in every row and 16 elements or more are a {@code
 *       tensor} of {@code int64}, {@code float32} (if every number is exactly one) or {@code
 *       float64}. Other arrays are lists.
 *   <li>Objects with the same names in every row are structs.
 *   <li>Anything mixed is {@code json} where the source is JSON and {@code utf8} where it is plain
 *       text.
 * </ul>
 */
public final class TypeGuess {
  /** From this many elements on, numbers of one shape are a tensor. */
  public static final int TENSOR_ELEMENTS = 16;

  private static final long EXACT_IN_DOUBLE = 1L << 53;
  private static final int MOST_FIELDS = 1_000;
  private static final BigInteger UINT64_MAX =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** The kinds of values that are told apart. */
  public enum Kind {
    BOOL("a truth value"),
    INTEGER("an integer"),
    FRACTION("a number with a fraction"),
    TEXT("text"),
    ARRAY("an array"),
    OBJECT("an object");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final EnumMap<Kind, String> firstSeen = new EnumMap<>(Kind.class);
  private final boolean plainText;

  private BigInteger least = BigInteger.ZERO;
  private BigInteger greatest = BigInteger.ZERO;
  private boolean exactFloat32 = true;
  private boolean infinite;
  private boolean days = true;
  private boolean moments = true;

  private TypeGuess element;
  private long[] shape;
  private boolean oneShape = true;

  private Map<String, TypeGuess> fields;
  private boolean oneSetOfFields = true;

  public TypeGuess(boolean plainText) {
    this.plainText = plainText;
  }

  /** Tells whether only nulls were seen. */
  public boolean isVacant() {
    return firstSeen.isEmpty();
  }

  /** Tells whether all values seen were text. */
  public boolean isText() {
    return firstSeen.size() == 1 && firstSeen.containsKey(Kind.TEXT);
  }

  /** Adds a field of a CSV row. */
  public void add(String value, Place place) {
    if (value == null) {
      return;
    }
    Kind kind = TextValues.kindOf(value);
    see(kind, place);
    switch (kind) {
      case INTEGER -> range(new BigInteger(value));
      case TEXT -> text(value);
      default -> {}
    }
  }

  /** Adds a JSON value. */
  public void add(JsonNode value, Place place) {
    switch (value.getNodeType()) {
      case NULL, MISSING -> {}
      case BOOLEAN -> see(Kind.BOOL, place);
      case NUMBER -> number(value, place);
      case STRING, BINARY, POJO -> {
        see(Kind.TEXT, place);
        text(value.textValue());
      }
      case ARRAY -> array(value, place);
      case OBJECT -> object(value, place);
    }
  }

  private void see(Kind kind, Place place) {
    if (!firstSeen.containsKey(kind)) {
      firstSeen.put(kind, place == null ? "" : where(place));
    }
  }

  private static String where(Place place) {
    return place.line() > 0 ? "line " + place.line() : "row " + place.position();
  }

  private void number(JsonNode value, Place place) {
    if (value.isIntegralNumber()) {
      see(Kind.INTEGER, place);
      if (value.isBigInteger()) {
        range(value.bigIntegerValue());
      } else {
        range(value.longValue());
      }
    } else {
      see(Kind.FRACTION, place);
      double number = value.doubleValue();
      exactFloat32 &= Double.isNaN(number) || (float) number == number;
      infinite |= Double.isInfinite(number) && value.isBigDecimal();
    }
  }

  private void range(long value) {
    if (value > EXACT_IN_DOUBLE || value < -EXACT_IN_DOUBLE) {
      range(BigInteger.valueOf(value));
    } else {
      exactFloat32 &= (long) (float) value == value;
      if (value < 0 && least.signum() == 0) {
        least = BigInteger.valueOf(value);
      }
    }
  }

  private void range(BigInteger value) {
    exactFloat32 &= value.bitLength() <= 24;
    least = least.min(value);
    greatest = greatest.max(value);
  }

  private void text(String value) {
    days = days && TextValues.isDate(value);
    moments = moments && TextValues.isMoment(value);
  }

  private void array(JsonNode array, Place place) {
    see(Kind.ARRAY, place);
    if (oneShape) {
      long[] found = shapeOf(array);
      oneShape = found != null && (shape == null || Arrays.equals(shape, found));
      shape = found;
    }
    if (element == null) {
      element = new TypeGuess(plainText);
    }
    for (JsonNode value : array) {
      if (value.isNull()) {
        oneShape = false;
      }
      element.add(value, place);
    }
  }

  /** Returns the lengths of nested arrays of numbers, or null if they are not regular. */
  private static long[] shapeOf(JsonNode array) {
    if (array.isEmpty()) {
      return null;
    }
    long[] inner = null;
    boolean first = true;
    for (JsonNode value : array) {
      long[] found = value.isArray() ? shapeOf(value) : value.isNumber() ? new long[0] : null;
      if (found == null || !first && !Arrays.equals(inner, found)) {
        return null;
      }
      inner = found;
      first = false;
    }
    if (inner.length + 1 > Shape.MAX_RANK) {
      return null;
    }
    long[] shape = new long[inner.length + 1];
    shape[0] = array.size();
    System.arraycopy(inner, 0, shape, 1, inner.length);
    return shape;
  }

  private void object(JsonNode object, Place place) {
    see(Kind.OBJECT, place);
    if (!oneSetOfFields) {
      return;
    }
    if (fields == null) {
      fields = new LinkedHashMap<>();
      object.fieldNames().forEachRemaining(name -> fields.put(name, new TypeGuess(plainText)));
    }
    oneSetOfFields = fields.size() == object.size() && fields.size() <= MOST_FIELDS;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      TypeGuess guess = fields.get(field.getKey());
      if (guess == null) {
        oneSetOfFields = false;
        return;
      }
      guess.add(field.getValue(), place);
    }
  }

  /** Returns the type; for a column without values, the one that takes whatever comes later. */
  public Type type() {
    return known().orElse(plainText ? Type.UTF8 : Type.JSON);
  }

  /**
   * Returns what is mixed, such as {@code an integer (line 1), text (line 4)}, or empty if nothing
   * is.
   */
  public Optional<String> mixture() {
    boolean numbers =
        firstSeen.size() == 2
            && firstSeen.containsKey(Kind.INTEGER)
            && firstSeen.containsKey(Kind.FRACTION);
    if (firstSeen.size() < 2 || numbers) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    firstSeen.forEach((kind, where) -> parts.add(kind.words + " (first in " + where + ")"));
    return Optional.of(String.join(", ", parts));
  }

  /** Returns the type, or empty if it cannot be told or is mixed. */
  private Optional<Type> known() {
    if (firstSeen.size() == 2
        && firstSeen.containsKey(Kind.INTEGER)
        && firstSeen.containsKey(Kind.FRACTION)) {
      return fits53() && !infinite ? Optional.of(Type.scalar(DType.FLOAT64)) : Optional.empty();
    }
    if (firstSeen.size() != 1) {
      return Optional.empty();
    }
    return switch (firstSeen.keySet().iterator().next()) {
      case BOOL -> Optional.of(Type.scalar(DType.BOOL));
      case INTEGER -> integers();
      case FRACTION -> infinite ? Optional.empty() : Optional.of(Type.scalar(DType.FLOAT64));
      case TEXT ->
          Optional.of(days ? Type.DATE : moments ? new Type.Timestamp("us", "UTC") : Type.UTF8);
      case ARRAY -> arrays();
      case OBJECT -> objects();
    };
  }

  private boolean fits53() {
    return least.bitLength() <= 53 && greatest.bitLength() <= 53;
  }

  private Optional<Type> integers() {
    if (least.bitLength() < 64 && greatest.bitLength() < 64) {
      return Optional.of(Type.scalar(DType.INT64));
    }
    return least.signum() == 0 && greatest.compareTo(UINT64_MAX) <= 0
        ? Optional.of(Type.scalar(DType.UINT64))
        : Optional.empty();
  }

  private Optional<Type> arrays() {
    if (oneShape && shape != null && Shape.of(shape).elementCount() >= TENSOR_ELEMENTS) {
      Optional<DType> dtype = leaf().elements();
      if (dtype.isPresent()) {
        return Optional.of(Type.tensor(dtype.get(), shape));
      }
    }
    return element.known().map(Type::list);
  }

  private TypeGuess leaf() {
    TypeGuess leaf = element;
    while (leaf.element != null) {
      leaf = leaf.element;
    }
    return leaf;
  }

  private Optional<DType> elements() {
    if (firstSeen.containsKey(Kind.FRACTION)) {
      return infinite || !fits53()
          ? Optional.empty()
          : Optional.of(exactFloat32 ? DType.FLOAT32 : DType.FLOAT64);
    }
    return integers().map(type -> ((Type.Scalar) type).dtype());
  }

  private Optional<Type> objects() {
    if (!oneSetOfFields || fields.isEmpty()) {
      return Optional.empty();
    }
    List<Type.Field> known = new ArrayList<>();
    for (Map.Entry<String, TypeGuess> field : fields.entrySet()) {
      Optional<Type> type = field.getValue().known();
      if (type.isEmpty()) {
        return Optional.empty();
      }
      known.add(new Type.Field(field.getKey(), type.get()));
    }
    return Optional.of(new Type.Struct(known));
  }
}
