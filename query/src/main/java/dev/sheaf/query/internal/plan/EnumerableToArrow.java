package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.RowSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterImpl;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.util.Util;

/** Gives the rows of enumerable operators to ours. */
final class EnumerableToArrow extends ConverterImpl implements ArrowRel {
  EnumerableToArrow(RelNode input) {
    super(
        input.getCluster(),
        ConventionTraitDef.INSTANCE,
        input.getCluster().traitSetOf(CONVENTION),
        input);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new EnumerableToArrow(inputs.get(0));
  }

  @Override
  public Operator open(Execution execution) {
    enter(getInput(), execution);
    Map<String, Object> stashed = new HashMap<>();
    stashed.put("_conformance", org.apache.calcite.sql.validate.SqlConformanceEnum.LENIENT);
    Bindable<?> bindable =
        EnumerableInterpretable.toBindable(
            stashed, null, (EnumerableRel) getInput(), EnumerableRel.Prefer.ARRAY);
    JavaTypeFactory types = (JavaTypeFactory) getCluster().getTypeFactory();
    Context context = new Context(types, stashed);
    boolean single = getRowType().getFieldCount() == 1;
    return execution.counted(
        this, RowSource.batches(() -> bindable.bind(context), getRowType(), single));
  }

  private static void enter(RelNode node, Execution execution) {
    if (node instanceof ArrowToEnumerable border) {
      border.runIn(execution);
    } else {
      node.getInputs().forEach(input -> enter(input, execution));
    }
  }

  @Override
  public String label() {
    return "FromRows";
  }

  /** What generated code asks for. */
  private record Context(JavaTypeFactory types, Map<String, Object> values) implements DataContext {
    @Override
    public SchemaPlus getRootSchema() {
      return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
      return types;
    }

    @Override
    public QueryProvider getQueryProvider() {
      throw Util.needToImplement("query provider");
    }

    @Override
    public Object get(String name) {
      if (name.equals(Variable.TIME_ZONE.camelName)) {
        return java.util.TimeZone.getTimeZone("UTC");
      }
      if (name.equals(Variable.CANCEL_FLAG.camelName)) {
        return values.computeIfAbsent(name, key -> new java.util.concurrent.atomic.AtomicBoolean());
      }
      if (name.equals(Variable.UTC_TIMESTAMP.camelName)
          || name.equals(Variable.CURRENT_TIMESTAMP.camelName)
          || name.equals(Variable.LOCAL_TIMESTAMP.camelName)) {
        return values.computeIfAbsent(name, key -> System.currentTimeMillis());
      }
      return values.get(name);
    }
  }
}
