package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SchemaLeaves;
import dev.sheaf.format.internal.engine.SchemaLeaves.Ranked;
import dev.sheaf.format.internal.git.TreeEdit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Merges columns by their identity. Columns of one name that both sides added are united if one
 * type holds the values of both; the result then remembers the other's id as an alias.
 */
final class SchemaMerge {
  /** Tells whether a side changed cells of a column that the other side dropped. */
  @FunctionalInterface
  interface EditedCells {
    /** Compares the cells of the base's column with those of what it is called on the side. */
    boolean test(Merge.Side side, Column before, Column after);
  }

  private final MergeBase start;
  private final Decisions decisions;
  private final boolean foreign;
  private final EditedCells edited;
  private final List<MergedColumn> columns = new ArrayList<>();
  private final Map<String, String> ourIds = new HashMap<>();
  private final Map<String, String> theirIds = new HashMap<>();

  private SchemaMerge(MergeBase start, Decisions decisions, boolean foreign, EditedCells edited) {
    this.start = start;
    this.decisions = decisions;
    this.foreign = foreign;
    this.edited = edited;
  }

  /**
   * Merges.
   *
   * @param foreign whether the base may be of another line of history than ours: a column of the
   *     same name there is then the same column
   * @param edited tells whether a side changed cells of a column of the base that the other side
   *     dropped
   */
  static SchemaMerge of(
      MergeBase start,
      Map<String, Ranked> ours,
      Map<String, Ranked> theirs,
      Decisions decisions,
      boolean foreign,
      EditedCells edited) {
    SchemaMerge merge = new SchemaMerge(start, decisions, foreign, edited);
    List<Group> groups = merge.groups(start.state().columns(), ours, theirs);
    merge.identify(groups);
    groups.forEach(merge::add);
    merge.separateNames();
    return merge;
  }

  List<MergedColumn> columns() {
    return columns;
  }

  /**
   * Returns per id in the layers of a side another id that it has in those of the result. Where a
   * column takes an id that old cells in the layers have, these get its former id, under which
   * nobody sees them.
   */
  Map<String, String> layerIds(Merge.Side side) {
    Map<String, String> renamed = side == Merge.Side.OURS ? ourIds : theirIds;
    Map<String, String> ids = new HashMap<>(renamed);
    renamed.forEach((from, to) -> ids.putIfAbsent(to, from));
    return ids;
  }

  /** One column in all three versions, null where a version does not have it. */
  private static final class Group {
    private Ranked base;
    private Ranked ours;
    private Ranked theirs;

    /** Returns the id in the result. */
    String id(boolean keepsOurs) {
      Ranked one = ours != null ? ours : theirs != null ? theirs : base;
      String id = one.column().id();
      boolean both = ours != null && theirs != null && !keepsOurs;
      return both && theirs.column().id().compareTo(id) < 0 ? theirs.column().id() : id;
    }

    /** Returns the type that holds the values of both sides. */
    Optional<Type> type() {
      return wider(ours.column().type(), theirs.column().type());
    }

    /** Returns where the column stands: as the one side that moved it says. */
    long rank(boolean keepsOurs) {
      if (base != null && base.rank() == ours.rank()) {
        return theirs.rank();
      }
      boolean theirsStays = base != null && base.rank() == theirs.rank();
      return keepsOurs || theirsStays ? ours.rank() : Math.min(ours.rank(), theirs.rank());
    }
  }

  private List<Group> groups(
      Map<String, Ranked> base, Map<String, Ranked> ours, Map<String, Ranked> theirs) {
    Map<String, Group> byId = new TreeMap<>();
    Map<String, Group> byAlias = new TreeMap<>();
    List<Group> groups = new ArrayList<>();
    join(groups, byId, byAlias, ours, group -> group.ours, (group, one) -> group.ours = one);
    join(groups, byId, byAlias, base, group -> group.base, (group, one) -> group.base = one);
    join(groups, byId, byAlias, theirs, group -> group.theirs, (group, one) -> group.theirs = one);
    uniteByName(groups);
    return groups;
  }

