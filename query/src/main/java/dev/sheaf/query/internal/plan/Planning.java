package dev.sheaf.query.internal.plan;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Version;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.functions.Functions;
import dev.sheaf.query.internal.functions.Rewriting;
import dev.sheaf.query.internal.parse.Dialect;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.RelFieldTrimmer;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.tools.RelBuilder;

/** Parses, checks and plans one query. For one thread. */
public final class Planning {
  private static final SqlParser.Config PARSER =
      SqlParser.config()
          .withQuoting(Quoting.DOUBLE_QUOTE)
          .withUnquotedCasing(Casing.UNCHANGED)
          .withQuotedCasing(Casing.UNCHANGED)
          .withCaseSensitive(false)
          .withIdentifierMaxLength(1024)
          .withConformance(SqlConformanceEnum.LENIENT);

  private static final List<RelOptRule> SUB_QUERIES =
      List.of(
          CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
          CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
          CoreRules.JOIN_SUB_QUERY_TO_CORRELATE);

  private static final List<RelOptRule> LOGICAL =
      List.of(
          CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW,
          CoreRules.PROJECT_WINDOW_TRANSPOSE,
          CoreRules.FILTER_INTO_JOIN,
          CoreRules.JOIN_CONDITION_PUSH,
          CoreRules.JOIN_PUSH_EXPRESSIONS,
          CoreRules.FILTER_PROJECT_TRANSPOSE,
          CoreRules.FILTER_AGGREGATE_TRANSPOSE,
          CoreRules.FILTER_SET_OP_TRANSPOSE,
          CoreRules.FILTER_MERGE,
          CoreRules.PROJECT_MERGE,
          CoreRules.PROJECT_REMOVE,
          CoreRules.SORT_PROJECT_TRANSPOSE,
          CoreRules.SORT_REMOVE_REDUNDANT,
          CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES,
          CoreRules.AGGREGATE_PROJECT_MERGE);

  private final Version version;
  private final Function<String, Version> versions;
  private final SheafTypeFactory types = new SheafTypeFactory();
  private boolean indices;

  /**
   * Creates the planning of a query.
   *
   * @param version what {@code samples} is
   * @param versions finds other versions by revision
   */
  public Planning(Version version, Function<String, Version> versions) {
    this.version = version;
    this.versions = versions;
  }

  /**
   * Makes the last column of the result the index of the sample that a row is of; refuses queries
   * whose rows are no samples.
   */
  public Planning withIndices() {
    indices = true;
    return this;
  }

  private static void addIndex(SqlNode parsed) {
    SqlNode query = parsed instanceof SqlOrderBy ordered ? ordered.query : parsed;
    boolean samples =
        query instanceof SqlSelect select
            && select.getGroup() == null
            && select.getHaving() == null
            && !select.isDistinct()
            && isSamples(select.getFrom());
    if (!samples) {
      throw new InvalidInputException(
          "SHEAF-QRY-030",
          "The rows of the query are no samples",
          Location.NONE,
          "Write SELECT … FROM samples [WHERE …] [ORDER BY …] [LIMIT …]; "
              + "join and group in sub-queries of WHERE");
    }
    SqlSelect select = (SqlSelect) query;
    SqlNodeList columns = new SqlNodeList(SqlParserPos.ZERO);
    for (SqlNode column : select.getSelectList()) {
      // Nobody reads them here, and a star would read every payload.
      if (!(column instanceof SqlIdentifier name && name.isStar())) {
        columns.add(column);
      }
    }
    columns.add(new SqlIdentifier(SamplesTable.INDEX, SqlParserPos.ZERO));
    select.setSelectList(columns);
  }

  private static boolean isSamples(SqlNode from) {
    SqlNode table =
        from instanceof SqlBasicCall call && call.getKind() == SqlKind.AS ? call.operand(0) : from;
    return table instanceof SqlIdentifier name
        && name.isSimple()
        && name.getSimple().equalsIgnoreCase(SamplesTable.NAME);
  }

  /** A plan that can be run any number of times. */
  public static final class Plan {
    private final ArrowRel root;
    private final List<String> names;
    private final Dialect.Explain explain;

    private Plan(ArrowRel root, List<String> names, Dialect.Explain explain) {
      this.root = root;
      this.names = names;
      this.explain = explain;
    }

    /** Returns whether the query asks for its plan. */
    public Dialect.Explain explain() {
      return explain;
    }

    /** Returns the names of the columns. */
    public List<String> names() {
      return names;
    }

    /** Returns the SQL types of the columns. */
    public List<RelDataType> types() {
      return root.getRowType().getFieldList().stream().map(RelDataTypeField::getType).toList();
    }

    /** Returns a fresh operator that gives the result. */
    public Operator open(Execution execution) {
      return root.open(execution);
    }

    /** Returns the plan as text, with what a run did or, for null, without. */
    public String text(Execution execution) {
      return PlanWriter.write(root, execution);
    }
  }

  /**
   * Plans a query.
   *
   * @param positional the values of question marks, in order
   * @param named the values of {@code :name}
   */
  public Plan plan(String sql, List<?> positional, Map<String, ?> named) {
    Dialect dialect = Dialect.rewrite(sql, columnNames());
    try {
      return plan(dialect, parameters(dialect, positional, named));
    } catch (SqlParseException e) {
      throw QueryErrors.parse(e, dialect);
    } catch (CalciteContextException e) {
      List<String> columns = new SamplesTable(version).columns();
      throw QueryErrors.validation(e, dialect, columns, Functions.names());
    }
  }

