package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.io.FolderLock;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.HeapPages;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.layer.PageBudget;
import dev.sheaf.format.internal.layer.ReadContext;
import dev.sheaf.format.internal.workspace.StagedCells;
import dev.sheaf.format.internal.workspace.StagedJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Staged edits of a {@link LocalDataset}: {@code local/staged/<workspace>/<branch>.edits}, and
 * beside it a folder of chunks for what does not fit a line.
 */
final class LocalStagedEdits implements StagedEdits, AutoCloseable {
  private static final String FOLDER = "staged";
  private static final String CHUNKS = ".chunks";
  private static final String LOCK = "lock";
  private static final long HEAP_BYTES = 16L << 20;

  private final LocalDataset dataset;
  private final String workspace;
  private final String branch;
  private final Path folder;
  private final Path chunks;
  private final StagedJournal journal;
  private final LocalChunkStore store;
  private final ReadContext context;

  LocalStagedEdits(LocalDataset dataset, String workspace, String branch) {
    this.dataset = dataset;
    this.workspace = workspace;
    this.branch = branch;
    this.folder = folder(dataset, workspace);
    this.journal = new StagedJournal(folder.resolve(fileName(branch) + StagedJournal.SUFFIX));
    this.chunks = folder.resolve(fileName(branch) + CHUNKS);
    this.store = new LocalChunkStore(chunks, chunks.resolve("tmp"));
    this.context =
        new ReadContext(
            store,
            new HeapPages(HEAP_BYTES),
            new PageBudget(HEAP_BYTES),
            Location.of(journal.file()));
  }

  private static Path folder(LocalDataset dataset, String workspace) {
    return dataset.local().resolve(FOLDER).resolve(fileName(workspace));
  }

