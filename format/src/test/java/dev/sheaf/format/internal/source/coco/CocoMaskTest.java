package dev.sheaf.format.internal.source.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.testdata.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CocoMaskTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = TestFiles.SOURCES.resolve("coco-masks/masks.jsonl");

  private static ObjectNode image(int height, int width) {
    return JsonNodeFactory.instance.objectNode().put("height", height).put("width", width);
  }

  private static Map<String, Object> annotation(JsonNode image, JsonNode segmentation) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("id", 7);
    node.set("segmentation", segmentation);
    return CocoAnnotation.of(node, image, Map.of(), Location.of("a.json"));
  }

  private static Map<String, Object> annotation(String segmentation) throws Exception {
    return annotation(image(6, 8), JSON.readTree(segmentation));
  }

  private static Map<?, ?> rle(Map<String, Object> annotation) {
    return (Map<?, ?>) annotation.get("rle");
  }

  /** Every line has what {@code COCO.annToRLE} gives. */
  @Test
  void equalsTheMasksOfPycocotools() throws Exception {
    List<String> lines = Files.readAllLines(GOLDEN);
    assertThat(lines).hasSizeGreaterThanOrEqualTo(300);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      Map<String, Object> found =
          annotation(image(line.get(0).intValue(), line.get(1).intValue()), line.get(2));
      assertThat(rle(found).get("counts"))
          .as("line %d: %s", i + 1, line.get(2))
          .isEqualTo(line.get(3).textValue());
      assertThat(rle(found).get("height")).isEqualTo(line.get(0).intValue());
      assertThat(rle(found).get("width")).isEqualTo(line.get(1).intValue());
      assertThat(found.get("polygons")).isEqualTo(line.get(2).isArray() ? line.get(2) : null);
    }
  }

  @Test
  void readsTheTextThatItWrites() throws Exception {
    for (String line : Files.readAllLines(GOLDEN)) {
      String counts = JSON.readTree(line).get(3).textValue();
      assertThat(CocoMask.text(CocoMask.runs(counts))).isEqualTo(counts);
    }
    int[] extremes = {0, Integer.MAX_VALUE, 1, 1, Integer.MAX_VALUE, 0};
    assertThat(CocoMask.runs(CocoMask.text(extremes))).containsExactly(extremes);
  }

  @Test
  void leavesPolygonsWithoutAMaskAlone() throws Exception {
    assertThat(rle(annotation("[]"))).isNull();
    Map<String, Object> box = annotation("[[1, 1, 2, 2]]"); // annToRLE refuses it
    assertThat(rle(box)).isNull();
    assertThat(CocoAnnotation.lacksRuns(box)).isTrue();
    JsonNode square = JSON.readTree("[[1, 1, 4, 1, 4, 3, 1, 3]]");
    Map<String, Object> unsized = annotation(JsonNodeFactory.instance.objectNode(), square);
    assertThat(unsized.get("polygons")).isEqualTo(square);
    assertThat(CocoAnnotation.lacksRuns(unsized)).isTrue();
    assertThat(CocoAnnotation.lacksRuns(annotation(image(6, 8), square))).isFalse();
  }

  @Test
  void saysWhatIsWrongWithAMask() {
    refuses("[[1, 1, \"4\", 1, 4, 3]]", "a polygon that is no list of numbers");
    refuses("[[1, 1, 1e300, 1, 4, 3]]", "coordinates far outside of any image");
    refuses("[[0,0, 3000000,0, 0,0, 3000000,0]]", "coordinates far outside of any image");
    refuses("{\"size\": [6, 8]}", "run lengths without a size or without counts");
    refuses("{\"size\": [6, -8], \"counts\": [48]}", "run lengths without a size");
    refuses("{\"size\": [60000, 60000], \"counts\": [48]}", "run lengths without a size");
    refuses(
        "{\"size\": [6, 8], \"counts\": [40, 7]}",
        "its counts add up to 47, and 6 x 8 pixels are 48");
    refuses("{\"size\": [6, 8], \"counts\": [50, -2]}", "a count of -2");
    refuses("{\"size\": [6, 8], \"counts\": [1.5, 46.5]}", "a count that is no integer");
    refuses("{\"size\": [6, 8], \"counts\": \"P\"}", "ends within a count");
    refuses("{\"size\": [6, 8], \"counts\": \"!\"}", "has a wrong sign");
    refuses("{\"size\": [6, 8], \"counts\": \"PPPPPPPPPPPP1\"}", "ends within a count");
  }

  private static void refuses(String segmentation, String reason) {
    assertThatThrownBy(() -> annotation(segmentation))
        .isInstanceOf(InvalidInputException.class)
        .hasFieldOrPropertyWithValue("code", "SHEAF-INP-056")
        .hasMessageContaining("Annotation 7 has a bad mask: ")
        .hasMessageContaining(reason)
        .hasMessageContaining("a.json");
  }
}
