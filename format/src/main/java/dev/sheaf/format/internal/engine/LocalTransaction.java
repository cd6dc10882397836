package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.CommitRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A transaction on a {@link LocalDataset}. */
public final class LocalTransaction implements Transaction {
  static final String TRANSACTION_TRAILER = "Sheaf-Txn";
  private static final int SEARCHED_COMMITS = 10_000;

  private final LocalDataset dataset;
  private final String branch;
  private final LocalVersion base;
  private final boolean bornAtBase;
  private final Sinks sinks;
  private final PendingSchema schema;
  private final Appends appends;
  private final Map<SampleId, Map<String, Object>> updates = new TreeMap<>();
  private final Set<SampleId> deletes = new TreeSet<>();
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private final Map<String, Optional<byte[]>> documents = new TreeMap<>();
  private long[] order;
  private String transactionId;
  private Optional<CommitInfo> repeated = Optional.empty();
  private boolean done;

  LocalTransaction(LocalDataset dataset, String branch, LocalVersion base) {
    this(dataset, branch, base, false);
  }

  /**
   * Creates a transaction.
   *
   * @param bornAtBase whether its id was made when {@code base} was the newest version, so that an
   *     earlier commit of it comes after {@code base}
   */
  LocalTransaction(LocalDataset dataset, String branch, LocalVersion base, boolean bornAtBase) {
    this.bornAtBase = bornAtBase;
    this.dataset = dataset;
    this.branch = branch;
    this.base = base;
    FormatLeaf.checkWriter(
        base.state().tree().read(FormatLeaf.PATH), dataset.layers().context().dataset());
    this.sinks = new Sinks(dataset);
    this.schema = new PendingSchema(base.state());
    this.appends = new Appends(base, schema, sinks);
  }

  @Override
  public Version base() {
    return base;
  }

  @Override
  public Transaction id(String id) {
    if (id.isBlank() || id.length() > 200 || id.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidInputException(
          "SHEAF-INP-006",
          "Bad transaction id \"" + id + "\"",
          Location.NONE,
          "One line of 1 to 200 characters");
    }
    transactionId = id;
    trailers.put(TRANSACTION_TRAILER, id);
    repeated = earlier();
    return this;
  }

  /** Adds a {@code Name: value} line to the end of the commit message. */
  public LocalTransaction trailer(String name, String value) {
    trailers.put(name, value);
    return this;
  }

  /**
   * Keeps what is written so far under a name, so that a transaction of the same name that comes
   * after an interruption finds the payloads that were stamped.
   */
  public LocalTransaction staged(String name) {
    sinks.stage(name);
    return this;
  }

  /** Returns the payload that an interrupted transaction of the same name had stamped so. */
  public Optional<Media> recall(String stamp) {
    return sinks.recall(stamp);
  }

  /** Marks a payload that is appended next, so that it can be recalled. */
  public void stamp(Media media, String stamp) {
    sinks.stamp(media, stamp);
  }

  @Override
  public Transaction addColumn(Column column) {
    if (isRepeated()) {
      return this;
    }
    SystemColumns.checkName(column.name());
    schema.add(column);
    return this;
  }

  @Override
  public Transaction dropColumn(String name) {
    if (isRepeated()) {
      return this;
    }
    refuseWithSamples();
    SystemColumns.checkName(name);
    schema.drop(name);
    return this;
  }

  @Override
  public Transaction renameColumn(String from, String to) {
    if (isRepeated()) {
      return this;
    }
    refuseWithSamples();
    SystemColumns.checkName(from);
    SystemColumns.checkName(to);
    schema.rename(from, to);
    return this;
  }

  @Override
  public Transaction widenColumn(String name, Type wider) {
    if (isRepeated()) {
      return this;
    }
    refuseWithSamples();
    SystemColumns.checkName(name);
    schema.widen(name, wider);
    return this;
  }