  /** A column is the one that has its id, or else one of the ids that it was united with. */
  private static void join(
      List<Group> groups,
      Map<String, Group> byId,
      Map<String, Group> byAlias,
      Map<String, Ranked> side,
      Function<Group, Ranked> get,
      BiConsumer<Group, Ranked> set) {
    List<Ranked> rest = new ArrayList<>();
    for (Ranked ranked : side.values()) {
      Group group = byId.get(ranked.column().id());
      if (group == null || get.apply(group) != null) {
        rest.add(ranked);
      } else {
        set.accept(group, ranked);
        ranked.ids().forEach(id -> byAlias.putIfAbsent(id, group));
      }
    }
    for (Ranked ranked : rest) {
      Group group =
          ranked.ids().stream()
              .map(byAlias::get)
              .filter(known -> known != null && get.apply(known) == null)
              .findFirst()
              .orElse(null);
      if (group == null) {
        group = new Group();
        groups.add(group);
      }
      set.accept(group, ranked);
      byId.putIfAbsent(ranked.column().id(), group);
      for (String id : ranked.ids()) {
        byAlias.putIfAbsent(id, group);
      }
    }
  }

  /**
   * Says which id a column has in the result: of two the lesser one, whichever side is ours. A pick
   * leaves the columns of ours as they are. Inputs of derived columns are named by these ids.
   */
  private void identify(List<Group> groups) {
    Map<String, String> baseIds = new HashMap<>();
    for (Group group : groups) {
      String id = group.id(foreign);
      if (group.ours != null && group.theirs != null && group.type().isEmpty()) {
        continue;
      }
      note(ourIds, group.ours, id);
      note(theirIds, group.theirs, id);
      note(baseIds, group.base, id);
    }
    for (Group group : groups) {
      group.base = withInputs(group.base, baseIds, Map.of());
      group.ours = withInputs(group.ours, ourIds, baseIds);
      group.theirs = withInputs(group.theirs, theirIds, baseIds);
    }
  }

  private static void note(Map<String, String> ids, Ranked ranked, String id) {
    if (ranked != null && !ranked.column().id().equals(id)) {
      ids.put(ranked.column().id(), id);
    }
  }

  private static Ranked withInputs(
      Ranked ranked, Map<String, String> ids, Map<String, String> more) {
    if (ranked == null || ranked.column().derived().isEmpty()) {
      return ranked;
    }
    Column column = ranked.column();
    List<String> inputs =
        column.derivation().inputs().stream()
            .map(id -> ids.getOrDefault(id, more.getOrDefault(id, id)))
            .toList();
    return ranked.with(
        new Column(
            column.id(),
            column.name(),
            column.type(),
            column.defaultJson(),
            new Column.Derivation(inputs, column.derivation().code())));
  }

  /** Unites columns of one name that both sides added. */
  private void uniteByName(List<Group> groups) {
    for (Group group : List.copyOf(groups)) {
      boolean known = group.base != null && !foreign && !group.base.column().name().startsWith("_");
      if (known || group.ours != null || group.theirs == null) {
        continue;
      }
      for (Group other : groups) {
        boolean added = other.base == null && other.theirs == null && other.ours != null;
        if (added
            && other.ours.column().name().equals(group.theirs.column().name())
            && wider(other.ours.column().type(), group.theirs.column().type()).isPresent()
            && other.ours.column().defaultJson().equals(group.theirs.column().defaultJson())
            && sameCode(other.ours.column(), group.theirs.column())) {
          other.theirs = group.theirs;
          other.base = group.base;
          groups.remove(group);
          break;
        }
      }
    }
  }

  private static boolean sameCode(Column a, Column b) {
    return Objects.equals(
        a.derived().map(Column.Derivation::code), b.derived().map(Column.Derivation::code));
  }

  private static Optional<Type> wider(Type a, Type b) {
    if (a.equals(b) || Defaults.isWider(b, a)) {
      return Optional.of(a);
    }
    return Defaults.isWider(a, b) ? Optional.of(b) : Optional.empty();
  }

  private void add(Group group) {
    Column base = column(group.base);
    Column ours = column(group.ours);
    Column theirs = column(group.theirs);
    if (ours != null && theirs != null) {
      both(group, base, ours, theirs);
    } else if (ours == null && theirs == null) {
      columns.add(new MergedColumn(null, base, null, null, "dropped by both"));
    } else if (base == null) {
      Ranked added = ours != null ? group.ours : group.theirs;
      columns.add(
          new MergedColumn(
              added, null, ours, theirs, ours != null ? "added by ours" : "added by theirs"));
    } else {
      dropped(group, base, ours, theirs);
    }
  }

  private static Column column(Ranked ranked) {
    return ranked == null ? null : ranked.column();
  }

