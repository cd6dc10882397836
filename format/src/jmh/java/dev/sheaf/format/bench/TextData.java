package dev.sheaf.format.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A text file repeated to 200 MB. In every repeat one word in eight, chosen anew, is another word
 * of the same file, so that no two repeats of a text are the same.
 */
final class TextData {
  /** How much text there is, in bytes. */
  private static final long BYTES = Long.getLong("bench.text", 200L << 20);

  private static final int EDITED = 8;

  private final Corpus corpus;
  private final List<String[]> texts = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private final long rows;

  /** Which file. */
  enum Corpus {
    /** Web pages, 2.5 KB on average. */
    C4("c4_demo.jsonl", "text"),
    /** Instructions, inputs and outputs, together 0.8 KB on average. */
    ALPACA("alpaca_en_demo.json", "instruction", "input", "output");

    private final String file;
    private final List<String> columns;

    Corpus(String file, String... columns) {
      this.file = file;
      this.columns = List.of(columns);
    }

    /** Returns the names of the columns. */
    List<String> columns() {
      return columns;
    }
  }

  /**
   * Reads the file from {@code -Dbench.text.dir}, or {@code ../shared/data/text} beside the
   * checkout.
   */
  TextData(Corpus corpus) throws IOException {
    this.corpus = corpus;
    Path path =
        Path.of(
            System.getProperty(
                "bench.text.dir", System.getProperty("sheaf.root", ".") + "/../shared/data/text"),
            corpus.file);
    ObjectMapper mapper = new ObjectMapper();
    if (corpus.file.endsWith(".jsonl")) {
      for (String line : Files.readAllLines(path)) {
        add(mapper.readTree(line));
      }
    } else {
      mapper.readTree(path.toFile()).forEach(this::add);
    }
    long bytes = 0;
    for (String[] row : texts) {
      for (String text : row) {
        bytes += text.getBytes(StandardCharsets.UTF_8).length;
        words.addAll(List.of(text.split(" ")));
      }
    }
    rows = texts.size() * Math.max(1, BYTES / bytes);
  }

  private void add(JsonNode node) {
    texts.add(corpus.columns.stream().map(name -> node.get(name).asText()).toArray(String[]::new));
  }

  Corpus corpus() {
    return corpus;
  }

  /** Returns the number of rows. */
  long rows() {
    return rows;
  }

  /** Returns the cells of a row. */
  String[] row(long index) {
    SplittableRandom random = new SplittableRandom(BenchData.mix(BenchData.mix(index) ^ 2_000));
    String[] row = texts.get((int) (index % texts.size())).clone();
    for (int i = 0; i < row.length; i++) {
      String[] tokens = row[i].split(" ", -1);
      for (int t = 0; t < tokens.length; t++) {
        if (!tokens[t].isEmpty() && random.nextInt(EDITED) == 0) {
          tokens[t] = words.get(random.nextInt(words.size()));
        }
      }
      row[i] = String.join(" ", tokens);
    }
    return row;
  }
}