  @Override
  public Transaction append(Row row) {
    if (isRepeated()) {
      return this;
    }
    refuseWithOrder();
    row.cells().keySet().forEach(SystemColumns::checkName);
    appends.add(row, Map.of());
    return this;
  }

  @Override
  public Transaction appendDerived(SampleId parent, String kind, String span, Row row) {
    if (isRepeated()) {
      return this;
    }
    refuseWithOrder();
    row.cells().keySet().forEach(SystemColumns::checkName);
    require(parent);
    Map<String, Object> system = new LinkedHashMap<>();
    system.put(SystemColumns.PARENT, SystemColumns.cell(parent));
    system.put(SystemColumns.KIND, kind);
    system.put(SystemColumns.SPAN, span);
    appends.add(row, system);
    return this;
  }

  @Override
  public Transaction update(SampleId sample, Map<String, Object> cells) {
    if (isRepeated()) {
      return this;
    }
    refuseWithOrder();
    cells.keySet().forEach(SystemColumns::checkName);
    return change(sample, cells);
  }

  @Override
  public Transaction update(SampleId sample, Row row) {
    update(sample, row.cells());
    if (isRepeated()) {
      return this;
    }
    if (row.origin() != null) {
      change(sample, Map.of(SystemColumns.ORIGIN, SystemColumns.cell(row.origin())));
    }
    return this;
  }

  /**
   * Changes where linked payloads of a sample lie, as far as they are the same and lie elsewhere.
   *
   * @return whether any does
   */
  public boolean relink(Sample sample, Map<String, Object> cells) {
    Map<String, Object> moved = new TreeMap<>(cells);
    moved
        .entrySet()
        .removeIf(
            cell ->
                base.schema().indexOf(cell.getKey()) < 0
                    || !Edits.isMoved(sample.value(cell.getKey()), cell.getValue()));
    if (!moved.isEmpty()) {
      update(sample.id(), moved);
    }
    return !moved.isEmpty();
  }

  private Transaction change(SampleId sample, Map<String, Object> cells) {
    require(sample);
    if (deletes.contains(sample)) {
      throw new InvalidInputException(
          "SHEAF-INP-007",
          "Sample is deleted in this transaction",
          Location.NONE.with("sample", sample.toString()),
          "Update it or delete it, not both");
    }
    Map<String, Object> known = updates.computeIfAbsent(sample, id -> new TreeMap<>());
    cells.forEach(
        (name, value) -> {
          schema.require(name, value);
          if (schema.find(name).isPresent()) {
            known.put(name, value);
          }
        });
    return this;
  }

  @Override
  public Transaction delete(SampleId sample) {
    if (isRepeated()) {
      return this;
    }
    refuseWithOrder();
    require(sample);
    updates.remove(sample);
    deletes.add(sample);
    return this;
  }

  private void require(SampleId sample) {
    OptionalLong index = base.indexOf(sample);
    if (index.isEmpty()) {
      throw new NotFoundException(
          "SHEAF-NF-009",
          "No sample " + sample + " in version " + base.commit().id().substring(0, 12),
          Location.of(dataset.path()),
          "It may be deleted, or belong to another branch");
    }
  }

  @Override
  public Transaction reorder(long... indices) {
    if (isRepeated()) {
      return this;
    }
    if (appended() > 0 || !updates.isEmpty() || !deletes.isEmpty()) {
      throw mixed();
    }
    Set<Long> seen = new java.util.HashSet<>();
    for (long index : indices) {
      if (index < 0 || index >= base.size() || !seen.add(index)) {
        throw new InvalidInputException(
            "SHEAF-INP-008",
            "Index " + index + " is out of range or occurs twice",
            Location.NONE,
            "Give a permutation or subset of 0 to " + (base.size() - 1));
      }
    }
    order = indices.clone();
    return this;
  }

