package dev.sheaf.query.internal.plan;

import dev.sheaf.format.Scan;
import dev.sheaf.query.internal.functions.Functions;
import dev.sheaf.query.tensor.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.externalize.RelWriterImpl;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.util.Pair;

/** Writes a plan as text: one node a line, with who runs it and, after a run, what it did. */
final class PlanWriter extends RelWriterImpl {
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\d+)");

  private final StringBuilder text;
  private final Execution execution;
  private int depth;

  private PlanWriter(StringBuilder text, Execution execution) {
    super(
        new java.io.PrintWriter(java.io.Writer.nullWriter()), SqlExplainLevel.NO_ATTRIBUTES, false);
    this.text = text;
    this.execution = execution;
  }

  /**
   * Returns the text of a plan.
   *
   * @param execution what its operators did, or null if it was not run
   */
  static String write(RelNode root, Execution execution) {
    StringBuilder text = new StringBuilder();
    root.explain(new PlanWriter(text, execution));
    return text.toString();
  }

  @Override
  protected void explain_(RelNode rel, List<Pair<String, Object>> values) {
    text.append("  ".repeat(depth));
    text.append(rel instanceof ArrowRel arrow ? arrow.label() : label(rel));
    text.append(rel instanceof EnumerableRel ? " [enumerable]" : " [arrow]");
    List<String> parts = new ArrayList<>();
    for (Pair<String, Object> value : values) {
      if (!(value.right instanceof RelNode)) {
        parts.add(value.left + "=" + named(rel, value.right));
      }
    }
    text.append(parts.isEmpty() ? "" : "  " + String.join(", ", parts));
    if (execution != null && rel instanceof ArrowRel) {
      text.append(did(execution.counts(rel), computesOnTensors(rel)));
    }
    text.append('\n');
    depth++;
    rel.getInputs().forEach(input -> input.explain(this));
    depth--;
  }

  private static String label(RelNode rel) {
    String name = rel.getRelTypeName();
    return name.equals("ArrowToEnumerable") ? "ToRows" : name.replaceFirst("^Enumerable", "");
  }

  /** Puts the names of columns in place of their numbers. */
  private static String named(RelNode rel, Object value) {
    String plain = String.valueOf(value);
    if (!(value instanceof RexNode) || rel.getInputs().size() != 1) {
      return plain;
    }
    List<String> names = rel.getInput(0).getRowType().getFieldNames();
    return REFERENCE
        .matcher(plain)
        .replaceAll(
            found -> {
              int number = Integer.parseInt(found.group(1));
              String name = number < names.size() ? names.get(number) : found.group();
              return Matcher.quoteReplacement(name);
            });
  }

  private static boolean computesOnTensors(RelNode rel) {
    if (rel instanceof ArrowFilter filter) {
      return Functions.hasOwn(filter.getCondition());
    }
    return rel instanceof ArrowProject project
        && project.getProjects().stream().anyMatch(Functions::hasOwn);
  }

  private static String did(Execution.Counts counts, boolean tensors) {
    StringBuilder did = new StringBuilder();
    did.append("  (rows=").append(counts.rows.sum());
    counts
        .scan()
        .map(Scan::metrics)
        .ifPresent(
            scan -> {
              did.append(", pages read=").append(scan.pagesRead());
              did.append(", pages pruned=").append(scan.pagesPruned());
              did.append(", rows pruned=").append(scan.rowsPruned());
              did.append(", bytes=").append(scan.bytesRead());
            });
    did.append(tensors ? ", kernels=" + Backend.best().name() : "");
    did.append(String.format(Locale.ROOT, ", %.1f ms)", counts.nanos.sum() / 1e6));
    return did.toString();
  }
}
