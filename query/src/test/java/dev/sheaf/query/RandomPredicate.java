package dev.sheaf.query;

import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random condition, as SQL and as naive Java over one sample: true, false or null. */
interface RandomPredicate {
  /** Returns the SQL text. */
  String sql();

  /** Evaluates a sample. */
  Boolean test(Sample sample);

  /** Returns a condition of at most this depth. */
  static RandomPredicate of(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return leaf(random);
    }
    RandomPredicate a = of(random, depth - 1);
    RandomPredicate b = of(random, depth - 1);
    return switch (random.nextInt(5)) {
      case 0, 1 -> node("(" + a.sql() + " AND " + b.sql() + ")", s -> and(a.test(s), b.test(s)));
      case 2, 3 -> node("(" + a.sql() + " OR " + b.sql() + ")", s -> or(a.test(s), b.test(s)));
      default -> node("NOT (" + a.sql() + ")", s -> not(a.test(s)));
    };
  }

  private static RandomPredicate leaf(Random random) {
    return switch (random.nextInt(11)) {
      case 0, 1 -> number("a", random.nextInt(120) - 10, random);
      case 2 -> number("f", random.nextInt(40) / 8.0, random);
      case 3 -> number("d", random.nextInt(40) / 8.0 - 2, random);
      case 4 -> text(random);
      case 5 -> nulls(List.of("a", "f", "t", "flag", "v", "s").get(random.nextInt(6)), random);
      case 6 -> in(random);
      case 7 -> node("flag", s -> (Boolean) s.value("flag"));
      case 8 -> tensor(random);
      case 9 -> field(random);
      default -> width(random);
    };
  }

  private static RandomPredicate number(String column, double value, Random random) {
    String op = List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6));
    String literal = column.equals("a") ? Long.toString((long) value) : Double.toString(value);
    return node(
        column + " " + op + " " + literal,
        s -> {
          Number cell = (Number) s.value(column);
          return cell == null ? null : (Boolean) compare(op, cell.doubleValue(), value);
        });
  }

  private static boolean compare(String op, double a, double b) {
    return switch (op) {
      case "=" -> a == b;
      case "<>" -> a != b;
      case "<" -> a < b;
      case "<=" -> a <= b;
      case ">" -> a > b;
      default -> a >= b;
    };
  }

  private static RandomPredicate text(Random random) {
    String value = "t" + random.nextInt(12);
    return switch (random.nextInt(3)) {
      case 0 -> node("t = '" + value + "'", s -> on(s.text("t"), t -> t.equals(value)));
      case 1 -> node("t LIKE '" + value + "%'", s -> on(s.text("t"), t -> t.startsWith(value)));
      default -> node("t > '" + value + "'", s -> on(s.text("t"), t -> t.compareTo(value) > 0));
    };
  }

  private static RandomPredicate nulls(String column, Random random) {
    boolean negated = random.nextBoolean();
    return node(column + (negated ? " IS NOT NULL" : " IS NULL"), s -> s.isNull(column) != negated);
  }

  private static RandomPredicate in(Random random) {
    int first = random.nextInt(100);
    return node(
        "a IN (" + first + ", " + (first + 3) + ", " + (first + 50) + ")",
        s -> on((Long) s.value("a"), a -> a == first || a == first + 3 || a == first + 50));
  }

  private static RandomPredicate tensor(Random random) {
    float value = random.nextInt(20) / 4f - 2;
    if (random.nextBoolean()) {
      return node("v[1] > " + value, s -> on(s.tensor("v"), v -> ((Double) v.element(1)) > value));
    }
    return node(
        "any(v > " + value + ")",
        s ->
            on(
                s.tensor("v"),
                v -> {
                  boolean any = false;
                  for (int i = 0; i < v.shape().elementCount(); i++) {
                    any |= (Double) v.element(i) > value;
                  }
                  return any;
                }));
  }

  private static RandomPredicate field(Random random) {
    int value = random.nextInt(100);
    return node(
        "s.x < " + value,
        s -> {
          Map<?, ?> struct = (Map<?, ?>) s.value("s");
          return on(struct == null ? null : (Long) struct.get("x"), x -> x < value);
        });
  }

  private static RandomPredicate width(Random random) {
    int value = random.nextInt(100);
    return node(
        "image.width >= " + value,
        s -> {
          Media media = s.media("image");
          return on(media, m -> m.width() >= value);
        });
  }

  private static <T> Boolean on(T value, java.util.function.Predicate<T> test) {
    return value == null ? null : (Boolean) test.test(value);
  }

  private static RandomPredicate node(
      String sql, java.util.function.Function<Sample, Boolean> test) {
    return new RandomPredicate() {
      @Override
      public String sql() {
        return sql;
      }

      @Override
      public Boolean test(Sample sample) {
        return test.apply(sample);
      }
    };
  }

  private static Boolean and(Boolean a, Boolean b) {
    if (Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b)) {
      return false;
    }
    return a == null || b == null ? null : (Boolean) true;
  }

  private static Boolean or(Boolean a, Boolean b) {
    if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
      return true;
    }
    return a == null || b == null ? null : (Boolean) false;
  }

  private static Boolean not(Boolean a) {
    return a == null ? null : (Boolean) !a;
  }

  /** Returns a random cell of each column, or null. */
  static Map<String, Object> cells(Random random) {
    Map<String, Object> cells = new java.util.HashMap<>();
    cells.put("a", random.nextInt(6) == 0 ? null : (Object) random.nextInt(100));
    cells.put("f", random.nextInt(6) == 0 ? null : (Object) (random.nextInt(40) / 8f));
    cells.put("d", random.nextInt(6) == 0 ? null : (Object) (random.nextGaussian()));
    cells.put(
        "t",
        random.nextInt(6) == 0
            ? null
            : "t" + random.nextInt(15) + "x".repeat(random.nextInt(3) * 700));
    cells.put("flag", random.nextInt(6) == 0 ? null : (Object) random.nextBoolean());
    float[] v = {random.nextInt(8) / 2f - 2, random.nextInt(8) / 2f - 2, 0};
    cells.put("v", random.nextInt(6) == 0 ? null : Tensor.ofFloats(v));
    cells.put("s", random.nextInt(6) == 0 ? null : Map.of("x", random.nextInt(100)));
    cells.put(
        "image",
        random.nextInt(3) == 0
            ? Media.of(
                dev.sheaf.format.MediaKind.IMAGE,
                new byte[] {(byte) random.nextInt()},
                Map.of("codec", "png", "width", random.nextInt(100), "height", 1))
            : null);
    return cells;
  }
}
