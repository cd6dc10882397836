package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Column;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How samples are shown. */
final class Samples {
  private Samples() {}

  /**
   * Returns the version with the columns wanted only.
   *
   * @param columns the names, or null for all but Sheaf's own
   */
  static Version select(Version version, List<String> columns) {
    List<String> names = columns;
    if (names == null) {
      names = new ArrayList<>();
      for (Column column : version.schema()) {
        if (!ColumnFacts.isOwn(column)) {
          names.add(column.name());
        }
      }
    }
    return version.select(names.toArray(new String[0]));
  }

  /**
   * Returns a sample as JSON has it.
   *
   * @param full whether long tensors and bytes are written whole
   * @param saved where payloads were written, by column
   */
  static Map<String, Object> json(Sample sample, boolean full, Map<String, String> saved) {
    Map<String, Object> cells = new LinkedHashMap<>();
    List<String> stale = new ArrayList<>();
    for (Column column : sample.schema()) {
      String name = column.name();
      Object cell = Cells.json(sample.value(name), column.type(), full);
      if (saved.containsKey(name) && cell instanceof Map<?, ?> facts) {
        Map<String, Object> more = new LinkedHashMap<>();
        facts.forEach((key, value) -> more.put(key.toString(), value));
        more.put("saved", saved.get(name));
        cell = more;
      }
      cells.put(name, cell);
      if (column.derivation() != null && sample.isStale(name)) {
        stale.add(name);
      }
    }
    Map<String, Object> json =
        Json.object(
            "index", sample.index(),
            "id", sample.id().toString(),
            "key", sample.key(),
            "cells", cells,
            "origin", sample.origin().map(Samples::json).orElse(null));
    if (!stale.isEmpty()) {
      json.put("stale", stale);
    }
    return json;
  }

  /** Returns an origin as JSON has it. */
  static Map<String, Object> json(Origin origin) {
    boolean row = origin.unit() == Origin.Unit.ROW;
    return Json.object(
        "source",
        origin.source(),
        row ? "row" : "offset",
        Math.max(0, origin.position()),
        "sha256",
        origin.sha256().isEmpty() ? null : origin.sha256());
  }

  /** Writes a sample as a block of lines, each cut to the width. */
  static void write(Output out, Style style, Sample sample, int width) {
    String name = Text.cut(Text.visible(sample.key()), Math.max(16, width - 40));
    String head = style.strong("[" + sample.index() + "] " + name);
    out.line(head + "  " + style.dim("id:" + sample.id()));
    int widest = 4;
    for (Column column : sample.schema()) {
      widest = Math.max(widest, Math.min(24, Text.width(Text.visible(column.name()))));
    }
    for (Column column : sample.schema()) {
      String text = Cells.text(sample.value(column.name()), width);
      boolean stale = column.derivation() != null && sample.isStale(column.name());
      line(out, style, column.name(), (stale ? "(stale) " : "") + text, widest, width);
    }
    if (sample.origin().isPresent()) {
      Origin origin = sample.origin().get();
      String position =
          switch (origin.unit()) {
            case WHOLE -> "";
            case OFFSET -> " at byte " + origin.position();
            case ROW -> " row " + origin.position();
          };
      line(out, style, "from", Text.visible(origin.source()) + position, widest, width);
    }
  }

  private static void line(
      Output out, Style style, String name, String text, int widest, int width) {
    String label = Text.pad(Text.cut(Text.visible(name), widest), widest);
    out.line("  " + style.dim(label) + "  " + Text.cut(text, Math.max(16, width - widest - 4)));
  }
}
