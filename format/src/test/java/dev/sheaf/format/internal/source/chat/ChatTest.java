package dev.sheaf.format.internal.source.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTest {
  @TempDir Path folder;

  private SampleSource open(String name, String content) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    return SourceTests.open(Files.writeString(folder.resolve(name), content));
  }

  private void picture(String name, int number) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.copy(TestFiles.PETS.resolve("cat/cat_0" + number + ".jpg"), folder.resolve(name));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> turns(Map<String, Object> row) {
    return (List<Map<String, Object>>) row.get("messages");
  }

  private static List<String> said(Map<String, Object> row) {
    return turns(row).stream().map(turn -> turn.get("role") + ": " + turn.get("content")).toList();
  }

  @Test
  void readsAlpacaAndKeepsItsColumns() throws IOException {
    SampleSource source =
        open(
            "a.json",
            "[{\"instruction\": \"Add.\", \"input\": \"1 2\", \"output\": \"3\","
                + " \"system\": \"Be brief.\", \"history\": [[\"hi\", \"hello\"]]},"
                + "{\"instruction\": \"Greet.\", \"input\": \"\", \"output\": \"Hi.\","
                + " \"system\": \"\", \"history\": []}]");
    assertThat(SourceTests.schema(source).get(0)).startsWith("messages: list<struct<role: utf8");
    assertThat(SourceTests.schema(source))
        .contains("instruction: utf8", "input: utf8", "output: utf8");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(said(rows.get(0)))
        .containsExactly(
            "system: Be brief.", "user: hi", "assistant: hello", "user: Add.\n1 2", "assistant: 3");
    assertThat(said(rows.get(1))).containsExactly("user: Greet.", "assistant: Hi.");
    assertThat(rows.get(0)).containsEntry("input", "1 2");
  }

  @Test
  void readsShareGptWithToolCalls() throws IOException {
    SampleSource source =
        open(
            "s.jsonl",
            "{\"conversations\": [{\"from\": \"human\", \"value\": \"Weather?\"},"
                + "{\"from\": \"function_call\", \"value\":"
                + " \"{\\\"name\\\": \\\"weather\\\", \\\"arguments\\\": {\\\"city\\\": \\\"Bern\\\"}}\"},"
                + "{\"from\": \"observation\", \"value\": \"{\\\"c\\\": 7}\"},"
                + "{\"from\": \"gpt\", \"value\": \"7 degrees.\", \"score\": 2}], \"tools\": \"[]\"}\n");
    assertThat(SourceTests.schema(source)).hasSize(2).contains("tools: utf8");
    Map<String, Object> row = SourceTests.rows(source).get(0);
    assertThat(turns(row).stream().map(turn -> turn.get("role")))
        .containsExactly("user", "assistant", "tool", "assistant");
    assertThat(turns(row).stream().map(turn -> turn.get("from")))
        .containsExactly("human", "function_call", "observation", "gpt");
    Map<?, ?> call = (Map<?, ?>) ((List<?>) turns(row).get(1).get("tool_calls")).get(0);
    assertThat(call.get("name")).isEqualTo("weather");
    assertThat(call.get("arguments")).isEqualTo("{\"city\":\"Bern\"}");
    assertThat(turns(row).get(3).get("extra")).isEqualTo("{\"score\":2}");
  }

  @Test
  void readsOpenAiMessagesWithEveryField() throws IOException {
    SampleSource source =
        open(
            "o.jsonl",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"x\", \"name\": \"Ann\"},"
                + "{\"role\": \"assistant\", \"content\": null, \"reasoning_content\": \"hm\","
                + " \"loss_weight\": 0.5, \"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\","
                + " \"function\": {\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}}]},"
                + "{\"role\": \"tool\", \"tool_call_id\": \"c1\", \"content\": \"2\"}]}\n");
    List<Map<String, Object>> turns = turns(SourceTests.rows(source).get(0));
    assertThat(turns.get(0)).containsEntry("name", "Ann").containsEntry("from", null);
    assertThat(turns.get(1))
        .containsEntry("content", null)
        .containsEntry("reasoning", "hm")
        .containsEntry("weight", 0.5);
    assertThat(turns.get(1).get("tool_calls"))
        .isEqualTo(List.of(Map.of("id", "c1", "name", "f", "arguments", "{\"a\":1}")));
    assertThat(turns.get(2)).containsEntry("tool_call_id", "c1");
  }

  @Test
  void makesMediaOfTheListsThatPlaceholdersStandFor() throws IOException {
    picture("img/1.jpg", 1);
    picture("img/2.jpg", 2);
    SampleSource source =
        open(
            "m.json",
            "[{\"messages\": [{\"role\": \"user\", \"content\": \"<image>Same as<image>?\"},"
                + "{\"role\": \"assistant\", \"content\": \"No.\"}],"
                + " \"images\": [\"img/1.jpg\", \"img/2.jpg\"]},"
                + "{\"messages\": [{\"role\": \"user\", \"content\": \"a <image>\"}],"
                + " \"images\": [\"img/2.jpg\"]}]");
    assertThat(SourceTests.schema(source))
        .contains("images: list<utf8>", "images_0: media<image>", "images_1: media<image>");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    byte[] second = Files.readAllBytes(folder.resolve("img/2.jpg"));
    assertThat(((Media) rows.get(0).get("images_1")).toBytes()).isEqualTo(second);
    assertThat(((Media) rows.get(1).get("images_0")).toBytes()).isEqualTo(second);
    assertThat(rows.get(1)).doesNotContainKey("images_1");
    List<?> parts = (List<?>) turns(rows.get(0)).get(0).get("parts");
    assertThat(parts.stream().<Object>map(part -> ((Map<?, ?>) part).get("type")))
        .containsExactly("image", "text", "image", "text");
    assertThat(parts.stream().<Object>map(part -> ((Map<?, ?>) part).get("index")))
        .containsExactly(0L, null, 1L, null);
  }

  @Test
  void findsMediaInsideOfParts() throws IOException {
    picture("sets/img/1.jpg", 1);
    SampleSource source =
        open(
            "sets/p.jsonl",
            "{\"messages\": [{\"role\": \"user\", \"content\": ["
                + "{\"type\": \"text\", \"text\": \"What is \"},"
                + "{\"type\": \"image_url\", \"image_url\": {\"url\": \"data/img/1.jpg\","
                + " \"detail\": \"low\"}}]}]}\n");
    assertThat(SourceTests.schema(source)).contains("images: list<utf8>", "images_0: media<image>");
    assertThat(source.notes().toString()).contains("found without the leading \"data/\"");
    Map<String, Object> row = SourceTests.rows(source).get(0);
    assertThat(said(row)).containsExactly("user: What is <image>");
    assertThat(row.get("images_0")).isInstanceOf(Media.class);
    Map<?, ?> part = (Map<?, ?>) ((List<?>) turns(row).get(0).get("parts")).get(1);
    assertThat(part.get("media")).isEqualTo("data/img/1.jpg");
    assertThat(part.get("extra"))
        .isEqualTo("{\"image_url\":{\"url\":\"data/img/1.jpg\",\"detail\":\"low\"}}");
  }

  @Test
  void leavesTablesAloneThatAreOnlyPartlyChats() throws IOException {
    SampleSource source =
        open(
            "n.jsonl",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}\n{\"messages\": []}\n");
    assertThat(SourceTests.schema(source))
        .containsExactly("messages: list<struct<role: utf8, content: utf8>>");
  }

  @Test
  void keepsKeysAndAddsNothingTheSecondTime() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("k.jsonl"),
            "{\"instruction\": \"a\", \"output\": \"b\"}\n"
                + "{\"instruction\": \"a\", \"output\": \"c\"}\n");
    Path dataset = folder.resolve("d.sheaf");
    assertThat(Ingest.from(file).into(dataset).run().rowsAdded()).isEqualTo(2);
    assertThat(Ingest.from(file).into(dataset).run().changed()).isFalse();
    try (Dataset opened = Dataset.open(dataset)) {
      Sample sample = opened.head().sample(1);
      assertThat(sample.value("messages").toString()).contains("role=assistant, content=c");
    }
  }
}
