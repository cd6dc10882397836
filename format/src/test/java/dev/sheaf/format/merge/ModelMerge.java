package dev.sheaf.format.merge;

import dev.sheaf.format.SampleId;
import dev.sheaf.format.merge.MergeModel.Col;
import dev.sheaf.format.merge.MergeModel.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A three-way merge of models as one would write it without a thought of size, by the rules of
 * {@code docs/versions.md} alone: the oracle of {@link RandomMergeTest}.
 */
final class ModelMerge {
  private final MergeModel base;
  private final Set<String> disputedBase;
  private final MergeModel ours;
  private final MergeModel theirs;
  private final Starts starts;
  private final Settled settled;
  private final boolean pick;
  private final Set<String> conflicts = new TreeSet<>();
  private final Set<String> disputed = new TreeSet<>();
  private final Set<SampleId> replaced = new HashSet<>();
  private final List<Group> groups = new ArrayList<>();

  /** How what is in conflict is settled. */
  enum Settled {
    NOT,
    OURS,
    THEIRS,
    BASE
  }

  /**
   * What a merge gives.
   *
   * @param conflicts in words that name kind, sample and column
   * @param disputed the conflicts as a base of another merge names them, by ids
   */
  record Merged(MergeModel model, Set<String> conflicts, Set<String> disputed) {}

  /** A cell that both sides started from. */
  record Start(Object value) {}

  /** Tells what samples were that both sides have and the base does not. */
  @FunctionalInterface
  interface Starts {
    /** Returns the cell with which a sample came to both sides, or empty if it was not one. */
    Optional<Start> of(SampleId sample, Col column);
  }

  /** One column in all versions, null where it is not, and as it is in the result. */
  private static final class Group {
    private Col base;
    private Col ours;
    private Col theirs;
    private Col result;
  }

  private ModelMerge(
      MergeGraph.Base base,
      MergeModel ours,
      MergeModel theirs,
      Starts starts,
      Settled settled,
      boolean pick) {
    this.base = base.model();
    this.disputedBase = base.disputed();
    this.ours = ours;
    this.theirs = theirs;
    this.starts = starts;
    this.settled = settled;
    this.pick = pick;
  }

  /**
   * Merges.
   *
   * @param pick whether it is a revert or cherry-pick, whose base is of another line of history
   */
  static Merged of(
      MergeGraph.Base base,
      MergeModel ours,
      MergeModel theirs,
      Starts starts,
      Settled settled,
      boolean pick) {
    return new ModelMerge(base, ours, theirs, starts, settled, pick).run();
  }

  private Merged run() {
    group();
    groups.forEach(this::mergeColumn);
    nameClashes();
    Map<SampleId, Item> items = samples();
    Map<String, Col> columns = new TreeMap<>();
    groups.stream()
        .filter(group -> group.result != null)
        .forEach(group -> columns.put(group.result.id(), group.result));
    Set<Long> runs = runs(items.keySet());
    Set<SampleId> deleted = deleted(items.keySet(), runs);
    List<SampleId> places = places(items.keySet(), deleted);
    return new Merged(
        new MergeModel(columns, places, items, deleted, runs, documents()), conflicts, disputed);
  }

  /** A column is the one that has its id, or else one of the ids that it was united with. */
  private void group() {
    join(ours, group -> group.ours, (group, col) -> group.ours = col);
    join(base, group -> group.base, (group, col) -> group.base = col);
    join(theirs, group -> group.theirs, (group, col) -> group.theirs = col);
    for (Group group : List.copyOf(groups)) {
      if (group.theirs != null && group.ours == null && (group.base == null || pick)) {
        groups.stream()
            .filter(g -> g.base == null && g.theirs == null && g.ours != null)
            .filter(g -> g.ours.name().equals(group.theirs.name()))
            .filter(g -> g.ours.kind().equals(group.theirs.kind()))
            .findFirst()
            .ifPresent(
                named -> {
                  named.base = group.base;
                  named.theirs = group.theirs;
                  groups.remove(group);
                });
      }
    }
  }

  private interface Setter {
    void set(Group group, Col col);
  }

