package dev.sheaf.curation.internal.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Fills the page for looking and labelling. */
public final class LookHtml {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIDE = 224;
  private static final int LONGEST_CELL = 400;
  private static final int MOST_CHOICES = 30;
  private static final int LONGEST_CHOICE = 40;

  private LookHtml() {}

  /**
   * Returns the page.
   *
   * @param shown the samples
   * @param total how many there are in all
   */
  public static String write(
      Version version, long[] shown, long total, String title, List<String> labels) {
    Optional<String> pictures = Thumbnails.pictures(version.schema());
    Optional<String> captions = Thumbnails.captions(version.schema());
    List<ObjectNode> samples =
        Arrays.stream(shown)
            .parallel() // each sample by itself; the order is kept
            .mapToObj(index -> sample(version.sample(index), pictures, captions))
            .toList();
    ObjectNode data = JSON.createObjectNode();
    data.put("total", total);
    data.put("pictures", pictures.isPresent());
    data.set("facets", facets(samples));
    data.putArray("samples").addAll(samples);
    return Html.filled(
        Html.resource("look.html"),
        Map.of(
            "title", Html.escaped(title),
            "labels", Html.escaped(String.join(", ", labels)),
            "data", Html.script(data.toString())));
  }

  private static ObjectNode sample(
      Sample sample, Optional<String> pictures, Optional<String> captions) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", sample.id().toString());
    node.put("key", sample.key());
    node.put("index", sample.index());
    pictures
        .flatMap(column -> Thumbnails.of(sample.media(column), SIDE))
        .ifPresent(uri -> node.put("image", uri));
    captions
        .filter(column -> !sample.isNull(column))
        .ifPresent(column -> node.put("caption", sample.text(column)));
    ObjectNode cells = node.putObject("cells");
    for (Column column : sample.schema()) {
      if (!column.name().startsWith("_") && !sample.isNull(column.name())) {
        cells.put(column.name(), shown(sample.value(column.name())));
      }
    }
    return node;
  }

  private static String shown(Object value) {
    String text;
    if (value instanceof Media media) {
      text = media.kind().id() + " " + media.codec() + ", " + media.byteLength() + " bytes";
    } else if (value instanceof Tensor tensor) {
      text = tensor.toString();
    } else if (value instanceof ByteBuffer buffer) {
      text = buffer.remaining() + " bytes";
    } else if (value instanceof List<?> list
        && !list.isEmpty()
        && list.get(0) instanceof Map<?, ?>) {
      List<String> items = new ArrayList<>();
      list.forEach(item -> items.add(String.join(" ", texts((Map<?, ?>) item))));
      text = String.join("; ", items);
    } else {
      text = value.toString();
    }
    return Html.cut(text, LONGEST_CELL);
  }

  private static List<String> texts(Map<?, ?> fields) {
    return fields.values().stream().filter(v -> v != null).map(Object::toString).toList();
  }

  /** Columns with few, short values become filters. */
  private static ArrayNode facets(List<ObjectNode> samples) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (ObjectNode sample : samples) {
      sample
          .get("cells")
          .fields()
          .forEachRemaining(
              cell ->
                  values
                      .computeIfAbsent(cell.getKey(), k -> new TreeSet<>())
                      .add(cell.getValue().asText()));
    }
    ArrayNode facets = JSON.createArrayNode();
    values.forEach(
        (column, choices) -> {
          boolean few = choices.size() > 1 && choices.size() <= MOST_CHOICES;
          if (few && choices.stream().allMatch(c -> c.length() <= LONGEST_CHOICE)) {
            ObjectNode facet = facets.addObject();
            facet.put("column", column);
            ArrayNode list = facet.putArray("values");
            choices.forEach(list::add);
          }
        });
    return facets;
  }
}
