package dev.sheaf.format.internal.source;

import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.SourceColumn.Birth;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which types can stand for which. */
public final class TypeUnion {
  private TypeUnion() {}

  /** Returns a column that takes the cells of both, or empty if there is none. */
  public static Optional<SourceColumn> of(SourceColumn a, SourceColumn b) {
    if (a.vacant() || b.vacant()) {
      return Optional.of(a.vacant() ? b : a);
    }
    Optional<Type> type = of(a.type(), b.type());
    boolean json = a.birth() == Birth.JSON && b.birth() == Birth.JSON;
    boolean words = isWords(a.type()) && isWords(b.type());
    if (type.isEmpty() && (words || !json) && fits(a, Type.UTF8) && fits(b, Type.UTF8)) {
      type = Optional.of(Type.UTF8);
    }
    if (type.isEmpty() && json) {
      type = Optional.of(Type.JSON);
    }
    Birth birth = a.birth() == b.birth() ? a.birth() : Birth.TYPED;
    return type.map(found -> new SourceColumn(a.name(), found, birth, false));
  }

  /** Tells whether a type is text in its JSON form. */
  private static boolean isWords(Type type) {
    return type instanceof Type.Utf8
        || type instanceof Type.Media
        || type instanceof Type.Date
        || type instanceof Type.Timestamp;
  }

  private static Optional<Type> of(Type a, Type b) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    if (a instanceof Type.Scalar x && b instanceof Type.Scalar y) {
      return number(x.dtype(), y.dtype()).map(Type::scalar);
    }
    if (a instanceof Type.Tensor x && b instanceof Type.Tensor y && x.shape().equals(y.shape())) {
      return number(x.dtype(), y.dtype()).map(dtype -> new Type.Tensor(dtype, x.shape()));
    }
    if (isSequence(a) && isSequence(b)) {
      return of(element(a), element(b)).map(Type::list);
    }
    return Optional.empty();
  }

  private static boolean isSequence(Type type) {
    return type instanceof Type.ListOf
        || type instanceof Type.Tensor tensor && tensor.shape().rank() == 1;
  }

  private static Type element(Type type) {
    return type instanceof Type.ListOf list
        ? list.element()
        : Type.scalar(((Type.Tensor) type).dtype());
  }

  private static Optional<DType> number(DType a, DType b) {
    if (a == b) {
      return Optional.of(a);
    }
    if (a.isPacked() || b.isPacked()) {
      return Optional.empty();
    }
    boolean floatA = a.kind() == DType.Kind.FLOAT;
    boolean floatB = b.kind() == DType.Kind.FLOAT;
    if (floatA != floatB) {
      return Optional.of(DType.FLOAT64);
    }
    if (floatA) {
      return Optional.of(a.bits() == 64 || b.bits() == 64 ? DType.FLOAT64 : DType.FLOAT32);
    }
    if (a.kind() == b.kind()) {
      return Optional.of(a.bits() > b.bits() ? a : b);
    }
    return a == DType.UINT64 || b == DType.UINT64 ? Optional.empty() : Optional.of(DType.INT64);
  }

  /**
   * Tells whether the cells of a column can be given to a column of the dataset. Single values may
   * still not fit: they are reported with their rows.
   */
  public static boolean fits(SourceColumn from, Type to) {
    Type type = from.type();
    if (type.equals(to)) {
      return true;
    }
    boolean guessed = from.birth() != Birth.TYPED;
    if (to instanceof Type.Json) {
      return from.birth() == Birth.JSON || type instanceof Type.Scalar;
    }
    if (to instanceof Type.Utf8) {
      boolean plain =
          type instanceof Type.Scalar
              || type instanceof Type.Date
              || type instanceof Type.Timestamp;
      boolean path = type instanceof Type.Media;
      return guessed && (plain || path || from.birth() == Birth.TEXT);
    }
    if (guessed && type instanceof Type.Utf8) {
      return to instanceof Type.Scalar || to instanceof Type.Date || to instanceof Type.Timestamp;
    }
    if (type instanceof Type.Timestamp && to instanceof Type.Timestamp) {
      return true;
    }
    return numbersFit(type, to, guessed) || nestedFit(from, to);
  }

  private static boolean numbersFit(Type from, Type to, boolean guessed) {
    if (!(from instanceof Type.Scalar a && to instanceof Type.Scalar b)) {
      return false;
    }
    return numberFits(a.dtype(), b.dtype(), guessed);
  }

  private static boolean numberFits(DType from, DType to, boolean guessed) {
    if (from == DType.BOOL || to == DType.BOOL) {
      return from == to;
    }
    boolean toFloat = to.kind() == DType.Kind.FLOAT;
    if (from.kind() == DType.Kind.FLOAT) {
      return toFloat && (guessed || number(from, to).filter(to::equals).isPresent());
    }
    return toFloat
        ? to == DType.FLOAT64
        : guessed || number(from, to).filter(to::equals).isPresent();
  }

  private static boolean nestedFit(SourceColumn from, Type to) {
    Type type = from.type();
    boolean guessed = from.birth() != Birth.TYPED;
    if (type instanceof Type.Tensor a && to instanceof Type.Tensor b) {
      return b.shape().accepts(a.shape()) && numberFits(a.dtype(), b.dtype(), guessed);
    }
    if (isSequence(type) && (isSequence(to) || to instanceof Type.Tensor)) {
      Type wanted =
          to instanceof Type.ListOf list ? list.element() : Type.scalar(((Type.Tensor) to).dtype());
      return fits(new SourceColumn(from.name(), element(type), from.birth(), false), wanted);
    }
    if (type instanceof Type.Struct a && to instanceof Type.Struct b) {
      Map<String, Type> wanted = new HashMap<>();
      b.fields().forEach(field -> wanted.put(field.name(), field.type()));
      return a.fields().stream()
          .allMatch(
              field ->
                  wanted.containsKey(field.name())
                      && fits(
                          new SourceColumn(field.name(), field.type(), from.birth(), false),
                          wanted.get(field.name())));
    }
    return false;
  }

  /**
   * Returns the type to which a column of the dataset can be widened for the cells of a source, or
   * empty.
   */
  public static Optional<Type> wider(Type present, Type found) {
    if (present instanceof Type.Scalar a && found instanceof Type.Scalar b) {
      return number(a.dtype(), b.dtype())
          .filter(dtype -> dtype != a.dtype() && holds(dtype, a.dtype()))
          .map(Type::scalar);
    }
    return Optional.empty();
  }

  /** Tells whether every value of {@code narrow} is one of {@code wide}. */
  private static boolean holds(DType wide, DType narrow) {
    boolean fromFloat = narrow.kind() == DType.Kind.FLOAT;
    if (wide.kind() == DType.Kind.FLOAT) {
      int exact = wide == DType.FLOAT64 ? 53 : 24;
      return fromFloat || narrow.bits() <= exact;
    }
    return !fromFloat && (narrow.kind() == wide.kind() || narrow.bits() < wide.bits());
  }
}
