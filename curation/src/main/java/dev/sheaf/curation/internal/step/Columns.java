package dev.sheaf.curation.internal.step;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import java.util.List;

/** The columns that steps make. */
final class Columns {
  private static final Type FLOAT32 = Type.scalar(DType.FLOAT32);

  private Columns() {}

  /** Returns a column computed from others, so that a change of those makes its cells stale. */
  static Column derived(String name, Type type, List<String> inputs, String code) {
    return new Column("", name, type, "null", new Column.Derivation(inputs, code));
  }

  /** Returns the type of a struct of measures. */
  static Type measures(List<String> names) {
    return new Type.Struct(names.stream().map(name -> new Type.Field(name, FLOAT32)).toList());
  }

  /** Returns the type of vectors. */
  static Type vector(int dimensions) {
    return Type.tensor(DType.FLOAT32, dimensions);
  }
}