  private void join(MergeModel side, Function<Group, Col> get, Setter set) {
    List<Col> rest = new ArrayList<>();
    for (Col col : side.columns().values()) {
      groups.stream()
          .filter(group -> get.apply(group) == null)
          .filter(group -> members(group).stream().anyMatch(one -> one.id().equals(col.id())))
          .findFirst()
          .ifPresentOrElse(group -> set.set(group, col), () -> rest.add(col));
    }
    for (Col col : rest) {
      Group found =
          groups.stream()
              .filter(group -> get.apply(group) == null)
              .filter(
                  group ->
                      members(group).stream()
                          .anyMatch(member -> member.ids().stream().anyMatch(col.ids()::contains)))
              .findFirst()
              .orElse(null);
      if (found == null) {
        found = new Group();
        groups.add(found);
      }
      set.set(found, col);
    }
  }

  private static List<Col> members(Group group) {
    return Stream.of(group.ours, group.base, group.theirs).filter(Objects::nonNull).toList();
  }

  private void mergeColumn(Group group) {
    if (group.ours != null && group.theirs != null) {
      String a = group.ours.id();
      String b = group.theirs.id();
      // Whichever side is ours, the lesser id stays; a pick changes no column of ours.
      String id = pick || a.compareTo(b) < 0 ? a : b;
      String name = group.ours.name();
      if (!group.ours.name().equals(group.theirs.name())) {
        boolean known = group.base != null && !disputedBase.contains("column " + group.base.id());
        boolean oursSame = known && group.base.name().equals(group.ours.name());
        boolean theirsSame = known && group.base.name().equals(group.theirs.name());
        if (oursSame) {
          name = group.theirs.name();
        } else if (!theirsSame) {
          conflicts.add("column " + group.ours.name());
          disputed.add("column " + id);
          name =
              settled == Settled.THEIRS
                  ? group.theirs.name()
                  : settled == Settled.BASE && group.base != null
                      ? group.base.name()
                      : group.ours.name();
        }
      }
      Set<String> aliases = new HashSet<>(group.ours.ids());
      aliases.addAll(group.theirs.ids());
      aliases.remove(id);
      group.result = new Col(id, name, group.ours.kind(), aliases);
    } else if (group.base == null) {
      group.result = group.ours != null ? group.ours : group.theirs;
    } else if (group.ours != null || group.theirs != null) {
      Col kept = group.ours != null ? group.ours : group.theirs;
      MergeModel side = group.ours != null ? ours : theirs;
      boolean renamed = !kept.name().equals(group.base.name());
      boolean edited =
          side.samples().stream()
              .filter(item -> base.items().containsKey(item.id()))
              .anyMatch(
                  item ->
                      !Objects.equals(
                          item.cells().get(kept.id()),
                          base.items().get(item.id()).cells().get(group.base.id())));
      boolean known =
          !disputedBase.contains("column " + group.base.id())
              && disputedBase.stream()
                  .noneMatch(one -> one.startsWith("cell ") && one.endsWith(" " + group.base.id()));
      if (renamed || edited || !known) {
        conflicts.add("column " + kept.name());
        disputed.add("column " + kept.id());
        boolean goes = settled == (group.ours != null ? Settled.THEIRS : Settled.OURS);
        group.result = goes ? null : kept;
      }
    }
  }

  private void nameClashes() {
    Map<String, Group> byName = new HashMap<>();
    for (Group group : groups) {
      if (group.result != null) {
        Group other = byName.putIfAbsent(group.result.name(), group);
        if (other != null) {
          conflicts.add("clash " + group.result.name());
          if (settled == Settled.BASE) {
            separate(other, group);
          }
        }
      }
    }
  }

  /** Two columns came to have one name: that of theirs gets another one. */
  private void separate(Group one, Group other) {
    String name = one.result.name();
    boolean oneIsOurs = one.ours != null && one.ours.name().equals(name);
    Group theirsNamed = oneIsOurs ? other : one;
    disputed.add("column " + (oneIsOurs ? one : other).result.id());
    Set<String> taken = new HashSet<>();
    groups.stream().filter(g -> g.result != null).forEach(g -> taken.add(g.result.name()));
    String free = name + "_theirs";
    for (int i = 2; taken.contains(free); i++) {
      free = name + "_theirs" + i;
    }
    Col col = theirsNamed.result;
    theirsNamed.result = new Col(col.id(), free, col.kind(), col.aliases());
  }

  private static Object cell(Item item, Col col) {
    return item == null || col == null ? null : item.cells().get(col.id());
  }

  /** Returns what a sample showed before: that of a column that was not there its default. */
  private static Object before(Item item, Group group) {
    return group.base == null ? Kinds.missing(group.result.kind()) : cell(item, group.base);
  }

  private boolean isDisputed(Item before, Group group) {
    return before != null
        && group.base != null
        && disputedBase.contains("cell " + before.id() + " " + group.base.id());
  }