  @Override
  public Transaction putDocument(String path, byte[] content) {
    if (isRepeated()) {
      return this;
    }
    Documents.check(path);
    if (content.length > Documents.MAX_BYTES) {
      throw new InvalidInputException(
          "SHEAF-INP-021",
          "Document is too large: expected at most "
              + Documents.MAX_BYTES
              + " bytes, got "
              + content.length,
          Location.NONE.with("document", path),
          "Keep what is long in a column");
    }
    documents.put(path, Optional.of(content.clone()));
    return this;
  }

  @Override
  public Transaction removeDocument(String path) {
    if (isRepeated()) {
      return this;
    }
    Documents.check(path);
    documents.put(path, Optional.empty());
    return this;
  }

  /** Cells are collected by the name and type that their column had when they were given. */
  private void refuseWithSamples() {
    if (appended() > 0 || !updates.isEmpty()) {
      throw new InvalidInputException(
          "SHEAF-INP-011",
          "A column cannot be renamed, dropped or widened after samples were added or changed",
          Location.NONE,
          "Change the columns first, or in a transaction of their own");
    }
  }

  private void refuseWithOrder() {
    if (order != null) {
      throw mixed();
    }
  }

  private static InvalidInputException mixed() {
    return new InvalidInputException(
        "SHEAF-INP-009",
        "A new order cannot be combined with other changes",
        Location.NONE,
        "Commit the one, then the other");
  }

  @Override
  public long appended() {
    return appends.count();
  }

  /** Tells whether the branch has a commit with this id: then nothing is collected. */
  private boolean isRepeated() {
    open();
    return repeated.isPresent();
  }

  private void open() {
    if (done) {
      throw new IllegalStateException("the transaction is committed or closed");
    }
  }

  @Override
  public Version commit(String message) {
    open();
    if (repeated.isPresent()) {
      return dataset.at(repeated.get().id());
    }
    List<Appends.DraftSegment> segments = appends.finish();
    Edits edits = Edits.draft(base, schema, updates, deletes, sinks);
    sinks.finish();
    CommitPlan plan =
        new CommitPlan(dataset, base, schema, segments, appends, edits, order, documents);
    String[] elsewhere = new String[1];
    CommitRequest request =
        Authors.request(
                message,
                head -> {
                  if (transactionId != null && !head.commitId().equals(base.commit().id())) {
                    elsewhere[0] = earlier().map(CommitInfo::id).orElse(null);
                  }
                  return elsewhere[0] != null
                      ? new dev.sheaf.format.internal.git.TreeEdit()
                      : plan.edit(head);
                })
            .withTrailers(trailers);
    CommitInfo commit = dataset.commit(branch, request);
    sinks.committed();
    done = true;
    return dataset.at(elsewhere[0] != null ? elsewhere[0] : commit.id());
  }

