package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes random transactions on a dataset and on the model of each of its commits. */
public final class RandomHistory implements AutoCloseable {
  private static final String MAIN = "main";
  private static final Map<DType, List<DType>> WIDER =
      Map.of(
          DType.INT8, List.of(DType.INT16, DType.INT64, DType.FLOAT32),
          DType.U4, List.of(DType.UINT8, DType.INT8, DType.UINT64, DType.FLOAT16),
          DType.INT32, List.of(DType.INT64, DType.FLOAT64),
          DType.UINT32, List.of(DType.INT64, DType.UINT64, DType.FLOAT64),
          DType.FLOAT16, List.of(DType.FLOAT32, DType.FLOAT64),
          DType.BFLOAT16, List.of(DType.FLOAT32, DType.FLOAT64),
          DType.FLOAT32, List.of(DType.FLOAT64));

  private final Randomness random;
  private final Path path;
  private final Map<String, Model> commits = new LinkedHashMap<>();
  private final Map<String, String> branches = new TreeMap<>();
  private final Set<SampleId> everyId = new HashSet<>();
  private Dataset dataset;
  private int identities;
  private int keys;

  /** Makes an empty dataset. */
  public RandomHistory(Randomness random, Path path) {
    this.random = random;
    this.path = path;
    this.dataset = Dataset.create(path);
    String first = dataset.head().commit().id();
    commits.put(first, Model.EMPTY);
    branches.put(MAIN, first);
  }

  /** Returns the model of every commit, in the order in which they were made. */
  public Map<String, Model> commits() {
    return commits;
  }

  /** Returns the branches and their newest commits. */
  public Map<String, String> branches() {
    return branches;
  }

  /** Returns every identity there ever was. */
  public Set<SampleId> everyId() {
    return everyId;
  }

  /** Closes the dataset and opens it anew. */
  public void reopen() {
    dataset.close();
    dataset = Dataset.open(path);
  }

  /** Returns the dataset. */
  public Dataset dataset() {
    return dataset;
  }

  @Override
  public void close() {
    dataset.close();
  }

  /** Makes one commit on one of the branches and returns its id. */
  public String step() {
    if (random.chance(8)) {
      String name = "branch-" + branches.size();
      String start = random.pick(new ArrayList<>(commits.keySet()));
      dataset.createBranch(name, start);
      branches.put(name, start);
    }
    String branch = random.pick(new ArrayList<>(branches.keySet()));
    Model before = commits.get(branches.get(branch));
    try (Transaction transaction = dataset.begin(branch)) {
      assertThat(transaction.base().commit().id()).isEqualTo(branches.get(branch));
      Draft draft = new Draft(transaction, before);
      if (random.chance(10) && !before.samples().isEmpty()) {
        draft.reorder();
      } else {
        draft.changes();
      }
      Version version = transaction.commit("a random change");
      String id = version.commit().id();
      Model after = draft.committed(version);
      Model known = commits.putIfAbsent(id, after);
      assertThat(known == null || known.samples().size() == after.samples().size()).isTrue();
      branches.put(branch, id);
      return id;
    }
  }

  /** A transaction and what the model will be if it is committed. */
  private final class Draft {
    private final Transaction transaction;
    private final List<Model.Col> columns;
    private final List<Model.Item> items;
    private final List<Model.Item> left;
    private final List<Model.Item> appended = new ArrayList<>();
    private final Set<Integer> fresh = new HashSet<>();
    private final Map<SampleId, Set<Integer>> written = new LinkedHashMap<>();

    Draft(Transaction transaction, Model before) {
      this.transaction = transaction;
      this.columns = new ArrayList<>(before.columns());
      this.items = new ArrayList<>(before.samples());
      this.left = new ArrayList<>(before.left());
    }

    void reorder() {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        order.add(i);
      }
      if (random.chance(70)) {
        random.shuffle(order);
      }
      if (random.chance(50)) {
        order = order.subList(0, random.between(0, order.size()));
      }
      transaction.reorder(order.stream().mapToLong(Integer::longValue).toArray());
      List<Model.Item> chosen = order.stream().map(items::get).toList();
      items.stream().filter(item -> !chosen.contains(item)).forEach(left::add);
      items.clear();
      items.addAll(chosen);
    }

