package dev.sheaf.curation.internal.page;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.DType;
import dev.sheaf.format.Diff;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How often each value of a column is there before and after a change: of text with few values, of
 * truth values, tags, and of the codecs and sizes of media.
 *
 * @param name what is counted
 * @param values the values, those whose number changed most first
 */
record Shift(String name, List<Count> values) {
  private static final int MOST_VALUES = 200;
  private static final int MOST_TAGS = 5_000;
  private static final int LONGEST = 60;
  private static final int ALWAYS_FEW = 12;

  /**
   * A value.
   *
   * @param before in how many samples it is before
   * @param after in how many samples it is after
   */
  record Count(String value, long before, long after) {
    long change() {
      return after - before;
    }
  }

  /** Sums over the payloads of a media column. */
  record Sums(String column, Sum before, Sum after) {}

  /** Payloads that are there, their bytes, and their seconds (NaN where none has a duration). */
  record Sum(long payloads, long bytes, double seconds) {}

  /** What was counted. */
  record Found(List<Shift> shifts, List<Sums> sums) {}

  boolean isEmpty() {
    return values.stream().allMatch(count -> count.change() == 0);
  }

  /** Counts in both versions; reads the columns in question once each, and no payload. */
  static Found between(Version from, Version to, Progress progress) {
    Map<String, Column> after = byId(to);
    Map<String, Column> before = byIdIn(from, to);
    Tally tallyBefore = new Tally(before.values());
    Tally tallyAfter = new Tally(after.values());
    tallyBefore.read(from, progress, "counting before");
    tallyAfter.read(to, progress, "counting after");
    List<Shift> shifts = new ArrayList<>();
    List<Sums> sums = new ArrayList<>();
    List<String> ids = new ArrayList<>(after.keySet());
    before.keySet().stream().filter(id -> !after.containsKey(id)).forEach(ids::add);
    for (String id : ids) {
      String name = (after.containsKey(id) ? after : before).get(id).name();
      TreeSet<String> facets = new TreeSet<>(tallyBefore.facets(id));
      facets.addAll(tallyAfter.facets(id));
      for (String facet : facets) {
        Optional<Map<String, Long>> a = tallyBefore.counts(id, facet);
        Optional<Map<String, Long>> b = tallyAfter.counts(id, facet);
        if (a.isPresent() && b.isPresent()) {
          Shift shift = new Shift(facet.isEmpty() ? name : name + ", " + facet, merge(a, b));
          if (!shift.values().isEmpty()) {
            shifts.add(shift);
          }
        }
      }
      if (tallyBefore.sums.containsKey(id) || tallyAfter.sums.containsKey(id)) {
        Sum none = new Sum(0, 0, Double.NaN);
        sums.add(
            new Sums(
                name,
                tallyBefore.sums.getOrDefault(id, none),
                tallyAfter.sums.getOrDefault(id, none)));
      }
    }
    return new Found(shifts, sums);
  }

