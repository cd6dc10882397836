package dev.sheaf.format.merge;

import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A version as plain maps and lists, and its three-way merge as one would write it without a
 * thought of size: the oracle of {@link RandomMergeTest}. Immutable.
 *
 * @param columns by id
 * @param samples in order
 * @param documents content by path
 */
record MergeModel(Map<String, Col> columns, List<Item> samples, Map<String, Integer> documents) {
  static final MergeModel EMPTY = new MergeModel(Map.of(), List.of(), Map.of());

  MergeModel {
    // Sorted, for the random steps of a seed to be the same in each JVM.
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
    samples = List.copyOf(samples);
    documents = Collections.unmodifiableMap(new TreeMap<>(documents));
  }

  /**
   * A column.
   *
   * @param kind tells the type: columns of one name have one kind
   * @param aliases ids of columns united with it
   */
  record Col(String id, String name, String kind, Set<String> aliases) {
    Col {
      aliases = Collections.unmodifiableSet(new TreeSet<>(aliases));
    }

    boolean isAlso(Col other) {
      Set<String> ids = new HashSet<>(aliases);
      ids.add(id);
      return ids.contains(other.id) || other.aliases.stream().anyMatch(ids::contains);
    }
  }

  /** A sample; cells by column id, null ones left out. */
  record Item(SampleId id, String key, Map<String, Object> cells) {
    Item {
      cells = Collections.unmodifiableMap(new TreeMap<>(cells));
    }
  }

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
   * @param free samples of which the model does not know what both began with
   * @param freeCells per sample that comes back the columns that the side it comes from does not
   *     have: it may have had cells of them before
   * @param unplaced samples whose place is not known: one that comes back may have its old one
   * @param disputed the conflicts as a base of another merge names them, by ids
   * @param isOpen whether it hangs on samples that the base is not sure of if a column is dropped
   */
  record Merged(
      MergeModel model,
      Set<String> conflicts,
      Set<SampleId> free,
      Map<SampleId, Set<String>> freeCells,
      Set<SampleId> unplaced,
      Set<String> disputed,
      boolean isOpen) {}

  Optional<Item> find(SampleId id) {
    return samples.stream().filter(item -> item.id().equals(id)).findFirst();
  }

  private Map<SampleId, Item> byId() {
    Map<SampleId, Item> items = new LinkedHashMap<>();
    samples.forEach(item -> items.put(item.id(), item));
    return items;
  }

  /** One column in all versions, null where it is not, and the id that it has in the result. */
  private static final class Group {
    private Col base;
    private Col ours;
    private Col theirs;
    private Col result;
  }

  /**
   * Merges.
   *
   * @param disputed what the bases that {@code base} was merged from were in conflict about
   * @param unsure samples of the base whose cells are not known
   * @param foreign whether a column of the base that ours does not have may be one of ours by name
   */
  static Merged merge(
      MergeModel base,
      Set<String> disputed,
      Set<SampleId> unsure,
      MergeModel ours,
      MergeModel theirs,
      Settled settled,
      boolean foreign) {
    return new Merger(base, disputed, unsure, ours, theirs, settled, foreign).run();
  }

  private static final class Merger {
    private final MergeModel base;
    private final Set<String> disputedBase;
    private final Set<SampleId> unsure;
    private boolean isOpen;
    private final MergeModel ours;
    private final MergeModel theirs;
    private final Settled settled;
    private final boolean foreign;
    private final Set<String> conflicts = new TreeSet<>();
    private final Set<String> disputed = new TreeSet<>();
    private final Set<SampleId> free = new HashSet<>();
    private final Map<SampleId, Set<String>> freeCells = new HashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final Map<SampleId, Item> b;
    private final Map<SampleId, Item> o;
    private final Map<SampleId, Item> t;

    Merger(
        MergeModel base,
        Set<String> disputedBase,
        Set<SampleId> unsure,
        MergeModel ours,
        MergeModel theirs,
        Settled settled,
        boolean foreign) {
      this.disputedBase = disputedBase;
      this.unsure = unsure;
      this.foreign = foreign;
      this.base = base;
      this.ours = ours;
      this.theirs = theirs;
      this.settled = settled;
      this.b = base.byId();
      this.o = ours.byId();
      this.t = theirs.byId();
    }

    Merged run() {
      group();
      groups.forEach(this::mergeColumn);
      nameClashes();
      Map<SampleId, Item> merged = samples();
      Map<String, Col> columns = new TreeMap<>();
      groups.stream()
          .filter(group -> group.result != null)
          .forEach(group -> columns.put(group.result.id(), group.result));
      boolean takesTheirs = moved(base, theirs) && !moved(base, ours);
      Set<SampleId> unplaced = new HashSet<>(merged.keySet());
      unplaced.removeAll((takesTheirs ? t : o).keySet());
      return new Merged(
          new MergeModel(columns, inOrder(merged), documents()),
          conflicts,
          free,
          freeCells,
          unplaced,
          disputed,
          isOpen);
    }

