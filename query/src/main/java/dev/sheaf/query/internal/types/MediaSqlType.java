package dev.sheaf.query.internal.types;

import dev.sheaf.format.MediaKind;
import java.util.List;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.RelRecordType;
import org.apache.calcite.rel.type.StructKind;

/** An encoded payload as a type of SQL: a row of its facts. Immutable. */
public final class MediaSqlType extends RelRecordType {
  private static final long serialVersionUID = 1L;

  private final MediaKind kind;

  MediaSqlType(MediaKind kind, List<RelDataTypeField> facts, boolean nullable) {
    super(StructKind.PEEK_FIELDS_NO_EXPAND, facts, nullable);
    this.kind = kind;
    computeDigest();
  }

  /** Returns what the payload is. */
  public MediaKind kind() {
    return kind;
  }

  @Override
  protected void generateTypeString(StringBuilder text, boolean withDetail) {
    text.append("media<").append(kind == null ? "" : kind.id()).append('>');
  }
}
