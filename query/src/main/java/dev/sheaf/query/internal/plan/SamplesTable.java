package dev.sheaf.query.internal.plan;

import dev.sheaf.format.Column;
import dev.sheaf.format.Version;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Statistic;
import org.apache.calcite.schema.Statistics;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;

/** The samples of one version. Immutable. */
final class SamplesTable extends AbstractTable {
  static final String NAME = "samples";
  static final String INDEX = "_index";
  static final String ID = "_id";

  private final Version version;

  SamplesTable(Version version) {
    this.version = version;
  }

  Version version() {
    return version;
  }

  /** Returns the columns in order, the pseudo-columns at the end. */
  List<String> columns() {
    List<String> names = new ArrayList<>();
    for (Column column : version.schema()) {
      names.add(column.name());
    }
    names.add(INDEX);
    names.add(ID);
    return names;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory typeFactory) {
    SheafTypeFactory types = (SheafTypeFactory) typeFactory;
    RelDataTypeFactory.Builder row = types.builder();
    for (Column column : version.schema()) {
      row.add(column.name(), types.of(column.type()));
    }
    row.add(INDEX, types.createSqlType(SqlTypeName.BIGINT));
    row.add(ID, types.createTypeWithNullability(types.of(dev.sheaf.format.Type.UTF8), false));
    return row.build();
  }

  @Override
  public Statistic getStatistic() {
    return Statistics.of((double) version.size(), List.of());
  }
}