  private void dropped(Group group, Column base, Column ours, Column theirs) {
    Column kept = ours != null ? ours : theirs;
    Merge.Side keeper = ours != null ? Merge.Side.OURS : Merge.Side.THEIRS;
    String dropper = ours != null ? "theirs" : "ours";
    if (base.name().startsWith("_")) {
      // Sheaf's own columns stay, once they are there.
      columns.add(
          new MergedColumn(ours != null ? group.ours : group.theirs, base, ours, theirs, ""));
      return;
    }
    boolean touched =
        isDisputed(base)
            || start.hasDisputedCells(base.id())
            || !sameDefinition(base, kept)
            || edited.test(keeper, base, kept);
    boolean keep = false;
    if (touched) {
      Merge.Conflict conflict =
          conflict(
              base,
              ours,
              theirs,
              "dropped by " + dropper + ", changed by " + keeper.name().toLowerCase(Locale.ROOT));
      Merge.Resolution resolution = decisions.settle(conflict).orElse(null);
      keep = resolution == null || !resolution.choice().equals(dropper);
    }
    if (keep) {
      Ranked ranked = ours != null ? group.ours : group.theirs;
      columns.add(new MergedColumn(ranked, base, ours, theirs, "kept, dropped by " + dropper));
    } else {
      columns.add(new MergedColumn(null, base, ours, theirs, "dropped by " + dropper));
    }
  }

  private boolean isDisputed(Column base) {
    return start.isDisputed("column:" + base.id());
  }

  private static boolean sameDefinition(Column a, Column b) {
    return a.name().equals(b.name())
        && a.type().equals(b.type())
        && a.defaultJson().equals(b.defaultJson())
        && a.derived().equals(b.derived());
  }

  private static Merge.Conflict conflict(Column base, Column ours, Column theirs, String what) {
    return conflict((ours != null ? ours : theirs).id(), base, ours, theirs, what);
  }

  private static Merge.Conflict conflict(
      String id, Column base, Column ours, Column theirs, String what) {
    Column named = ours != null ? ours : theirs;
    return new Merge.Conflict(
        "column:" + id,
        Merge.ConflictKind.COLUMN,
        null,
        "",
        named.name(),
        shown(base),
        shown(ours),
        shown(theirs),
        "column \"" + named.name() + "\" " + what);
  }

  private static String shown(Column column) {
    return column == null ? null : column.name() + ": " + column.type();
  }

  private void both(Group group, Column base, Column ours, Column theirs) {
    // Never the narrower one, whoever changed it: layers have cells of the wider type.
    Type type = group.type().orElse(null);
    if (type == null) {
      twoTypes(group, base, ours, theirs);
      return;
    }
    Column from = base == null || isDisputed(base) ? null : base;
    String name = three(from == null ? null : from.name(), ours.name(), theirs.name());
    String json =
        three(from == null ? null : from.defaultJson(), ours.defaultJson(), theirs.defaultJson());
    Optional<Column.Derivation> derived =
        three(from == null ? null : from.derived(), ours.derived(), theirs.derived());
    if (base == null && derived == null && sameCode(ours, theirs)) {
      String left = ours.derivation().inputs().toString();
      String right = theirs.derivation().inputs().toString();
      derived = foreign || left.compareTo(right) <= 0 ? ours.derived() : theirs.derived();
    }
    String note =
        base == null
            ? "added by both"
            : sameDefinition(ours, base) && !sameDefinition(theirs, base)
                ? "changed by theirs"
                : !sameDefinition(ours, base) ? "changed by ours" : "";
    if (name == null || json == null || derived == null) {
      Merge.Conflict conflict =
          conflict(group.id(foreign), base, ours, theirs, "has two new definitions or names");
      String choice = decisions.settle(conflict).map(Merge.Resolution::choice).orElse("ours");
      Column chosen =
          choice.equals("theirs") ? theirs : choice.equals("base") && base != null ? base : ours;
      name = name == null ? chosen.name() : name;
      json = json == null ? chosen.defaultJson() : json;
      derived = derived == null ? chosen.derived() : derived;
    }
    String id = group.id(foreign);
    Set<String> aliases = new TreeSet<>(group.ours.ids());
    aliases.addAll(group.theirs.ids());
    aliases.remove(id);
    Column result = new Column(id, name, type, json, derived.orElse(null));
    Ranked ranked = new Ranked(result, group.rank(foreign), List.copyOf(aliases));
    columns.add(new MergedColumn(ranked, base, ours, theirs, note));
  }

