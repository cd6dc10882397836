package dev.sheaf.cli.command;

import dev.sheaf.format.Column;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.ingest.CellValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sets cells. */
final class SetCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf set pets.sheaf 17 label=cat", "Set the label of sample 17")
        .example("sheaf set pets.sheaf --where \"label = 'dgo'\" label=dog", "By a condition")
        .synopsis("[DATASET] SAMPLE... COLUMN=VALUE...")
        .about(
            "Sets cells; the edits wait for sheaf commit, unless -m commits them at once. A value"
                + " is text, a number, true, a date or time, Base64 for binary, a file for media,"
                + " JSON for what is nested. COLUMN:=JSON takes JSON for every type; null is"
                + " COLUMN:=null.");
    where(options);
  }

  @Override
  EditSet edits(List<String> rest) {
    List<String> names = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (String word : rest) {
      if (isName(word)) {
        names.add(word);
      } else {
        add(word, values);
      }
    }
    if (values.isEmpty()) {
      throw usage(
          "No cell is set", "Give COLUMN=VALUE: sheaf set " + dataset().shown() + " 17 label=cat");
    }
    if (names.isEmpty() && options().value("--where") == null) {
      throw usage("No sample is named", "Name one by its position, or give --where SQL");
    }
    EditSet edits = new EditSet();
    Set<SampleId> samples = samples(names);
    samples.forEach(id -> values.forEach((column, value) -> edits.set(id, column, value)));
    return edits;
  }

  /** A key may have an equals sign in it. */
  private static boolean isName(String word) {
    return word.startsWith("key:") || word.startsWith("id:") || word.indexOf('=') < 0;
  }

  private void add(String word, Map<String, Object> values) {
    int equals = word.indexOf('=');
    boolean isJson = equals > 0 && word.charAt(equals - 1) == ':';
    String name = word.substring(0, isJson ? equals - 1 : equals);
    String text = word.substring(equals + 1);
    Column column = columns().column(name);
    Object value =
        isJson
            ? CellValue.ofJson(column, text)
            : CellValue.ofText(column, text, surroundings().directory());
    if (values.containsKey(name)) {
      throw usage("Column \"" + name + "\" is set twice", "Give one value for each column");
    }
    values.put(name, value);
  }
}
