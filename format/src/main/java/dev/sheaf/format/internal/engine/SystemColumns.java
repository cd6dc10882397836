package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Origin;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The columns that Sheaf keeps itself. Their names begin with {@code _}. */
final class SystemColumns {
  static final String KEY = "_key";
  static final String ORIGIN = "_origin";
  static final String PARENT = "_parent";
  static final String KIND = "_kind";
  static final String SPAN = "_span";

  private static final int MAX_NAME_LENGTH = 1024;
  private static final Type SHA256 = Type.tensor(DType.UINT8, 32);
  private static final Map<String, Type> TYPES =
      Map.of(
          KEY, Type.UTF8,
          ORIGIN,
              new Type.Struct(
                  List.of(
                      new Type.Field("source", Type.UTF8),
                      new Type.Field("unit", Type.scalar(DType.UINT8)),
                      new Type.Field("position", Type.scalar(DType.INT64)),
                      new Type.Field("sha256", SHA256))),
          PARENT,
              new Type.Struct(
                  List.of(
                      new Type.Field("run", Type.scalar(DType.UINT64)),
                      new Type.Field("ordinal", Type.scalar(DType.UINT64)))),
          KIND, Type.UTF8,
          SPAN, Type.UTF8);

  private SystemColumns() {}

  /** Returns the type of one of these columns. */
  static Type type(String name) {
    return TYPES.get(name);
  }

  /** Refuses names that a user may not give. */
  static void checkName(String name) {
    if (name.isEmpty()) {
      throw bad("Column name is empty", "", "Give every column a name");
    }
    if (name.startsWith("_")) {
      throw bad(
          "Column name \"" + name + "\" is reserved",
          name,
          "Names that begin with \"_\" are Sheaf's; rename it, for example to \""
              + name.substring(1)
              + "\"");
    }
    if (name.length() > MAX_NAME_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
      throw bad(
          "Column name has control characters or more than " + MAX_NAME_LENGTH + " characters",
          name.substring(0, Math.min(40, name.length())),
          "Rename it");
    }
  }

  private static InvalidSchemaException bad(String headline, String column, String hint) {
    return new InvalidSchemaException(
        "SHEAF-SCH-004", headline, Location.NONE.with("column", column), hint);
  }

  /** Returns the cell of an origin. */
  static Map<String, Object> cell(Origin origin) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("source", origin.source());
    cell.put("unit", (long) unit(origin.unit()));
    cell.put("position", origin.position());
    cell.put(
        "sha256",
        origin.sha256().isEmpty()
            ? null
            : Tensor.of(
                DType.UINT8,
                Shape.of(32),
                ByteBuffer.wrap(HexFormat.of().parseHex(origin.sha256()))));
    return cell;
  }

  private static int unit(Origin.Unit unit) {
    return switch (unit) {
      case WHOLE -> 0;
      case OFFSET -> 1;
      case ROW -> 2;
    };
  }

  /**
   * Returns the origin in a cell.
   *
   * @throws CorruptDataException if a part is null that no origin lacks
   */
  static Origin origin(Object cell) {
    Map<?, ?> map = (Map<?, ?>) cell;
    for (String part : List.of("source", "unit", "position")) {
      if (map.get(part) == null) {
        throw new CorruptDataException(
            "SHEAF-CHK-005",
            "Origin has no " + part,
            Location.NONE,
            "Run `sheaf fsck` to list all damaged chunks");
      }
    }
    long unit = (Long) map.get("unit");
    Tensor sha256 = (Tensor) map.get("sha256");
    byte[] digest = new byte[32];
    if (sha256 != null) {
      sha256.data().get(digest);
    }
    return new Origin(
        (String) map.get("source"),
        unit == 1 ? Origin.Unit.OFFSET : unit == 2 ? Origin.Unit.ROW : Origin.Unit.WHOLE,
        (Long) map.get("position"),
        sha256 == null ? "" : HexFormat.of().formatHex(digest));
  }

  /** Returns the cell of a parent. */
  static Map<String, Object> cell(SampleId parent) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("run", unsigned(parent.run()));
    cell.put("ordinal", unsigned(parent.ordinal()));
    return cell;
  }

  private static Object unsigned(long bits) {
    return dev.sheaf.format.internal.ipc.PlainReader.unsigned(bits);
  }
}