  /** Tells whether a sample that the other side removed was changed in what a person sets. */
  private boolean edited(Item before, Item after, boolean byUs) {
    if (disputedBase.contains("sample " + before.id())) {
      return true;
    }
    return groups.stream()
        .filter(group -> group.result != null && !Kinds.isDerived(group.result.kind()))
        .anyMatch(
            group -> {
              Col side = byUs ? group.ours : group.theirs;
              return side != null
                  && (isDisputed(before, group)
                      || !Objects.equals(before(before, group), cell(after, side)));
            });
  }

  private Map<SampleId, Item> samples() {
    Map<SampleId, Item> merged = new LinkedHashMap<>();
    Set<SampleId> done = new HashSet<>();
    Map<String, Item> theirKeys = new HashMap<>();
    theirs.samples().forEach(item -> theirKeys.put(item.key(), item));
    for (Item x : ours.samples()) {
      Item y = theirKeys.get(x.key());
      if (y != null && !y.id().equals(x.id()) && unites(x, y)) {
        Item from = base.find(x.id()).or(() -> base.find(y.id())).orElse(null);
        SampleId id = from != null ? from.id() : x.id().compareTo(y.id()) < 0 ? x.id() : y.id();
        merged.put(id, new Item(id, x.key(), united(x.key(), id, from, x, y)));
        replaced.add(id.equals(x.id()) ? y.id() : x.id());
        done.add(x.id());
        done.add(y.id());
      }
    }
    Set<SampleId> all = new TreeSet<>(ours.items().keySet());
    all.addAll(theirs.items().keySet());
    all.removeAll(done);
    for (SampleId id : all) {
      sample(id).ifPresent(item -> merged.put(id, item));
    }
    return merged;
  }

  /** Two samples of one key are united, unless one is an old one that its side left as it was. */
  private boolean unites(Item x, Item y) {
    if (base.items().containsKey(x.id())) {
      return !theirs.items().containsKey(x.id()) && edited(base.items().get(x.id()), x, true);
    }
    if (base.items().containsKey(y.id())) {
      return !ours.items().containsKey(y.id()) && edited(base.items().get(y.id()), y, false);
    }
    return true;
  }

  private Optional<Item> sample(SampleId id) {
    Item from = base.items().get(id);
    Item left = ours.items().get(id);
    Item right = theirs.items().get(id);
    if (left != null && right != null) {
      Map<String, Object> cells = new HashMap<>();
      for (Group group : groups) {
        if (group.result == null) {
          continue;
        }
        Object value;
        if (group.ours == null || group.theirs == null) {
          value = group.ours != null ? cell(left, group.ours) : cell(right, group.theirs);
        } else {
          Optional<Start> start =
              from != null
                  ? Optional.of(new Start(before(from, group)))
                  : starts.of(id, group.result);
          boolean known = start.isPresent() && !isDisputed(from, group);
          value =
              cell(
                  left.key(),
                  id,
                  group,
                  start.map(Start::value).orElse(null),
                  known,
                  isDisputed(from, group),
                  cell(left, group.ours),
                  cell(right, group.theirs));
        }
        put(cells, group, value);
      }
      return Optional.of(new Item(id, left.key(), cells));
    }
    Item there = left != null ? left : right;
    boolean byUs = left != null;
    if (from != null) {
      if (!edited(from, there, byUs)) {
        return Optional.empty();
      }
      conflicts.add((byUs ? "deleted by them " : "deleted by us ") + there.key());
      disputed.add("sample " + id);
      if (settled == (byUs ? Settled.THEIRS : Settled.OURS)) {
        return Optional.empty();
      }
    }
    Map<String, Object> cells = new HashMap<>();
    for (Group group : groups) {
      if (group.result != null) {
        Col side = byUs ? group.ours : group.theirs;
        boolean known = side != null || (from != null && group.base != null);
        put(
            cells,
            group,
            !known
                ? Kinds.missing(group.result.kind())
                : side != null ? cell(there, side) : cell(from, group.base));
      }
    }
    return Optional.of(new Item(id, there.key(), cells));
  }

  private static void put(Map<String, Object> cells, Group group, Object value) {
    if (value != null) {
      cells.put(group.result.id(), value);
    }
  }