  /** Returns what both agree on or one alone changed, or null. */
  private static <T> T three(T base, T ours, T theirs) {
    if (ours.equals(theirs) || theirs.equals(base)) {
      return ours;
    }
    return ours.equals(base) ? theirs : null;
  }

  /** No type holds the values of both: they become two columns, where both are new. */
  private void twoTypes(Group group, Column base, Column ours, Column theirs) {
    if (base != null) {
      decisions.refuse(
          conflict(
              base,
              ours,
              theirs,
              "was widened to "
                  + ours.type()
                  + " in ours and to "
                  + theirs.type()
                  + " in theirs, and no type holds both; widen one of them further first"));
      columns.add(new MergedColumn(group.ours, base, ours, null, "another type in theirs"));
      return;
    }
    Merge.Conflict conflict =
        conflict(
            base,
            ours,
            theirs,
            "has type "
                + ours.type()
                + " in ours and "
                + theirs.type()
                + " in theirs; the side that is taken keeps the name, the other gets a new one");
    boolean takesTheirs =
        decisions.settle(conflict).map(r -> r.choice().equals("theirs")).orElse(false);
    String otherId = theirs.id();
    if (otherId.equals(ours.id())) {
      otherId = SchemaLeaves.id(Long.parseUnsignedLong(ours.id(), 16), theirs.type().toString());
      theirIds.put(theirs.id(), otherId);
    }
    String ourName = takesTheirs ? ours.name() + "_ours" : ours.name();
    String theirName = takesTheirs ? theirs.name() : theirs.name() + "_theirs";
    columns.add(
        new MergedColumn(
            renamed(group.ours, ours.id(), ourName), base, ours, null, "another type in theirs"));
    columns.add(
        new MergedColumn(
            renamed(group.theirs, otherId, theirName), null, null, theirs, "another type in ours"));
  }

  private static Ranked renamed(Ranked ranked, String id, String name) {
    Column column = ranked.column();
    return new Ranked(
        new Column(id, name, column.type(), column.defaultJson(), column.derivation()),
        ranked.rank(),
        ranked.aliases());
  }

  /** Two columns that came to have one name are told apart. */
  private void separateNames() {
    Map<String, Integer> byName = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      MergedColumn column = columns.get(i);
      if (column.result() == null) {
        continue;
      }
      Integer other = byName.putIfAbsent(column.name(), i);
      if (other == null) {
        continue;
      }
      MergedColumn first = columns.get(other);
      boolean firstIsOurs = first.ours() != null && first.ours().name().equals(column.name());
      MergedColumn ours = firstIsOurs ? first : column;
      MergedColumn theirs = firstIsOurs ? column : first;
      Merge.Conflict conflict =
          conflict(
              null,
              ours.result().column(),
              theirs.result().column(),
              "is one column in ours and another in theirs; the side that is taken keeps the name,"
                  + " the other gets a new one");
      boolean takesTheirs =
          decisions.settle(conflict).map(r -> r.choice().equals("theirs")).orElse(false);
      MergedColumn loser = takesTheirs ? ours : theirs;
      String name = free(loser.name() + (takesTheirs ? "_ours" : "_theirs"));
      MergedColumn fresh =
          new MergedColumn(
              renamed(loser.result(), loser.id(), name),
              loser.base(),
              loser.ours(),
              loser.theirs(),
              loser.note());
      columns.set(columns.indexOf(loser), fresh);
      byName.put(column.name(), columns.indexOf(takesTheirs ? theirs : ours));
      byName.put(name, columns.indexOf(fresh));
    }
  }

  private String free(String wanted) {
    Collection<String> taken =
        columns.stream().filter(c -> c.result() != null).map(MergedColumn::name).toList();
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + i;
    }
    return name;
  }

  /** Writes the leaves that differ from ours. */
  void write(TreeEdit edit, Map<String, Ranked> ours) {
    Set<String> kept = new TreeSet<>();
    for (MergedColumn column : columns) {
      if (column.result() == null) {
        continue;
      }
      Ranked result = column.result();
      String id = result.column().id();
      kept.add(id);
      byte[] bytes = SchemaLeaves.toBytes(result);
      Ranked before = ours.get(id);
      if (before == null || !Arrays.equals(SchemaLeaves.toBytes(before), bytes)) {
        edit.put(SchemaLeaves.path(id), bytes);
      }
    }
    for (String id : ours.keySet()) {
      if (!kept.contains(id)) {
        edit.remove(SchemaLeaves.path(id));
      }
    }
  }
}
