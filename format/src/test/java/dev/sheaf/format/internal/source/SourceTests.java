package dev.sheaf.format.internal.source;

import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.detect.Sources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads sources in tests. */
public final class SourceTests {
  private SourceTests() {}

  public static SourceOptions options() {
    return new SourceOptions(
        null,
        null,
        null,
        false,
        problem -> {
          throw problem;
        },
        passed -> {},
        opened -> {});
  }

  public static SampleSource open(Path path) {
    return Sources.open(List.of(path), options()).get(0);
  }

  public static Map<String, Type> types(SampleSource source) {
    Map<String, Type> types = new LinkedHashMap<>();
    source.columns().forEach(column -> types.put(column.name(), column.type()));
    return types;
  }

  /** Returns the types as text, {@code name: type}. */
  public static List<String> schema(SampleSource source) {
    return source.columns().stream().map(column -> column.name() + ": " + column.type()).toList();
  }

  public static List<Map<String, Object>> rows(SampleSource source) {
    return loaded(source).stream().map(LoadedRow::cells).toList();
  }

  public static List<LoadedRow> loaded(SampleSource source) {
    PayloadReader payloads = new PayloadReader(KnownHashes.NONE, PayloadJournal.NONE);
    List<LoadedRow> rows = new ArrayList<>();
    try (RowCursor cursor = source.open(types(source))) {
      for (PendingRow row = cursor.next(); row != null; row = cursor.next()) {
        rows.add(row.load(payloads));
      }
    }
    return rows;
  }
}
