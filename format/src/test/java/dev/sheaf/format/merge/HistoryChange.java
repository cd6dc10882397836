package dev.sheaf.format.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.merge.MergeModel.Col;
import dev.sheaf.format.merge.MergeModel.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One random transaction, and what it makes of a model. Made for one use. */
final class HistoryChange {
  private static final int MOST_SAMPLES = 40;
  private static final int KEYS = 60;

  private final Randomness random;
  private final MergeModel before;
  private final Consumer<String> counts;
  private final List<Item> items;
  private final Map<String, Col> columns;
  private final Map<String, Integer> documents;
  private final Map<String, Map<String, Object>> appended = new LinkedHashMap<>();
  private final Map<SampleId, Map<String, Object>> updated = new HashMap<>();
  private final Set<String> freshColumns = new HashSet<>();
  private final Set<SampleId> deleted = new HashSet<>();
  private boolean reordered;

  /**
   * Creates the change.
   *
   * @param counts is told what is done
   */
  HistoryChange(Randomness random, MergeModel before, Consumer<String> counts) {
    this.random = random;
    this.before = before;
    this.counts = counts;
    this.items = new ArrayList<>(before.samples());
    this.columns = new HashMap<>(before.columns());
    this.documents = new HashMap<>(before.documents());
  }

  /** A version and its model. */
  record Changed(Version version, MergeModel model) {}

  /** Makes the change and commits it. */
  Changed commit(Dataset dataset, String branch, String message) {
    try (Transaction change = dataset.begin(branch)) {
      if (random.chance(10) && items.size() > 1) {
        reorder(change);
      } else {
        if (random.chance(30)) {
          columns(change);
        }
        if (random.chance(10)) {
          document(change);
        }
        if (random.chance(40) && items.size() < MOST_SAMPLES) {
          append(change);
        }
        if (random.chance(25)) {
          delete(change);
        }
        update(change);
      }
      Version version = change.commit(message);
      return new Changed(version, model(version));
    }
  }

  private void reorder(Transaction change) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      order.add(i);
    }
    if (random.chance(60)) {
      random.shuffle(order);
    }
    if (random.chance(40)) {
      order = order.subList(0, random.between(1, order.size()));
      counts.accept("subset");
    }
    change.reorder(order.stream().mapToLong(Integer::longValue).toArray());
    List<Item> chosen = order.stream().map(items::get).toList();
    items.clear();
    items.addAll(chosen);
    reordered = true;
    counts.accept("reorder");
  }

  private void document(Transaction change) {
    String path = "recipes/" + random.oneOf("a", "b") + ".yaml";
    if (random.chance(20)) {
      change.removeDocument(path);
      documents.remove(path);
    } else {
      int content = random.below(3);
      change.putDocument(path, new byte[] {(byte) content});
      documents.put(path, content);
    }
  }

  /** Ids of columns differ from run to run, names do not. */
  private List<Col> byName() {
    List<Col> sorted = new ArrayList<>(columns.values());
    sorted.sort(Comparator.comparing(Col::name));
    return sorted;
  }

  private void columns(Transaction change) {
    List<Col> present = byName();
    String name = random.pick(Kinds.NAMES);
    boolean taken = present.stream().anyMatch(col -> col.name().equals(name));
    switch (present.isEmpty() ? 0 : random.below(8)) {
      case 0, 1, 2, 3 -> {
        if (!taken) {
          change.addColumn(Kinds.column(name, present.stream().map(Col::name).toList()));
          columns.put(name, new Col(name, name, Kinds.of(name), Set.of()));
          freshColumns.add(name);
          counts.accept("add column");
        }
      }
      case 4 -> {
        Col col = random.pick(present);
        change.dropColumn(col.name());
        columns.remove(col.id());
        counts.accept("drop column");
      }
      default -> {
        Col col = random.pick(present);
        if (!taken && Kinds.of(name).equals(col.kind())) {
          change.renameColumn(col.name(), name);
          columns.put(col.id(), new Col(col.id(), name, col.kind(), col.aliases()));
          counts.accept("rename column");
        }
      }
    }
  }

  private void append(Transaction change) {
    for (int i = random.between(1, 6); i > 0; i--) {
      String key = "k" + random.below(KEYS);
      if (appended.containsKey(key) || items.stream().anyMatch(item -> item.key().equals(key))) {
        continue;
      }
      Map<String, Object> cells = new LinkedHashMap<>();
      for (Col col : byName()) {
        Object value = Kinds.random(random, col.kind());
        if (value != null || random.chance(50)) {
          cells.put(col.name(), value);
        }
      }
      Row row = Row.of().key(key);
      cells.forEach((name, value) -> row.set(name, Kinds.given(Kinds.of(name), value)));
      change.append(row);
      appended.put(key, cells);
    }
  }

  private void delete(Transaction change) {
    for (int i = random.between(1, 3); i > 0 && !items.isEmpty(); i--) {
      Item item = random.pick(items);
      change.delete(item.id());
      items.remove(item);
      deleted.add(item.id());
    }
  }

  private void update(Transaction change) {
    List<Col> present = byName();
    if (items.isEmpty() || present.isEmpty()) {
      return;
    }
    for (int i = random.between(0, 6); i > 0; i--) {
      Item item = random.pick(items);
      Col col = random.pick(present);
      Object value = Kinds.random(random, col.kind());
      Map<String, Object> cell = new HashMap<>();
      cell.put(col.name(), Kinds.given(col.kind(), value));
      change.update(item.id(), cell);
      updated.computeIfAbsent(item.id(), id -> new LinkedHashMap<>()).put(col.name(), value);
    }
  }

  private MergeModel model(Version version) {
    Map<String, String> idByName = new HashMap<>();
    for (Column column : version.schema()) {
      idByName.put(column.name(), column.id());
    }
    Map<String, Col> after = new HashMap<>();
    for (Col col : columns.values()) {
      String id = idByName.get(col.name());
      after.put(id, new Col(id, col.name(), col.kind(), col.aliases()));
    }
    Map<SampleId, Item> all = new HashMap<>();
    for (Item item : items) {
      Map<String, Object> cells = new HashMap<>(item.cells());
      cells.keySet().retainAll(after.keySet());
      freshColumns.forEach(name -> put(cells, idByName.get(name), Kinds.missing(Kinds.of(name))));
      updated
          .getOrDefault(item.id(), Map.of())
          .forEach((name, value) -> put(cells, idByName.get(name), value));
      all.put(item.id(), new Item(item.id(), item.key(), cells));
    }
    Set<SampleId> gone = MergeModel.with(before.deleted(), deleted);
    List<SampleId> places =
        reordered
            ? MergeModel.ordered(items.stream().map(Item::id).toList(), gone)
            : new ArrayList<>(before.places());
    Set<Long> runs = new HashSet<>();
    appended.forEach(
        (key, given) -> {
          Map<String, Object> cells = new HashMap<>();
          after.forEach((id, col) -> put(cells, id, Kinds.missing(col.kind())));
          given.forEach((name, value) -> put(cells, idByName.get(name), value));
          SampleId id = version.find(key).orElseThrow().id();
          all.put(id, new Item(id, key, cells));
          places.add(id);
          runs.add(id.run());
        });
    return new MergeModel(
        after, places, all, gone, MergeModel.with(before.runs(), runs), documents);
  }

  private static void put(Map<String, Object> cells, String id, Object value) {
    if (value == null) {
      cells.remove(id);
    } else {
      cells.put(id, value);
    }
  }
}
