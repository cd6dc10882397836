package dev.sheaf.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns of text under a header, as wide as they need and no wider than the terminal. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table; a header that begins with {@code >} makes a column of numbers. */
  public Table(String... header) {
    this(List.of(header));
  }

  /** Creates a table; see the other constructor. */
  public Table(List<String> header) {
    List<String> names = new ArrayList<>();
    for (String name : header) {
      right.add(name.startsWith(">"));
      names.add(Text.visible(name.startsWith(">") ? name.substring(1) : name));
    }
    this.header = names;
  }

  /** Adds a row. */
  public void row(List<String> cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(Text.visible(cell));
    }
    rows.add(row);
  }

  /** Adds a row. */
  public void row(String... cells) {
    row(List.of(cells));
  }

  /**
   * Writes the table.
   *
   * @param columns how wide a line may be; what goes beyond is cut
   */
  public void writeTo(Output out, Style style, int columns) {
    int[] widths = new int[header.size()];
    measure(header, widths);
    for (List<String> row : rows) {
      measure(row, widths);
    }
    out.line(style.dim(line(header, widths, columns)));
    for (List<String> row : rows) {
      out.line(line(row, widths, columns));
    }
  }

  private static void measure(List<String> row, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], Text.width(row.get(i)));
    }
  }

  private String line(List<String> row, int[] widths, int columns) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      String space = " ".repeat(widths[i] - Text.width(cell));
      line.append(i == 0 ? "" : GAP).append(right.get(i) ? space + cell : cell + space);
    }
    return Text.cut(line.toString().stripTrailing(), columns);
  }
}
