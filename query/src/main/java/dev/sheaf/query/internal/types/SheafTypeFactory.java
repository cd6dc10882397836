package dev.sheaf.query.internal.types;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.RelDataTypeFieldImpl;
import org.apache.calcite.rel.type.RelRecordType;
import org.apache.calcite.rel.type.StructKind;
import org.apache.calcite.sql.type.SqlTypeMappingRule;
import org.apache.calcite.sql.type.SqlTypeName;

/** Makes the types of SQL. For one thread. */
public final class SheafTypeFactory extends JavaTypeFactoryImpl {
  /** Creates a factory. */
  public SheafTypeFactory() {
    super(new SheafTypeSystem());
  }

  @Override
  public Charset getDefaultCharset() {
    return StandardCharsets.UTF_8;
  }

  @Override
  public RelDataType createTypeWithNullability(RelDataType type, boolean nullable) {
    if (type.isNullable() == nullable) {
      return type;
    }
    if (type instanceof TensorSqlType tensor) {
      return canonize(new TensorSqlType(tensor.tensor(), nullable));
    }
    if (type instanceof MediaSqlType media) {
      return canonize(new MediaSqlType(media.kind(), media.getFieldList(), nullable));
    }
    return super.createTypeWithNullability(type, nullable);
  }

  @Override
  public RelDataType leastRestrictive(List<RelDataType> types, SqlTypeMappingRule rule) {
    boolean own = types.stream().anyMatch(SheafTypeFactory::isOwn);
    if (!own) {
      return super.leastRestrictive(types, rule);
    }
    RelDataType common = null;
    boolean nullable = false;
    for (RelDataType type : types) {
      nullable |= type.isNullable();
      if (type.getSqlTypeName() == SqlTypeName.NULL) {
        continue;
      }
      RelDataType bare = createTypeWithNullability(type, false);
      if (common != null && !common.equals(bare)) {
        return null;
      }
      common = bare;
    }
    return common == null ? null : createTypeWithNullability(common, nullable);
  }

  private static boolean isOwn(RelDataType type) {
    return type instanceof TensorSqlType || type instanceof MediaSqlType;
  }

  @Override
  public java.lang.reflect.Type getJavaClass(RelDataType type) {
    return isOwn(type)
            || type.isStruct() && type.getStructKind() == StructKind.PEEK_FIELDS_NO_EXPAND
        ? Object.class
        : super.getJavaClass(type);
  }

  /** Returns the type of a tensor that is not null. */
  public RelDataType tensor(Type.Tensor tensor) {
    return canonize(new TensorSqlType(tensor, false));
  }

  /** Returns the type of media that are not null. */
  public RelDataType media(MediaKind kind) {
    return canonize(new MediaSqlType(kind, fields(kind.facts()), false));
  }

  private List<RelDataTypeField> fields(Type.Struct struct) {
    List<RelDataTypeField> fields = new ArrayList<>();
    for (Type.Field field : struct.fields()) {
      fields.add(new RelDataTypeFieldImpl(field.name(), fields.size(), of(field.type())));
    }
    return fields;
  }

  /** Returns the type of the cells of a column, any of which may be null. */
  public RelDataType of(Type type) {
    return createTypeWithNullability(notNull(type), true);
  }

  private RelDataType notNull(Type type) {
    if (type instanceof Type.Scalar scalar) {
      return scalar(scalar.dtype());
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(tensor);
    }
    if (type instanceof Type.Media media) {
      return media(media.kind());
    }
    if (type instanceof Type.Binary) {
      return createSqlType(SqlTypeName.VARBINARY);
    }
    if (type instanceof Type.Date) {
      return createSqlType(SqlTypeName.DATE);
    }
    if (type instanceof Type.Timestamp timestamp) {
      int precision =
          switch (timestamp.unit()) {
            case "s" -> 0;
            case "ms" -> 3;
            case "us" -> 6;
            default -> 9;
          };
      return createSqlType(
          timestamp.zone().isEmpty()
              ? SqlTypeName.TIMESTAMP
              : SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE,
          precision);
    }
    if (type instanceof Type.ListOf list) {
      return createArrayType(of(list.element()), -1);
    }
    if (type instanceof Type.Struct struct) {
      return canonize(new RelRecordType(StructKind.PEEK_FIELDS_NO_EXPAND, fields(struct), false));
    }
    return createTypeWithCharsetAndCollation(
        createSqlType(SqlTypeName.VARCHAR),
        StandardCharsets.UTF_8,
        org.apache.calcite.sql.SqlCollation.IMPLICIT);
  }

  private RelDataType scalar(DType dtype) {
    return switch (dtype) {
      case BOOL -> createSqlType(SqlTypeName.BOOLEAN);
      case INT8, I4 -> createSqlType(SqlTypeName.TINYINT);
      case INT16, UINT8, U1, U2, U4 -> createSqlType(SqlTypeName.SMALLINT);
      case INT32, UINT16 -> createSqlType(SqlTypeName.INTEGER);
      case INT64, UINT32 -> createSqlType(SqlTypeName.BIGINT);
      case UINT64 -> createSqlType(SqlTypeName.DECIMAL, 20, 0);
      case FLOAT16, BFLOAT16, FLOAT32 -> createSqlType(SqlTypeName.REAL);
      case FLOAT64 -> createSqlType(SqlTypeName.DOUBLE);
    };
  }

  /** Returns the type of column that holds the results of a SQL type. */
  public static Type columnType(RelDataType type) {
    if (type instanceof TensorSqlType tensor) {
      return tensor.tensor();
    }
    if (type instanceof MediaSqlType media) {
      return Type.media(media.kind());
    }
    if (type.isStruct()) {
      List<Type.Field> fields = new ArrayList<>();
      for (RelDataTypeField field : type.getFieldList()) {
        fields.add(new Type.Field(field.getName(), columnType(field.getType())));
      }
      return new Type.Struct(fields);
    }
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> Type.scalar(DType.BOOL);
      case TINYINT -> Type.scalar(DType.INT8);
      case SMALLINT -> Type.scalar(DType.INT16);
      case INTEGER -> Type.scalar(DType.INT32);
      case BIGINT -> Type.scalar(DType.INT64);
      case REAL -> Type.scalar(DType.FLOAT32);
      case FLOAT, DOUBLE -> Type.scalar(DType.FLOAT64);
      case DATE -> Type.DATE;
      case TIMESTAMP -> new Type.Timestamp(unit(type), "");
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> new Type.Timestamp(unit(type), "UTC");
      case BINARY, VARBINARY -> Type.BINARY;
      case ARRAY, MULTISET -> Type.list(columnType(type.getComponentType()));
      default -> Type.UTF8;
    };
  }

  private static String unit(RelDataType type) {
    int precision = type.getPrecision();
    return precision <= 0 ? "s" : precision <= 3 ? "ms" : precision <= 6 ? "us" : "ns";
  }
}