  private static Map<String, Column> byId(Version version) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Column column : version.schema()) {
      if (!column.name().startsWith("_")) {
        columns.put(column.id(), column);
      }
    }
    return columns;
  }

  /** Returns the columns of a version by the ids that they have in a later one, if any. */
  private static Map<String, Column> byIdIn(Version from, Version to) {
    Map<String, Column> later = byId(to);
    Map<String, Column> changed = new HashMap<>();
    for (Diff.ColumnChange change : from.diff(to).columns()) {
      if (change.from() != null) {
        changed.put(change.from().id(), change.to());
      }
    }
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Column column : byId(from).values()) {
      Column now = later.get(column.id());
      if (changed.containsKey(column.id())) {
        now = changed.get(column.id());
      } else if (now == null) {
        // A merge united it with another column, so it has another id and the same name.
        now = to.schema().column(column.name());
      }
      String id = now == null ? column.id() : now.id();
      columns.put(
          id,
          new Column(id, column.name(), column.type(), column.defaultJson(), column.derivation()));
    }
    return columns;
  }

  private static List<Count> merge(Optional<Map<String, Long>> a, Optional<Map<String, Long>> b) {
    TreeSet<String> values = new TreeSet<>(a.get().keySet());
    values.addAll(b.get().keySet());
    return values.stream()
        .map(v -> new Count(v, a.get().getOrDefault(v, 0L), b.get().getOrDefault(v, 0L)))
        .sorted(
            Comparator.comparingLong((Count count) -> -Math.abs(count.change()))
                .thenComparingLong(count -> -count.after())
                .thenComparing(Count::value))
        .toList();
  }

  /** The counts of one version. */
  private static final class Tally {
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Map<String, Map<String, Long>>> counts = new HashMap<>();
    private final Map<String, Sum> sums = new HashMap<>();

    Tally(Iterable<Column> all) {
      for (Column column : all) {
        Type type = column.type();
        boolean flag = type instanceof Type.Scalar scalar && scalar.dtype() == DType.BOOL;
        if (type.equals(Type.UTF8) || flag || type instanceof Type.Media || tagsOf(type) != null) {
          columns.add(column);
        }
      }
    }

    /** Returns how the tags of a cell are found, or null for a type that holds none. */
    private static Tags tagsOf(Type type) {
      if (type instanceof Type.ListOf list && list.element().equals(Type.UTF8)) {
        return String::valueOf;
      }
      if (type instanceof Type.ListOf list && list.element() instanceof Type.Struct struct) {
        List<String> names = struct.fields().stream().map(Type.Field::name).toList();
        if (names.contains("tag")) {
          return item -> String.valueOf(((Map<?, ?>) item).get("tag"));
        }
      }
      return null;
    }

    /** The tag that an item of a list is. */
    private interface Tags {
      String of(Object item);
    }

    void read(Version version, Progress progress, String phase) {
      if (columns.isEmpty()) {
        return;
      }
      String[] names = columns.stream().map(Column::name).toArray(String[]::new);
      long done = 0;
      for (Batch batch : version.select(names).scan()) {
        columns.forEach(column -> read(batch, column));
        done += batch.size();
        progress.at(phase, done, version.size());
      }
    }

    private void read(Batch batch, Column column) {
      Type type = column.type();
      if (type instanceof Type.Media media) {
        media(batch, column, media.kind());
      } else if (type instanceof Type.ListOf) {
        Tags tags = tagsOf(type);
        for (Object cell : batch.column(column.name()).objects()) {
          if (cell instanceof java.util.List<?> items) {
            items.stream().map(tags::of).distinct().forEach(tag -> add(column, "", tag, MOST_TAGS));
          }
        }
      } else if (!isGivenUp(column, "")) {
        texts(batch.column(column.name()), value -> add(column, "", value, MOST_VALUES));
      }
    }

    private void media(Batch batch, Column column, MediaKind kind) {
      ColumnValues codecs = batch.column(column.name(), "codec");
      for (int row = 0; row < codecs.size(); row++) {
        if (!codecs.isNull(row)) {
          add(column, "codec", text(codecs, row), MOST_VALUES);
        }
      }
      if (kind == MediaKind.IMAGE || kind == MediaKind.VIDEO) {
        ColumnValues widths = batch.column(column.name(), "width");
        ColumnValues heights = batch.column(column.name(), "height");
        for (int row = 0; row < batch.size(); row++) {
          if (!widths.isNull(row) && !heights.isNull(row)) {
            long side = Math.min(widths.longs()[row], heights.longs()[row]);
            add(column, "shorter side", sides(side), MOST_VALUES);
          }
        }
      }
      ColumnValues bytes = batch.column(column.name(), "bytes");
      boolean timed = kind == MediaKind.VIDEO || kind == MediaKind.AUDIO;
      ColumnValues seconds = timed ? batch.column(column.name(), "duration") : null;
      Sum sum = sums.getOrDefault(column.id(), new Sum(0, 0, timed ? 0 : Double.NaN));
      for (int row = 0; row < batch.size(); row++) {
        if (!bytes.isNull(row)) {
          double more = timed && !seconds.isNull(row) ? seconds.doubles()[row] : 0;
          sum = new Sum(sum.payloads() + 1, sum.bytes() + bytes.longs()[row], sum.seconds() + more);
        }
      }
      sums.put(column.id(), sum);
    }

    private static String sides(long pixels) {
      long[] steps = {128, 240, 360, 480, 720, 1080, 2160};
      for (int i = 0; i < steps.length; i++) {
        if (pixels < steps[i]) {
          return i == 0 ? "below 128 px" : steps[i - 1] + " to " + (steps[i] - 1) + " px";
        }
      }
      return "2160 px and more";
    }

    private static void texts(ColumnValues cells, Consumer<String> each) {
      for (int row = 0; row < cells.size(); row++) {
        if (cells.isNull(row)) {
          each.accept("(null)");
        } else if (cells.kind() == ColumnValues.Kind.LONGS) {
          each.accept(cells.longs()[row] == 0 ? "false" : "true");
        } else {
          each.accept(text(cells, row));
        }
      }
    }

    private static String text(ColumnValues cells, int row) {
      int start = cells.offsets()[row];
      int length = cells.offsets()[row + 1] - start;
      return new String(cells.bytes(), start, length, StandardCharsets.UTF_8);
    }

    private boolean isGivenUp(Column column, String facet) {
      Map<String, Map<String, Long>> facets = counts.get(column.id());
      return facets != null && facets.containsKey(facet) && facets.get(facet) == null;
    }

    /** Counts a value; a column with too many or too long ones is given up. */
    private void add(Column column, String facet, String value, int most) {
      Map<String, Map<String, Long>> facets =
          counts.computeIfAbsent(column.id(), id -> new HashMap<>());
      Map<String, Long> known = facets.containsKey(facet) ? facets.get(facet) : new HashMap<>();
      if (known != null) {
        known.merge(value, 1L, Long::sum);
        boolean many = known.size() > most || value.length() > LONGEST;
        facets.put(facet, many ? null : known);
      }
    }

    java.util.Set<String> facets(String id) {
      return counts.getOrDefault(id, Map.of()).keySet();
    }

    /** Returns the counts; empty for a column whose values are no labels. */
    Optional<Map<String, Long>> counts(String id, String facet) {
      Map<String, Map<String, Long>> facets = counts.getOrDefault(id, Map.of());
      if (!facets.containsKey(facet)) {
        return Optional.of(Map.of());
      }
      Map<String, Long> known = facets.get(facet);
      if (known == null) {
        return Optional.empty();
      }
      long samples = known.values().stream().mapToLong(Long::longValue).sum();
      boolean tags = columns.stream().anyMatch(c -> c.id().equals(id) && tagsOf(c.type()) != null);
      boolean few = known.size() <= ALWAYS_FEW || 2L * known.size() <= samples;
      return tags || few ? Optional.of(known) : Optional.empty();
    }
  }
}