  private java.util.Set<String> columnNames() {
    return new SamplesTable(version)
        .columns().stream().map(name -> name.toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  private static List<Object> parameters(
      Dialect dialect, List<?> positional, Map<String, ?> named) {
    List<Object> values = new ArrayList<>();
    int next = 0;
    for (String name : dialect.parameters()) {
      if (name.isEmpty() && named.containsKey(Integer.toString(next + 1))) {
        values.add(named.get(Integer.toString(++next)));
      } else if (name.isEmpty()) {
        if (next >= positional.size()) {
          throw missing("Parameter ? number " + (next + 1) + " has no value");
        }
        values.add(positional.get(next++));
      } else {
        if (!named.containsKey(name)) {
          throw missing("Parameter :" + name + " has no value");
        }
        values.add(named.get(name));
      }
    }
    if (!positional.isEmpty() && next < positional.size()) {
      throw missing("Got " + positional.size() + " values for " + next + " question marks");
    }
    return values;
  }

  private static InvalidInputException missing(String headline) {
    return new InvalidInputException(
        "SHEAF-QRY-006", headline, Location.NONE, "Give one value for each parameter");
  }

  private Plan plan(Dialect dialect, List<Object> parameters) throws SqlParseException {
    SqlNode parsed = SqlParser.create(dialect.text(), PARSER).parseQuery();
    if (indices) {
      addIndex(parsed);
    }
    CalciteCatalogReader catalog = catalog(dialect);
    SqlNode rewritten =
        Rewriting.rewrite(parsed, parameters, new SamplesTable(version).getRowType(types), types);
    SqlValidator validator =
        new SheafValidator(
            Functions.operators(),
            catalog,
            types,
            SqlValidator.Config.DEFAULT
                .withConformance(SqlConformanceEnum.LENIENT)
                .withIdentifierExpansion(true));
    SqlNode valid = validator.validate(rewritten);
    // It plans nothing; rel nodes ask it which traits there are.
    VolcanoPlanner planner = new VolcanoPlanner();
    planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
    planner.addRelTraitDef(RelCollationTraitDef.INSTANCE);
    RelOptCluster cluster = RelOptCluster.create(planner, new RexBuilder(types));
    cluster.setMetadataProvider(DefaultRelMetadataProvider.INSTANCE);
    cluster.setMetadataQuerySupplier(
        () ->
            new RelMetadataQuery(
                new ProxyingMetadataHandlerProvider(DefaultRelMetadataProvider.INSTANCE)));
    SqlToRelConverter converter =
        new SqlToRelConverter(
            null,
            validator,
            catalog,
            cluster,
            StandardConvertletTable.INSTANCE,
            SqlToRelConverter.config().withExpand(false).withInSubQueryThreshold(1000));
    org.apache.calcite.rel.RelRoot root = converter.convertQuery(valid, false, true);
    List<String> names = names(root, parsed, dialect);
    RelNode logical = optimize(root.project());
    return new Plan(new Physical(cluster.getRexBuilder()).arrow(logical), names, dialect.explain());
  }

  /** Returns the names of the columns; one that has none is called by its text. */
  private static List<String> names(
      org.apache.calcite.rel.RelRoot root, SqlNode parsed, Dialect dialect) {
    List<String> names = new ArrayList<>(root.fields.stream().map(f -> f.getValue()).toList());
    SqlNode query = parsed instanceof SqlOrderBy ordered ? ordered.query : parsed;
    if (!(query instanceof SqlSelect select) || select.getSelectList().size() != names.size()) {
      return names;
    }
    for (int i = 0; i < names.size(); i++) {
      SqlParserPos pos = select.getSelectList().get(i).getParserPosition();
      if (names.get(i).startsWith("EXPR$")) {
        int from = dialect.originalOffset(pos.getLineNum(), pos.getColumnNum());
        int to = dialect.originalEnd(pos.getEndLineNum(), pos.getEndColumnNum());
        String text = dialect.original().substring(from, Math.max(from, to));
        names.set(i, text.strip().replaceAll("\\s+", " "));
      }
    }
    return names;
  }

  private static RelNode optimize(RelNode root) {
    RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(root.getCluster(), null);
    RelNode node = run(SUB_QUERIES, root);
    node = RelDecorrelator.decorrelateQuery(node, builder);
    node = run(LOGICAL, node);
    node = new RelFieldTrimmer(null, builder).trim(node);
    return run(List.of(CoreRules.PROJECT_MERGE, CoreRules.PROJECT_REMOVE), node);
  }

  private static RelNode run(List<RelOptRule> rules, RelNode node) {
    HepProgramBuilder program = HepProgram.builder().addMatchOrder(HepMatchOrder.TOP_DOWN);
    program.addRuleCollection(rules);
    HepPlanner planner = new HepPlanner(program.build());
    planner.setRoot(node);
    return planner.findBestExp();
  }

  private CalciteCatalogReader catalog(Dialect dialect) {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false, "", schemaOf(version));
    for (String revision : dialect.revisions()) {
      root.add(Dialect.schemaOf(revision), schemaOf(versions.apply(revision)));
    }
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    return new CalciteCatalogReader(
        root, List.of(), types, new CalciteConnectionConfigImpl(properties));
  }

  private static AbstractSchema schemaOf(Version version) {
    Map<String, Table> tables = new HashMap<>();
    tables.put(SamplesTable.NAME, new SamplesTable(version));
    return new AbstractSchema() {
      @Override
      protected Map<String, Table> getTableMap() {
        return tables;
      }
    };
  }
}