  /** Percent-encodes all but plain characters, so that any name is a file name and none collide. */
  private static String fileName(String name) {
    StringBuilder file = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && Character.isLetterOrDigit(c) || "@_-".indexOf(c) >= 0;
      file.append(
          plain || c == '.' && file.length() > 0 ? "" + c : String.format("%%%02X", (int) c));
    }
    return file.toString();
  }

  /** Returns the branches for which a workspace has staged edits. */
  static List<String> branches(LocalDataset dataset, String workspace) {
    return headers(folder(dataset, workspace)).stream()
        .map(StagedJournal.Header::branch)
        .sorted()
        .toList();
  }

  /** Returns the commits that staged edits of any workspace started from. */
  static Set<String> bases(LocalDataset dataset) {
    Path all = dataset.local().resolve(FOLDER);
    Set<String> bases = new HashSet<>();
    for (Path workspace : list(all)) {
      headers(workspace).forEach(header -> bases.add(header.base()));
    }
    return bases;
  }

  private static List<StagedJournal.Header> headers(Path folder) {
    List<StagedJournal.Header> headers = new ArrayList<>();
    for (Path file : list(folder)) {
      if (file.toString().endsWith(StagedJournal.SUFFIX)) {
        new StagedJournal(file).read().ifPresent(content -> headers.add(content.header()));
      }
    }
    return headers;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String workspace() {
    return workspace;
  }

  @Override
  public String branch() {
    return branch;
  }

  @Override
  public boolean isEmpty() {
    return journal.read().isEmpty();
  }

  @Override
  public Optional<Version> base() {
    return journal.read().map(content -> base(content.header()));
  }

  @Override
  public String transactionId() {
    return journal.read().map(content -> content.header().transaction()).orElse("");
  }

  @Override
  public Schema schema() {
    return load().map(state -> state.columns.schema()).orElseGet(() -> dataset.at(branch).schema());
  }

  private LocalVersion base(StagedJournal.Header header) {
    return new LocalVersion(dataset.state(dataset.git().snapshot(header.base())));
  }

  private <T> T locked(Supplier<T> work) {
    try {
      DurableFiles.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + folder + ": " + e.getMessage(), e);
    }
    return FolderLock.during(folder, LOCK, work);
  }

  /** What a journal says, cells not read yet. */
  private static final class State {
    final StagedJournal.Header header;
    final LocalVersion base;
    final StagedColumns columns;
    final List<ArrayNode> cells = new ArrayList<>();
    final Set<SampleId> deleted = new java.util.TreeSet<>();

    State(StagedJournal.Header header, LocalVersion base) {
      this.header = header;
      this.base = base;
      this.columns = new StagedColumns(base.state().schema());
    }
  }

  private Optional<State> load() {
    return journal.read().map(this::state);
  }

  private State state(StagedJournal.Content content) {
    String path = journal.file().toString();
    State state = new State(content.header(), base(content.header()));
    for (ObjectNode entry : content.entries()) {
      state.columns.replay(Json.array(entry, "columns", path), path);
      state.cells.add(Json.array(entry, "cells", path));
      Json.texts(entry, "deleted", path).forEach(id -> state.deleted.add(SampleId.parse(id)));
    }
    return state;
  }

  private State fresh() {
    dataset.requireBranch(branch);
    LocalVersion base = (LocalVersion) dataset.at(branch);
    FormatLeaf.checkWriter(
        base.state().tree().read(FormatLeaf.PATH), dataset.layers().context().dataset());
    return new State(
        new StagedJournal.Header(
            UUID.randomUUID().toString(), workspace, branch, base.commit().id()),
        base);
  }

  @Override
  public void add(EditSet edits) {
    if (edits.isEmpty()) {
      return;
    }
    locked(
        () -> {
          Optional<State> known = load();
          State state = known.orElseGet(this::fresh);
          ObjectNode entry = entry(state, edits);
          if (known.isEmpty()) {
            journal.write(state.header, List.of(entry));
          } else {
            journal.append(entry);
          }
          return null;
        });
  }

  /** Checks edits and writes their chunks. */
  private ObjectNode entry(State state, EditSet edits) {
    ArrayNode columnEdits = Json.object().arrayNode();
    for (EditSet.ColumnEdit edit : edits.columns()) {
      columnEdits.add(state.columns.apply(edit));
    }
    edits.deletes().forEach(id -> require(state, id));
    Map<SampleId, Map<String, Object>> cells = new TreeMap<>();
    edits
        .cells()
        .forEach(
            (id, values) -> {
              require(state, id);
              if (!edits.deletes().contains(id)) {
                cells.put(id, byId(state, values));
              }
            });
    return entry(columnEdits, cells, edits.deletes(), state.columns);
  }

  private ObjectNode entry(
      ArrayNode columnEdits,
      Map<SampleId, Map<String, Object>> cells,
      Collection<SampleId> deleted,
      StagedColumns columns) {
    ObjectNode entry = Json.object();
    entry.set("columns", columnEdits);
    try (Sinks sinks = new Sinks(store, folder)) {
      entry.set(
          "cells",
          StagedCells.write(cells, columns.byId(), sinks, sinks::newChunk, () -> seal(sinks)));
    }
    ArrayNode deletedNode = entry.putArray("deleted");
    deleted.forEach(id -> deletedNode.add(id.toString()));
    return entry;
  }

  /** There is no folder of chunks until there is a chunk. */
  private void seal(Sinks sinks) {
    sinks.finish();
    try {
      if (Files.isDirectory(chunks)) {
        DurableFiles.syncDirectory(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot sync " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> byId(State state, Map<String, Object> values) {
    Map<String, Object> byId = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          SystemColumns.checkName(name);
          Column column = state.columns.require(name);
          if (value != null) {
            CellHash.canonical(column.type(), value, name);
          }
          byId.put(state.columns.idOf(name), value);
        });
    return byId;
  }

  private void require(State state, SampleId id) {
    if (state.deleted.contains(id)) {
      throw new InvalidInputException(
          "SHEAF-INP-007",
          "Sample is deleted by staged edits",
          Location.NONE.with("sample", id.toString()),
          "`sheaf restore DATASET id:" + id + "` takes the deletion back");
    }
    if (state.base.indexOf(id).isEmpty()) {
      throw new NotFoundException(
          "SHEAF-NF-009",
          "No sample " + id + " in version " + state.header.base().substring(0, 12),
          Location.of(dataset.path()),
          "Staged edits started from that version; commit or restore them first, then edit samples"
              + " that came later");
    }
  }

  /** Returns the cells that are set by column id, without those of dropped columns and samples. */
  private Map<SampleId, Map<String, Object>> cells(State state) {
    Map<SampleId, Map<String, Object>> cells = new TreeMap<>();
    String path = journal.file().toString();
    state.cells.forEach(array -> StagedCells.read(array, context, path, cells));
    cells.keySet().removeAll(state.deleted);
    cells.values().forEach(values -> values.keySet().retainAll(state.columns.byId().keySet()));
    cells.values().removeIf(Map::isEmpty);
    return cells;
  }

  private static Map<SampleId, Map<String, Object>> byName(
      Map<SampleId, Map<String, Object>> cells, StagedColumns columns) {
    Map<SampleId, Map<String, Object>> named = new TreeMap<>();
    cells.forEach(
        (id, values) -> {
          Map<String, Object> row = new TreeMap<>();
          values.forEach((column, value) -> row.put(columns.byId().get(column).name(), value));
          named.put(id, row);
        });
    return named;
  }

  @Override
  public Changes changes() {
    Optional<State> loaded = load();
    if (loaded.isEmpty()) {
      return new Changes(List.of(), List.of(), Map.of(), Map.of(), List.of());
    }
    State state = loaded.get();
    return new Changes(
        state.columns.added(),
        state.columns.dropped(),
        state.columns.renamed(),
        byName(cells(state), state.columns),
        List.copyOf(state.deleted));
  }

  @Override
  public void restore() {
    locked(
        () -> {
          clear();
          return null;
        });
  }

  /** The journal goes first: chunks without one mean nothing. */
  private void clear() {
    journal.delete();
    store.close();
    try {
      if (Files.isDirectory(chunks)) {
        try (Stream<Path> files = Files.walk(chunks)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + chunks + ": " + e.getMessage(), e);
    }
  }

  @Override
  public long restore(Collection<SampleId> samples, Collection<String> columns) {
    return locked(() -> load().map(state -> restore(state, samples, columns)).orElse(0L));
  }

  private long restore(State state, Collection<SampleId> samples, Collection<String> columns) {
    Set<String> ids = new HashSet<>();
    columns.forEach(name -> ids.add(state.columns.restorableId(name)));
    Map<SampleId, Map<String, Object>> cells = cells(state);
    long[] count = {0};
    cells.forEach(
        (id, values) -> {
          if (samples.isEmpty() || samples.contains(id)) {
            int before = values.size();
            values.keySet().removeIf(column -> ids.isEmpty() || ids.contains(column));
            count[0] += before - values.size();
          }
        });
    if (ids.isEmpty()) {
      int before = state.deleted.size();
      state.deleted.removeIf(id -> samples.isEmpty() || samples.contains(id));
      count[0] += before - state.deleted.size();
    }
    StagedColumns left = new StagedColumns(state.base.state().schema());
    Set<String> undone = samples.isEmpty() ? (ids.isEmpty() ? state.columns.ids() : ids) : Set.of();
    ArrayNode edits = state.columns.editsWithout(undone);
    left.replay(edits, journal.file().toString());
    cells.values().forEach(values -> values.keySet().retainAll(left.byId().keySet()));
    cells.values().removeIf(Map::isEmpty);
    if (edits.isEmpty() && cells.isEmpty() && state.deleted.isEmpty()) {
      clear();
    } else {
      journal.write(state.header, List.of(entry(edits, cells, state.deleted, left)));
    }
    return count[0];
  }

  @Override
  public Version commit(String message) {
    return locked(() -> commitLocked(message));
  }

  private Version commitLocked(String message) {
    State state =
        load()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "SHEAF-INP-060",
                        "Nothing is staged for branch \"" + branch + "\"",
                        Location.of(dataset.path()),
                        "Stage edits first: sheaf set, apply, delete, add-column"));
    Version version;
    dataset.requireBranch(branch);
    try (LocalTransaction transaction = new LocalTransaction(dataset, branch, state.base, true)) {
      transaction.id(state.header.transaction());
      state.columns.applyTo(transaction);
      byName(cells(state), state.columns).forEach(transaction::update);
      state.deleted.forEach(transaction::delete);
      version = transaction.commit(message);
    }
    clear();
    return version;
  }

  @Override
  public void close() {
    store.close();
  }
}