  /** The cells of two samples of one key: as if both had been added to nothing, if they were. */
  private Map<String, Object> united(String key, SampleId id, Item from, Item left, Item right) {
    Map<String, Object> cells = new HashMap<>();
    for (Group group : groups) {
      if (group.result == null) {
        continue;
      }
      Object value;
      if (group.ours == null || group.theirs == null) {
        value = group.ours != null ? cell(left, group.ours) : cell(right, group.theirs);
      } else {
        boolean disputes = isDisputed(from, group);
        Object before = cell(from, group.base);
        Object a = cell(left, group.ours);
        value = cell(key, id, group, before, !disputes, disputes, a, cell(right, group.theirs));
      }
      put(cells, group, value);
    }
    return cells;
  }

  /**
   * Merges one cell.
   *
   * @param known whether a side that shows {@code before} has not changed the cell
   * @param disputes whether the bases were in conflict about it
   */
  private Object cell(
      String key,
      SampleId id,
      Group group,
      Object before,
      boolean known,
      boolean disputes,
      Object a,
      Object c) {
    if (Objects.equals(a, c) || (known && Objects.equals(c, before))) {
      return a;
    }
    if (known && Objects.equals(a, before)) {
      return c;
    }
    Optional<Object> joined =
        disputes ? Optional.empty() : Kinds.join(group.result.kind(), before, a, c);
    if (joined.isPresent()) {
      return joined.get();
    }
    conflicts.add("cell " + key + " " + group.result.name());
    disputed.add("cell " + id + " " + group.result.id());
    return settled == Settled.THEIRS ? c : settled == Settled.BASE ? before : a;
  }

  /** A pick does not bring in an append of which it shows nothing. */
  private Set<Long> runs(Set<SampleId> live) {
    Set<Long> brought = new HashSet<>(theirs.runs());
    if (pick) {
      Set<Long> shown = new HashSet<>();
      live.forEach(id -> shown.add(id.run()));
      brought.retainAll(shown);
    }
    return MergeModel.with(ours.runs(), brought);
  }

  /** Deleted is what a side notes as deleted; what it has left out of the order is not there. */
  private Set<SampleId> deleted(Set<SampleId> live, Set<Long> runs) {
    Set<SampleId> deleted = new HashSet<>(theirs.deleted());
    base.items().keySet().stream()
        .filter(id -> !ours.runs().contains(id.run()) || !theirs.runs().contains(id.run()))
        .forEach(deleted::add);
    deleted.addAll(replaced);
    deleted.removeIf(id -> live.contains(id) || !runs.contains(id.run()));
    Set<SampleId> all = new HashSet<>(MergeModel.with(ours.deleted(), deleted));
    all.removeAll(live);
    return all.equals(ours.deleted()) ? ours.deleted() : all;
  }

  private boolean moved(MergeModel after) {
    List<SampleId> then = new ArrayList<>(base.items().keySet());
    List<SampleId> now = new ArrayList<>(after.items().keySet());
    then.retainAll(after.items().keySet());
    now.retainAll(base.items().keySet());
    return !then.equals(now);
  }

  /** The order of ours, or that of theirs where they alone moved samples; new ones at the end. */
  private List<SampleId> places(Set<SampleId> live, Set<SampleId> deleted) {
    boolean takesTheirs = moved(theirs) && !moved(ours);
    boolean leavesOut =
        ours.items().keySet().stream().anyMatch(id -> !live.contains(id) && !deleted.contains(id));
    Set<SampleId> sequence = new LinkedHashSet<>();
    if (takesTheirs || leavesOut) {
      sequence.addAll((takesTheirs ? theirs : ours).places());
      sequence.addAll((takesTheirs ? ours : theirs).places());
      sequence.retainAll(live);
      return MergeModel.ordered(new ArrayList<>(sequence), deleted);
    }
    sequence.addAll(ours.places());
    theirs.places().stream().filter(live::contains).forEach(sequence::add);
    return new ArrayList<>(sequence);
  }

  private Map<String, Integer> documents() {
    Map<String, Integer> merged = new HashMap<>();
    Set<String> paths = new TreeSet<>(ours.documents().keySet());
    paths.addAll(theirs.documents().keySet());
    for (String path : paths) {
      Integer before = base.documents().get(path);
      Integer left = ours.documents().get(path);
      Integer right = theirs.documents().get(path);
      boolean known = !disputedBase.contains("document " + path);
      Integer value = left;
      if (known && Objects.equals(left, before)) {
        value = right;
      } else if (!(known && Objects.equals(right, before)) && !Objects.equals(left, right)) {
        conflicts.add("document " + path);
        disputed.add("document " + path);
        value = settled == Settled.THEIRS ? right : settled == Settled.BASE ? before : left;
      }
      if (value != null) {
        merged.put(path, value);
      }
    }
    return merged;
  }
}
