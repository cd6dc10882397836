package dev.sheaf.format.internal.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries that are kept as they are and compressed. */
class StagedJournalTest {
  private static final StagedJournal.Header HEADER =
      new StagedJournal.Header("t", "ada", "main", "0".repeat(40));

  @TempDir Path temp;
  private StagedJournal journal;

  @BeforeEach
  void name() {
    journal = new StagedJournal(temp.resolve("main.edits"));
  }

  private static ObjectNode entry(Randomness random, int bytes) {
    return Json.object().put("n", bytes).put("data", random.bytes(bytes));
  }

  private List<ObjectNode> entries() {
    return journal.read().orElseThrow().entries();
  }

  /** Base64 has 6 bits a character: compressed, it costs about its bytes. */
  @Test
  void keepsBytesOfEverySizeAtAboutTheirSize() throws IOException {
    Randomness random = Randomness.ofThisRun();
    journal.write(HEADER, List.of());
    List<ObjectNode> written = new ArrayList<>();
    long before = Files.size(journal.file());
    for (int bytes : new int[] {0, 1, 10, 100, 1_000, 10_000, 100_000}) {
      ObjectNode entry = entry(random, bytes);
      written.add(Json.parse(Json.bytes(entry), "entry"));
      journal.append(entry);
      long after = Files.size(journal.file());
      assertThat(after - before).as("%d bytes", bytes).isLessThan(bytes * 103L / 100 + 64);
      before = after;
    }
    assertThat(entries()).as(random.replay()).isEqualTo(written);
    journal.write(HEADER, written);
    assertThat(entries()).isEqualTo(written);
  }

  @Test
  void aLineThatIsCutShortWasNeverWritten() throws IOException {
    Randomness random = Randomness.ofThisRun();
    ObjectNode first = entry(random, 300);
    journal.write(HEADER, List.of(first));
    int whole = (int) Files.size(journal.file());
    journal.append(entry(random, 300));
    byte[] bytes = Files.readAllBytes(journal.file());
    for (int cut = whole; cut < bytes.length; cut++) {
      Files.write(journal.file(), Arrays.copyOf(bytes, cut));
      assertThat(entries()).as(random.replay()).hasSize(1);
      journal.append(entry(random, 5));
      assertThat(entries()).as(random.replay()).hasSize(2);
    }
  }

  @Test
  void aFlippedByteIsDamage() throws IOException {
    Randomness random = Randomness.ofThisRun();
    journal.write(HEADER, List.of(entry(random, 200), entry(random, 200)));
    byte[] good = Files.readAllBytes(journal.file());
    for (int i = 0; i < good.length - 1; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.below(8));
      Files.write(journal.file(), bad);
      assertThatThrownBy(() -> journal.read())
          .as("%s byte=%d", random.replay(), i)
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("line=");
    }
  }

  @Test
  void readsWhatHasNoCompressedLines() throws IOException {
    StringBuilder text = new StringBuilder();
    String header =
        "{\"format\":1,\"transaction\":\"t\",\"workspace\":\"ada\",\"branch\":\"main\",\"base\":\""
            + "0".repeat(40)
            + "\"}";
    for (String line : List.of(header, "{\"n\":1}")) {
      byte[] json = line.getBytes(StandardCharsets.UTF_8);
      text.append(String.format("%08x %s%n", Checksums.crc32c(json, 0, json.length), line));
    }
    Files.writeString(journal.file(), text.toString().replace("\r", ""));

    assertThat(journal.read().orElseThrow().header()).isEqualTo(HEADER);
    assertThat(entries()).containsExactly(Json.object().put("n", 1));
  }
}
