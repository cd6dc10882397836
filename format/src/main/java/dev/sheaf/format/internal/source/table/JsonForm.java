package dev.sheaf.format.internal.source.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a JSON document is a table; see {@link JsonSource}.
 *
 * @param layout its form
 * @param member for {@code MEMBER} the member with the rows, for {@code RECORDS} the column that
 *     takes the names
 * @param note what is left out, or empty
 */
record JsonForm(Layout layout, String member, Optional<String> note) {
  /** The forms. */
  public enum Layout {
    ARRAY,
    MEMBER,
    COLUMNS,
    RECORDS,
    ROW
  }

  /**
   * What a member of the document's object is.
   *
   * @param length the number of elements of an array, or -1
   * @param objects whether it is an array of objects
   */
  private record Member(long length, boolean isObject, boolean objects) {}

  /** Reads the whole document once, without keeping values. */
  public static JsonForm of(JsonParser parser, SourceFile file) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw InputErrors.empty(file.location());
    }
    if (first == JsonToken.START_ARRAY) {
      return new JsonForm(Layout.ARRAY, "", Optional.empty());
    }
    if (first != JsonToken.START_OBJECT) {
      throw InputErrors.notAnObject("a single value", file.location());
    }
    Map<String, Member> members = new LinkedHashMap<>();
    Set<String> innerNames = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      members.put(name, member(parser, innerNames));
    }
    return of(members, innerNames, file);
  }

  private static Member member(JsonParser parser, Set<String> innerNames) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        innerNames.add(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
      return new Member(-1, true, false);
    }
    if (token != JsonToken.START_ARRAY) {
      return new Member(-1, false, false);
    }
    long length = 0;
    boolean objects = true;
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      objects &= t == JsonToken.START_OBJECT;
      parser.skipChildren();
      length++;
    }
    return new Member(length, false, objects && length > 0);
  }

  private static JsonForm of(Map<String, Member> members, Set<String> innerNames, SourceFile file) {
    List<String> tables = new ArrayList<>();
    members.forEach(
        (name, member) -> {
          if (member.objects()) {
            tables.add(name);
          }
        });
    if (tables.size() > 1) {
      throw InputErrors.of(
          32,
          "The document holds "
              + tables.size()
              + " tables: "
              + Names.brief(String.join(", ", tables)),
          file.location(),
          "Write the one to ingest into a file of its own");
    }
    if (tables.size() == 1) {
      List<String> rest = new ArrayList<>(members.keySet());
      rest.removeAll(tables);
      Optional<String> note =
          rest.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  "the rows are in \""
                      + Names.brief(tables.get(0))
                      + "\"; left out: "
                      + Names.brief(String.join(", ", rest)));
      return new JsonForm(Layout.MEMBER, tables.get(0), note);
    }
    if (!members.isEmpty() && members.values().stream().allMatch(Member::isObject)) {
      String column = "name";
      while (innerNames.contains(column)) {
        column = "record_" + column;
      }
      return new JsonForm(Layout.RECORDS, column, Optional.empty());
    }
    return columnsOrRow(members, file);
  }

  private static JsonForm columnsOrRow(Map<String, Member> members, SourceFile file) {
    boolean arrays =
        members.size() > 1 && members.values().stream().allMatch(member -> member.length() >= 0);
    long lengths = members.values().stream().mapToLong(Member::length).distinct().count();
    if (arrays && lengths > 1) {
      List<String> shown = new ArrayList<>();
      members.forEach((name, member) -> shown.add(name + "=" + member.length()));
      throw InputErrors.of(
          33,
          "The columns differ in length: " + Names.brief(String.join(", ", shown)),
          file.location(),
          "Give every array one element per row, null where there is none");
    }
    boolean columns =
        arrays
            || members.size() == 1
                && lengths == 1
                && members.values().iterator().next().length() > 0;
    return new JsonForm(columns ? Layout.COLUMNS : Layout.ROW, "", Optional.empty());
  }
}
