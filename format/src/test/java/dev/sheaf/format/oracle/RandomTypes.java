package dev.sheaf.format.oracle;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;

/** Random types, of every kind that a column may have. */
public final class RandomTypes {
  private static final List<String> ZONES = List.of("", "UTC", "Europe/Berlin", "+05:30");
  private static final List<String> FIELD_NAMES =
      List.of("a", "b", "with space", "q\"uote", "back\\slash", "ünïcode", "a:b", "x>y", "");

  private RandomTypes() {}

  /** Returns a type for a column. */
  public static Type column(Randomness random) {
    if (random.chance(15)) {
      return Type.media(random.oneOf(MediaKind.values()));
    }
    return nestable(random, 0);
  }

  private static Type nestable(Randomness random, int depth) {
    return switch (random.below(depth < 3 ? 12 : 8)) {
      case 0, 1 -> Type.scalar(random.oneOf(DType.values()));
      case 2 -> Type.UTF8;
      case 3 -> Type.BINARY;
      case 4 -> Type.JSON;
      case 5 -> Type.DATE;
      case 6 -> new Type.Timestamp(random.oneOf("s", "ms", "us", "ns"), random.pick(ZONES));
      case 7, 8, 9 -> tensor(random, depth);
      case 10 -> Type.list(nestable(random, depth + 1));
      default -> struct(random, depth);
    };
  }

  private static Type tensor(Randomness random, int depth) {
    DType dtype = random.oneOf(DType.values());
    int rank = random.below(4);
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = random.chance(35) ? Shape.ANY : random.chance(5) ? 0 : random.between(1, 7);
    }
    // On both sides of the width from which fixed tensors get chunks of their own.
    if (rank > 0 && depth == 0 && dims[0] > 0 && random.chance(40)) {
      dims[0] = random.oneOf(255L, 256L, 512L, 1024L, 8192L);
    }
    return Type.tensor(dtype, dims);
  }

  private static Type struct(Randomness random, int depth) {
    List<String> names = new ArrayList<>(FIELD_NAMES);
    random.shuffle(names);
    List<Type.Field> fields = new ArrayList<>();
    for (String name : names.subList(0, random.between(1, 4))) {
      fields.add(new Type.Field(name, nestable(random, depth + 1)));
    }
    return new Type.Struct(fields);
  }
}
