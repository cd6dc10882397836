package dev.sheaf.format.internal.source.coco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CocoSourceTest {
  private static final Path COCO = TestFiles.SOURCES.resolve("coco");

  @TempDir Path folder;

  @Test
  void joinsBoxesMasksCaptionsAndImages() {
    SampleSource source = SourceTests.open(COCO);
    assertThat(SourceTests.schema(source))
        .contains(
            "image: media<image>",
            "image_id: int64",
            "file_name: utf8",
            "width: int64",
            "license: int64",
            "captions: list<utf8>");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(rows).hasSize(3);
    assertThat(((Media) rows.get(0).get("image")).width()).isEqualTo(8);
    assertThat(rows.get(0).get("captions")).isEqualTo(List.of("A blue field.", "Nothing else."));
    assertThat(rows.get(2)).doesNotContainKey("captions");
    List<?> objects = (List<?>) rows.get(0).get("annotations");
    assertThat(objects).hasSize(2);
    Map<?, ?> cat = (Map<?, ?>) objects.get(0);
    assertThat(cat.get("category")).isEqualTo("cat");
    assertThat(cat.get("supercategory")).isEqualTo("animal");
    assertThat(cat.get("bbox")).isEqualTo(List.of(1.0, 1.0, 3.0, 2.0));
    assertThat(cat.get("polygons"))
        .isEqualTo(List.of(List.of(1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0)));
    assertThat(((Map<?, ?>) cat.get("rle")).get("counts")).isEqualTo("724000g0");
    Map<?, ?> car = (Map<?, ?>) objects.get(1);
    assertThat(car.get("iscrowd")).isEqualTo(1L);
    assertThat(((Map<?, ?>) car.get("rle")).get("height")).isEqualTo(6L);
  }

  /** The expected texts are those of pycocotools' {@code mask.frUncompressedRLE}. */
  @Test
  void writesRunLengthsAsCocoDoes() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(CocoMask.text(json.readValue("[13, 2, 4, 2, 4, 2, 21]", int[].class)))
        .isEqualTo("=24000a0");
    assertThat(CocoMask.text(json.readValue(COUNTS, int[].class))).isEqualTo(TEXT);
  }

  private static final String COUNTS = "[0, 1000, 3, 70, 5, 12345, 1, 2, 26574]";
  private static final String TEXT = "0Xo03nRO2co;LYnC]ni0";

  @Test
  void namesSamplesByTheirImages() {
    Path dataset = folder.resolve("d.sheaf");
    assertThat(Ingest.from(COCO).into(dataset).run().rowsAdded()).isEqualTo(3);
    assertThat(Ingest.from(COCO).into(dataset).run().changed()).isFalse();
    try (Dataset opened = Dataset.open(dataset)) {
      assertThat(opened.head().find("002.jpg")).isPresent();
    }
  }

  @Test
  void takesOneFileOfAnnotations() {
    SampleSource source = SourceTests.open(COCO.resolve("annotations/instances.json"));
    assertThat(SourceTests.rows(source)).hasSize(3);
    assertThat(SourceTests.schema(source)).contains("image: media<image>");
  }
}
