package dev.sheaf.format.internal.source.parquet;

import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * What Parquet types become. Decimals without fraction of up to 18 digits are {@code int64}, others
 * {@code utf8}, for they must stay exact; a time of day is {@code utf8} as ISO 8601 has it; a map
 * is a list of {@code key} and {@code value}.
 */
public final class ParquetTypes {
  /** The most digits that fit 64 bits. */
  public static final int INT64_DIGITS = 18;

  private ParquetTypes() {}

  /** Returns the type of a field with its repetition. */
  public static Type of(org.apache.parquet.schema.Type field) {
    return field.isRepetition(org.apache.parquet.schema.Type.Repetition.REPEATED)
        ? Type.list(single(field))
        : single(field);
  }

  private static Type single(org.apache.parquet.schema.Type field) {
    if (field.isPrimitive()) {
      return primitive(field.asPrimitiveType());
    }
    GroupType group = field.asGroupType();
    return isList(group)
        ? Type.list(element(group))
        : isMap(group) ? Type.list(struct(group.getType(0).asGroupType())) : struct(group);
  }

  private static Type struct(GroupType group) {
    List<Type.Field> fields = new ArrayList<>();
    for (org.apache.parquet.schema.Type field : group.getFields()) {
      fields.add(new Type.Field(field.getName(), of(field)));
    }
    return new Type.Struct(fields);
  }

  public static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(org.apache.parquet.schema.Type.Repetition.REPEATED);
  }

  public static boolean isMap(GroupType group) {
    LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
    return (annotation instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
            || annotation instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation)
        && group.getFieldCount() == 1
        && !group.getType(0).isPrimitive()
        && group.getType(0).isRepetition(org.apache.parquet.schema.Type.Repetition.REPEATED);
  }

  /**
   * Tells whether the repeated group of a list only wraps the element (the rules for older writers
   * included).
   */
  public static boolean wrapsElement(GroupType list) {
    org.apache.parquet.schema.Type repeated = list.getType(0);
    return !repeated.isPrimitive()
        && repeated.asGroupType().getFieldCount() == 1
        && !repeated.getName().equals("array")
        && !repeated.getName().equals(list.getName() + "_tuple");
  }

  private static Type element(GroupType list) {
    org.apache.parquet.schema.Type repeated = list.getType(0);
    return wrapsElement(list) ? of(repeated.asGroupType().getType(0)) : single(repeated);
  }

  private static Type primitive(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal.getScale() == 0 && decimal.getPrecision() <= INT64_DIGITS
          ? Type.scalar(DType.INT64)
          : Type.UTF8;
    }
    if (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation) {
      return Type.UTF8;
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> Type.scalar(DType.BOOL);
      case FLOAT -> Type.scalar(DType.FLOAT32);
      case DOUBLE -> Type.scalar(DType.FLOAT64);
      case INT96 -> new Type.Timestamp("ns", "");
      case INT32 -> int32(annotation);
      case INT64 -> int64(annotation);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(annotation);
    };
  }

  private static Type int32(LogicalTypeAnnotation annotation) {
    if (annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation) {
      return Type.DATE;
    }
    if (annotation instanceof IntLogicalTypeAnnotation integer) {
      return Type.scalar(
          switch (integer.getBitWidth()) {
            case 8 -> integer.isSigned() ? DType.INT8 : DType.UINT8;
            case 16 -> integer.isSigned() ? DType.INT16 : DType.UINT16;
            default -> integer.isSigned() ? DType.INT32 : DType.UINT32;
          });
    }
    return Type.scalar(DType.INT32);
  }

  private static Type int64(LogicalTypeAnnotation annotation) {
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      String unit =
          switch (timestamp.getUnit()) {
            case MILLIS -> "ms";
            case MICROS -> "us";
            case NANOS -> "ns";
          };
      return new Type.Timestamp(unit, timestamp.isAdjustedToUTC() ? "UTC" : "");
    }
    boolean unsigned =
        annotation instanceof IntLogicalTypeAnnotation integer && !integer.isSigned();
    return Type.scalar(unsigned ? DType.UINT64 : DType.INT64);
  }

  private static Type bytes(LogicalTypeAnnotation annotation) {
    if (annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
        || annotation instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
        || annotation instanceof LogicalTypeAnnotation.UUIDLogicalTypeAnnotation) {
      return Type.UTF8;
    }
    if (annotation instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation) {
      return Type.JSON;
    }
    return annotation instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation
        ? Type.scalar(DType.FLOAT16)
        : Type.BINARY;
  }
}
