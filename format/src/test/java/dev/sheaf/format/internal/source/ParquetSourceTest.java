package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Media;
import dev.sheaf.format.testdata.TestFiles;
import java.util.List;
import java.util.Map;

class ParquetSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.parquet";
  }

  @Override
  boolean nests() {
    return true;
  }

  @org.junit.jupiter.api.Test
  void readsTheMediaStructsOfHuggingFace() {
    SampleSource source = SourceTests.open(TestFiles.SOURCES.resolve("huggingface/media.parquet"));
    assertThat(SourceTests.schema(source))
        .containsExactly(
            "id: int64",
            "picture: media<image>",
            "picture_path: utf8",
            "sound: media<audio>",
            "pictures: list<utf8>",
            "pictures_0: media<image>",
            "pictures_1: media<image>");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(rows.get(2)).containsEntry("picture_path", "2.jpg").containsEntry("sound", null);
    assertThat(((Media) rows.get(1).get("sound")).byteLength()).isEqualTo(60);
    assertThat(rows.get(2).get("pictures")).isEqualTo(List.of("2-0.jpg", "2-1.jpg"));
    assertThat(((Media) rows.get(2).get("pictures_1")).width()).isEqualTo(8);
    assertThat(rows.get(0).get("pictures")).isEqualTo(List.of());
    assertThat(rows.get(0)).doesNotContainKey("pictures_0");
  }
}
