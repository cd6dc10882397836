package dev.sheaf.curation.internal.decision;

import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decisions as cells of a version: one list a sample and recipe, an entry for each step that the
 * sample reached, in order; and whether it was selected.
 */
public final class DecisionCells {
  /** The step under which a person's wish to keep a sample is stored. */
  public static final String RESCUE = "rescue";

  private static final String DECISIONS = "_decisions";
  private static final String SELECTED = "_selected";
  private static final Type TYPE =
      Type.list(
          new Type.Struct(
              List.of(
                  new Type.Field("step", Type.UTF8),
                  new Type.Field("verdict", Type.UTF8),
                  new Type.Field("rule", Type.UTF8),
                  new Type.Field("score", Type.scalar(DType.FLOAT64)),
                  new Type.Field("threshold", Type.scalar(DType.FLOAT64)),
                  new Type.Field("witness", Type.UTF8),
                  new Type.Field("reason", Type.UTF8))));

  private DecisionCells() {}

  /** Returns the column of a recipe's decisions. */
  public static Column decisions(String recipe) {
    return derived(recipe + DECISIONS, TYPE);
  }

  /** Returns the column that tells which samples a recipe selected. */
  public static Column selected(String recipe) {
    return derived(recipe + SELECTED, Type.scalar(DType.BOOL));
  }

  /** Returns the recipe whose decisions a column holds, or the empty string. */
  public static String recipe(Column column) {
    String name = column.name();
    return name.endsWith(DECISIONS) && column.type().equals(TYPE)
        ? name.substring(0, name.length() - DECISIONS.length())
        : "";
  }

  /** Derived from nothing: no edit makes it stale, and it is told apart from data. */
  private static Column derived(String name, Type type) {
    return new Column("", name, type, "null", new Column.Derivation(List.of(), "curation/1"));
  }

  /** Returns the cell of some decisions. */
  public static List<Object> cell(List<Decision> decisions) {
    List<Object> cell = new ArrayList<>();
    for (Decision decision : decisions) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("step", decision.step());
      fields.put("verdict", decision.verdict().id());
      fields.put("rule", nullIfEmpty(decision.rule()));
      fields.put("score", Double.isNaN(decision.score()) ? null : decision.score());
      fields.put("threshold", Double.isNaN(decision.threshold()) ? null : decision.threshold());
      fields.put("witness", nullIfEmpty(decision.witness()));
      fields.put("reason", nullIfEmpty(decision.reason()));
      cell.add(fields);
    }
    return cell;
  }

  private static String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /** Returns the decisions of a cell, none for null. */
  public static List<Decision> decisions(Object cell) {
    List<Decision> decisions = new ArrayList<>();
    if (cell instanceof List<?> list) {
      for (Object item : list) {
        Map<?, ?> fields = (Map<?, ?>) item;
        decisions.add(
            new Decision(
                text(fields, "step"),
                Verdict.of(text(fields, "verdict")),
                text(fields, "rule"),
                number(fields, "score"),
                number(fields, "threshold"),
                text(fields, "witness"),
                text(fields, "reason")));
      }
    }
    return decisions;
  }

  private static String text(Map<?, ?> fields, String name) {
    Object value = fields.get(name);
    return value == null ? "" : value.toString();
  }

  private static double number(Map<?, ?> fields, String name) {
    Object value = fields.get(name);
    return value == null ? Double.NaN : ((Number) value).doubleValue();
  }
}