    void changes() {
      int operations = random.between(1, 10);
      for (int i = 0; i < operations; i++) {
        switch (random.below(10)) {
          case 0, 1, 2 -> append(random.chance(10) ? 250 : random.between(1, 12));
          case 3, 4, 5 -> update(random.between(1, 8));
          case 6 -> delete(random.between(1, 4));
          case 7 -> addColumn();
          default -> {
            if (appended.isEmpty() && written.isEmpty()) {
              schemaChange();
            } else {
              refusedSchemaChange();
            }
          }
        }
      }
    }

    private void schemaChange() {
      switch (columns.isEmpty() ? 0 : random.below(6)) {
        case 0, 1, 2 -> addColumn();
        case 3 -> renameColumn();
        case 4 -> dropColumn();
        default -> widenColumn();
      }
    }

    /** Cells are collected by the name that their column had. */
    private void refusedSchemaChange() {
      assertThatThrownBy(() -> transaction.dropColumn("x"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("after samples were added or changed");
    }

    private String freshName() {
      String name = random.oneOf("x", "image", "caption", "näme", "a.b", "with \"quotes\"", "/");
      return taken(name) ? name + identities : name;
    }

    private boolean taken(String name) {
      return columns.stream().anyMatch(col -> col.name().equals(name));
    }

    private void addColumn() {
      String name = freshName();
      if (taken(name)) {
        return;
      }
      Type type = RandomTypes.column(random);
      Object fallback = null;
      String json = "null";
      Column.Derivation derivation = null;
      List<Integer> inputs = new ArrayList<>();
      if (random.chance(30)) {
        type = random.oneOf(Type.scalar(DType.INT32), Type.UTF8, Type.scalar(DType.FLOAT32));
        fallback =
            type instanceof Type.Utf8
                ? (Object) "none"
                : type.toString().equals("int32") ? (Object) 7L : (Object) 2.5f;
        json = fallback instanceof String ? "\"none\"" : fallback.toString();
      } else if (random.chance(25) && !columns.isEmpty()) {
        List<String> names = new ArrayList<>();
        for (int i = random.between(1, 2); i > 0; i--) {
          Model.Col input = random.pick(columns);
          inputs.add(input.identity());
          names.add(input.name());
        }
        derivation = new Column.Derivation(names, "code 1");
      }
      transaction.addColumn(new Column("", name, type, json, derivation));
      fresh.add(identities);
      columns.add(new Model.Col(identities++, name, type, json, fallback, inputs));
    }

    /** Picks a column that was there when the transaction began. */
    private int presentColumn() {
      int position = random.below(columns.size());
      return fresh.contains(columns.get(position).identity()) ? -1 : position;
    }

    private void renameColumn() {
      int position = presentColumn();
      String name = freshName();
      if (position < 0 || taken(name)) {
        return;
      }
      Model.Col col = columns.get(position);
      transaction.renameColumn(col.name(), name);
      columns.set(
          position,
          new Model.Col(
              col.identity(), name, col.type(), col.defaultJson(), col.fallback(), col.inputs()));
    }

    private void dropColumn() {
      int position = presentColumn();
      if (position >= 0) {
        transaction.dropColumn(columns.remove(position).name());
      }
    }

    private void widenColumn() {
      int position = presentColumn();
      if (position < 0
          || !(columns.get(position).type() instanceof Type.Scalar scalar)
          || !WIDER.containsKey(scalar.dtype())) {
        return;
      }
      Type wider = Type.scalar(random.pick(WIDER.get(scalar.dtype())));
      Model.Col col = columns.get(position);
      transaction.widenColumn(col.name(), wider);
      columns.set(
          position,
          new Model.Col(
              col.identity(), col.name(), wider, col.defaultJson(), col.fallback(), col.inputs()));
    }

    private Map<Integer, Object> cells(int percent, Map<String, Object> given) {
      Map<Integer, Object> cells = new LinkedHashMap<>();
      for (Model.Col col : columns) {
        if (random.chance(percent)) {
          Object value = RandomValues.nullable(random, col.type());
          cells.put(col.identity(), value);
          given.put(col.name(), RandomValues.given(random, col.type(), value));
        }
      }
      return cells;
    }

    private void append(int count) {
      for (int i = 0; i < count; i++) {
        Map<String, Object> given = new LinkedHashMap<>();
        Map<Integer, Object> cells = cells(count > 100 ? 20 : 80, given);
        Row row = Row.of();
        given.forEach(row::set);
        String key = "";
        if (random.chance(70)) {
          key = random.chance(5) ? "schlüssel/" + keys++ : "key-" + keys++;
          row.key(key);
        }
        Origin origin = random.chance(50) ? origin() : null;
        row.origin(origin);
        SampleId parent = null;
        if (random.chance(5) && transaction.base().size() > 0) {
          parent = transaction.base().sample(random.below((int) transaction.base().size())).id();
          transaction.appendDerived(parent, "crop", "box=[0, 0, 1, 1]", row);
        } else {
          transaction.append(row);
        }
        for (Model.Col col : columns) {
          if (col.fallback() != null && !cells.containsKey(col.identity())) {
            cells.put(col.identity(), CellAssert.widened(col.type(), col.fallback()));
          }
        }
        appended.add(
            new Model.Item(
                null,
                key,
                origin,
                parent,
                parent == null ? null : "crop",
                parent == null ? null : "box=[0, 0, 1, 1]",
                cells,
                Map.of()));
      }
    }

    private Origin origin() {
      String sha256 = random.chance(50) ? "" : "0123456789abcdef".repeat(4);
      return random.oneOf(
          Origin.file("a/b.jpg", sha256),
          Origin.row("t.csv", random.below(1000), sha256),
          Origin.offset("", random.below(1000), sha256));
    }

    private void update(int count) {
      for (int i = 0; i < count && !items.isEmpty(); i++) {
        int position = random.below(items.size());
        Model.Item item = items.get(position);
        Map<String, Object> given = new LinkedHashMap<>();
        Map<Integer, Object> cells = new LinkedHashMap<>(item.cells());
        Map<Integer, Object> changed = cells(30, given);
        cells.putAll(changed);
        Origin origin = item.origin();
        if (random.chance(20)) {
          origin = origin();
          Row row = Row.of().origin(origin);
          given.forEach(row::set);
          transaction.update(item.id(), row);
        } else {
          transaction.update(item.id(), given);
        }
        written.computeIfAbsent(item.id(), id -> new HashSet<>()).addAll(changed.keySet());
        items.set(
            position,
            new Model.Item(
                item.id(),
                item.key(),
                origin,
                item.parent(),
                item.kind(),
                item.span(),
                cells,
                item.inputs()));
      }
    }

    private void delete(int count) {
      for (int i = 0; i < count && !items.isEmpty(); i++) {
        SampleId id = items.remove(random.below(items.size())).id();
        transaction.delete(id);
        written.remove(id);
      }
    }

    /** Returns the model with the identities and keys that the dataset chose for new samples. */
    Model committed(Version version) {
      assertThat(version.size()).isEqualTo(items.size() + appended.size());
      Model draft = new Model(columns, items, left);
      List<Model.Item> all = new ArrayList<>();
      for (Model.Item item : items) {
        all.add(withInputs(draft, item, written.getOrDefault(item.id(), Set.of())));
      }
      for (int i = 0; i < appended.size(); i++) {
        Sample sample = version.sample(items.size() + (long) i);
        Model.Item item = appended.get(i);
        if (item.key().isEmpty()) {
          assertThat(sample.key()).isNotEmpty();
        } else {
          assertThat(sample.key()).isEqualTo(item.key());
        }
        assertThat(sample.id().ordinal()).isEqualTo(i);
        if (i == 0) {
          assertThat(everyId).noneMatch(id -> id.run() == sample.id().run());
        }
        Model.Item named = item.with(sample.id(), sample.key());
        all.add(withInputs(draft, named, item.cells().keySet()));
      }
      all.forEach(item -> everyId.add(item.id()));
      return new Model(columns, all, left);
    }

    private Model.Item withInputs(Model draft, Model.Item item, Set<Integer> written) {
      Map<Integer, List<Object>> inputs = new LinkedHashMap<>(item.inputs());
      for (Model.Col col : columns) {
        if (!col.inputs().isEmpty() && written.contains(col.identity())) {
          inputs.put(col.identity(), draft.inputs(item, col));
        }
      }
      return new Model.Item(
          item.id(),
          item.key(),
          item.origin(),
          item.parent(),
          item.kind(),
          item.span(),
          item.cells(),
          inputs);
    }
  }
}