  private Optional<CommitInfo> earlier() {
    if (transactionId == null) {
      return Optional.empty();
    }
    Iterator<CommitInfo> walk = dataset.git().walk(branch);
    for (int i = 0; i < SEARCHED_COMMITS && walk.hasNext(); i++) {
      CommitInfo commit = walk.next();
      if (bornAtBase && commit.id().equals(base.commit().id())) {
        break;
      }
      if (transactionId.equals(commit.trailers().get(TRANSACTION_TRAILER))) {
        return Optional.of(commit);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    if (!done) {
      done = true;
      sinks.close();
    }
  }

  /** The columns as this transaction changes them. */
  static final class PendingSchema {
    private final VersionState base;
    private final Map<String, Column> byName = new LinkedHashMap<>();
    private final Map<String, Column> added = new LinkedHashMap<>();
    private final Map<String, Column> changed = new LinkedHashMap<>();
    private final Set<String> dropped = new TreeSet<>();

    PendingSchema(VersionState base) {
      this.base = base;
      base.schema().forEach(column -> byName.put(column.name(), column));
    }

    Optional<Column> find(String name) {
      return Optional.ofNullable(byName.get(name));
    }

    /** Returns the values of columns whose default is not null. */
    Map<String, Object> defaults() {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Column column : byName.values()) {
        Object value = column.defaultJson().equals("null") ? null : Defaults.value(column);
        if (value != null) {
          values.put(column.name(), value);
        }
      }
      return values;
    }

    /** Returns a column by id, or by name for one that has no id yet. */
    Optional<Column> findById(String idOrName) {
      Optional<Column> byId =
          byName.values().stream().filter(column -> column.id().equals(idOrName)).findFirst();
      return byId.isPresent() ? byId : find(idOrName);
    }

    List<Column> added() {
      return new ArrayList<>(added.values());
    }

    Map<String, Column> changed() {
      return changed;
    }

    Set<String> dropped() {
      return dropped;
    }

    boolean isEmpty() {
      return added.isEmpty() && changed.isEmpty() && dropped.isEmpty();
    }

    VersionState base() {
      return base;
    }

    void add(Column column) {
      Column known = byName.get(column.name());
      if (known != null) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-001",
            "Duplicate column name \"" + column.name() + "\"",
            Location.NONE,
            "It exists with type " + known.type() + "; choose another name");
      }
      Column.Derivation derivation = column.derivation();
      if (derivation != null) {
        List<String> inputs = new ArrayList<>();
        for (String input : derivation.inputs()) {
          Column source = byName.get(input);
          inputs.add(source == null || source.id().isEmpty() ? input : source.id());
        }
        derivation = new Column.Derivation(inputs, derivation.code());
      }
      Column fresh = new Column("", column.name(), column.type(), column.defaultJson(), derivation);
      // Throws where the default does not fit.
      Defaults.value(fresh);
      byName.put(fresh.name(), fresh);
      added.put(fresh.name(), fresh);
    }

    /** Adds the column of a value if it is not there. */
    void require(String name, Object value) {
      if (byName.containsKey(name) || value == null) {
        return;
      }
      Type system = SystemColumns.type(name);
      add(Column.of(name, system != null ? system : Inference.of(name, value)));
    }

    void drop(String name) {
      Column column = existing(name);
      byName.remove(name);
      changed.remove(column.id());
      dropped.add(column.id());
    }

    void rename(String from, String to) {
      Column column = existing(from);
      if (byName.containsKey(to)) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-001",
            "Duplicate column name \"" + to + "\"",
            Location.NONE,
            "Choose another");
      }
      byName.remove(from);
      replace(
          new Column(column.id(), to, column.type(), column.defaultJson(), column.derivation()));
    }

    void widen(String name, Type wider) {
      Column column = existing(name);
      if (!Defaults.isWider(column.type(), wider)) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-012",
            "Type " + wider + " does not hold every value of " + column.type(),
            Location.NONE.with("column", name),
            "Widen integers to wider integers or float64, floats to wider floats");
      }
      replace(new Column(column.id(), name, wider, column.defaultJson(), column.derivation()));
    }

    private void replace(Column column) {
      byName.put(column.name(), column);
      changed.put(column.id(), column);
    }

    private Column existing(String name) {
      Column column = byName.get(name);
      if (column != null && column.id().isEmpty()) {
        throw new InvalidInputException(
            "SHEAF-INP-011",
            "Column \"" + name + "\" is added by this transaction",
            Location.NONE,
            "Change it after the commit, or add it as it is to be");
      }
      if (column == null) {
        throw new NotFoundException(
            "SHEAF-NF-004",
            "Unknown column \"" + name + "\"",
            Location.NONE,
            dev.sheaf.format.Suggestion.of(name, new ArrayList<>(byName.keySet()), "columns"));
      }
      return column;
    }
  }

  /** Returns the error for changes that another writer made first. */
  static CommitConflictException conflict(String what, String hint) {
    return new CommitConflictException("SHEAF-CMT-001", what, Location.NONE, hint);
  }
}