    /** A column is the one that has its id, or else one of the ids that it was united with. */
    private void group() {
      Map<String, Group> byId = new HashMap<>();
      for (Col col : ours.columns.values()) {
        join(byId, col, group -> group.ours).ours = col;
      }
      for (Col col : base.columns.values()) {
        join(byId, col, group -> group.base).base = col;
      }
      for (Col col : theirs.columns.values()) {
        join(byId, col, group -> group.theirs).theirs = col;
      }
      for (Group group : List.copyOf(groups)) {
        if (group.theirs != null && group.ours == null && (group.base == null || foreign)) {
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

    private Group join(Map<String, Group> byId, Col col, Function<Group, Col> side) {
      List<String> ids = new ArrayList<>(List.of(col.id()));
      ids.addAll(col.aliases());
      Group group =
          ids.stream()
              .map(byId::get)
              .filter(known -> known != null && side.apply(known) == null)
              .findFirst()
              .orElse(null);
      if (group == null) {
        group = new Group();
        groups.add(group);
      }
      for (String id : ids) {
        byId.putIfAbsent(id, group);
      }
      return group;
    }

    private void mergeColumn(Group group) {
      if (group.ours != null && group.theirs != null) {
        String name = group.ours.name();
        if (!group.ours.name().equals(group.theirs.name())) {
          boolean known = group.base != null && !disputedBase.contains("column " + group.base.id());
          boolean oursSame = known && group.base.name().equals(group.ours.name());
          boolean theirsSame = known && group.base.name().equals(group.theirs.name());
          if (oursSame) {
            name = group.theirs.name();
          } else if (!theirsSame) {
            conflicts.add("column " + group.ours.name());
            disputed.add("column " + group.ours.id());
            name =
                settled == Settled.THEIRS
                    ? group.theirs.name()
                    : settled == Settled.BASE && group.base != null
                        ? group.base.name()
                        : group.ours.name();
          }
        }
        Set<String> aliases = new HashSet<>(group.ours.aliases());
        aliases.addAll(group.theirs.aliases());
        aliases.add(group.theirs.id());
        aliases.remove(group.ours.id());
        group.result = new Col(group.ours.id(), name, group.ours.kind(), aliases);
      } else if (group.base == null) {
        group.result = group.ours != null ? group.ours : group.theirs;
      } else if (group.ours != null || group.theirs != null) {
        Col kept = group.ours != null ? group.ours : group.theirs;
        MergeModel side = group.ours != null ? ours : theirs;
        boolean renamed = !kept.name().equals(group.base.name());
        List<Item> changed =
            side.samples.stream()
                .filter(item -> b.containsKey(item.id()))
                .filter(
                    item ->
                        !Objects.equals(
                            item.cells().get(kept.id()),
                            b.get(item.id()).cells().get(group.base.id())))
                .toList();
        boolean edited = !changed.isEmpty();
        boolean known =
            !disputedBase.contains("column " + group.base.id())
                && disputedBase.stream()
                    .noneMatch(
                        one -> one.startsWith("cell ") && one.endsWith(" " + group.base.id()));
        if (!renamed && known && edited) {
          isOpen |= changed.stream().allMatch(item -> unsure.contains(item.id()));
        }
        if (!renamed && known && !edited) {
          isOpen |=
              side.samples.stream()
                  .anyMatch(item -> b.containsKey(item.id()) && unsure.contains(item.id()));
        }
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

    private static Object missing(Group group) {
      return Kinds.missing(group.result.kind());
    }

    private boolean isDisputed(Item before, Group group) {
      return before != null
          && group.base != null
          && disputedBase.contains("cell " + before.id() + " " + group.base.id());
    }

    private boolean edited(Item before, Item after, Item other, boolean byUs) {
      if (other == null && disputedBase.contains("sample " + before.id())) {
        return true;
      }
      return groups.stream()
          .filter(group -> group.result != null)
          .anyMatch(
              group -> {
                Col side = byUs ? group.ours : group.theirs;
                Object then = group.base == null ? missing(group) : cell(before, group.base);
                return side != null
                    && (isDisputed(before, group) || !Objects.equals(then, cell(after, side)));
              });
    }

    private Map<SampleId, Item> samples() {
      Map<SampleId, Item> merged = new LinkedHashMap<>();
      Set<SampleId> done = new HashSet<>();
      Map<String, Item> theirKeys = new HashMap<>();
      t.values().forEach(item -> theirKeys.put(item.key(), item));
      for (Item x : o.values()) {
        Item y = theirKeys.get(x.key());
        if (y == null || y.id().equals(x.id())) {
          continue;
        }
        boolean xOld = b.containsKey(x.id());
        boolean yOld = b.containsKey(y.id());
        boolean unites =
            (!xOld && !yOld)
                || (xOld && edited(b.get(x.id()), x, t.get(x.id()), true))
                || (yOld && edited(b.get(y.id()), y, o.get(y.id()), false));
        if (unites) {
          Item from = xOld ? b.get(x.id()) : yOld ? b.get(y.id()) : null;
          SampleId id = xOld || (!yOld && x.id().compareTo(y.id()) < 0) ? x.id() : y.id();
          merged.put(id, new Item(id, x.key(), cells(x.key(), id, from, x, y, false, true)));
          done.add(x.id());
          done.add(y.id());
        }
      }
      Set<SampleId> all = new TreeSet<>(o.keySet());
      all.addAll(t.keySet());
      all.removeAll(done);
      for (SampleId id : all) {
        sample(id).ifPresent(item -> merged.put(id, item));
      }
      return merged;
    }

    private Optional<Item> sample(SampleId id) {
      Item from = b.get(id);
      Item left = o.get(id);
      Item right = t.get(id);
      if (left != null && right != null) {
        boolean unknown = from == null;
        if (unknown) {
          free.add(id);
        }
        return Optional.of(
            new Item(id, left.key(), cells(left.key(), id, from, left, right, unknown, false)));
      }
      Item there = left != null ? left : right;
      boolean byUs = left != null;
      if (from != null) {
        if (!edited(from, there, null, byUs)) {
          return Optional.empty();
        }
        conflicts.add((byUs ? "deleted by them " : "deleted by us ") + there.key());
        disputed.add("sample " + id);
        boolean goes = settled == (byUs ? Settled.THEIRS : Settled.OURS);
        if (goes) {
          return Optional.empty();
        }
      }
      Map<String, Object> cells = new HashMap<>();
      for (Group group : groups) {
        Col side = byUs ? group.ours : group.theirs;
        Object value = cell(there, side);
        if (group.result != null && side == null) {
          freeCells.computeIfAbsent(id, i -> new HashSet<>()).add(group.result.id());
        }
        if (group.result != null && value != null) {
          cells.put(group.result.id(), value);
        }
      }
      return Optional.of(new Item(id, there.key(), cells));
    }

    private Map<String, Object> cells(
        String key,
        SampleId id,
        Item from,
        Item left,
        Item right,
        boolean unknown,
        boolean unites) {
      Map<String, Object> cells = new HashMap<>();
      for (Group group : groups) {
        if (group.result == null) {
          continue;
        }
        // Samples that are united had nothing before, not even what a default shows.
        Object before = group.base == null && !unites ? missing(group) : cell(from, group.base);
        Object a = group.ours == null ? before : cell(left, group.ours);
        Object c = group.theirs == null ? before : cell(right, group.theirs);
        Object value;
        boolean known = !isDisputed(from, group) || group.ours == null || group.theirs == null;
        if (Objects.equals(a, c) || (known && Objects.equals(c, before))) {
          value = a;
        } else if (known && Objects.equals(a, before)) {
          value = c;
        } else {
          Optional<Object> joined =
              known ? join(group.result.kind(), before, a, c) : Optional.empty();
          value = joined.orElse(null);
          if (joined.isEmpty()) {
            if (!unknown) {
              conflicts.add("cell " + key + " " + group.result.name());
            }
            disputed.add("cell " + id + " " + group.result.id());
            value = settled == Settled.THEIRS ? c : settled == Settled.BASE ? before : a;
          }
        }
        if (value != null) {
          cells.put(group.result.id(), value);
        }
      }
      return cells;
    }

    /** Sets are joined, all else is not. */
    private static Optional<Object> join(String kind, Object before, Object a, Object c) {
      if (!kind.equals("set") || a == null || c == null) {
        return Optional.empty();
      }
      List<?> from = before == null ? List.of() : (List<?>) before;
      List<?> left = (List<?>) a;
      List<?> right = (List<?>) c;
      List<Object> joined = new ArrayList<>();
      from.stream().filter(x -> left.contains(x) && right.contains(x)).forEach(joined::add);
      Set<String> added = new TreeSet<>();
      left.stream().filter(x -> !from.contains(x)).forEach(x -> added.add((String) x));
      right.stream().filter(x -> !from.contains(x)).forEach(x -> added.add((String) x));
      joined.addAll(added);
      return Optional.of(joined);
    }

    private static boolean moved(MergeModel before, MergeModel after) {
      List<SampleId> then = new ArrayList<>(before.samples.stream().map(Item::id).toList());
      List<SampleId> now = new ArrayList<>(after.samples.stream().map(Item::id).toList());
      Set<SampleId> both = new HashSet<>(then);
      both.retainAll(new HashSet<>(now));
      then.retainAll(both);
      now.retainAll(both);
      return !then.equals(now);
    }

    private List<Item> inOrder(Map<SampleId, Item> merged) {
      boolean takesTheirs = moved(base, theirs) && !moved(base, ours);
      Set<SampleId> order = new java.util.LinkedHashSet<>();
      (takesTheirs ? t : o).keySet().forEach(order::add);
      (takesTheirs ? o : t).keySet().forEach(order::add);
      return order.stream().filter(merged::containsKey).map(merged::get).toList();
    }

    private Map<String, Integer> documents() {
      Map<String, Integer> merged = new HashMap<>();
      Set<String> paths = new TreeSet<>(ours.documents.keySet());
      paths.addAll(theirs.documents.keySet());
      for (String path : paths) {
        Integer before = base.documents.get(path);
        Integer left = ours.documents.get(path);
        Integer right = theirs.documents.get(path);
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
}
