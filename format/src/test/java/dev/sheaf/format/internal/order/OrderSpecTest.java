package dev.sheaf.format.internal.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** The bytes in the specification are those that the writer makes and the reader takes. */
class OrderSpecTest {
  private static final SegmentKey FIRST = new SegmentKey(0x00f3a2b4c5d6e7f8L, 0);
  private static final SegmentKey SECOND = new SegmentKey(0x00f3a2b4c5d6e7f8L, 65_536);
  private static final RoaringBitmap DEAD = RoaringBitmap.bitmapOf(2);

  @Test
  void exampleOfSpecificationIsWhatIsWritten() throws IOException {
    Map<String, byte[]> written =
        OrderEdit.empty()
            .append(FIRST, 65_536)
            .append(SECOND, 4)
            .deleted(SECOND, DEAD)
            .build()
            .puts();
    Map<String, byte[]> example = example();
    written.forEach(
        (path, bytes) ->
            assertThat(HexFormat.of().formatHex(example.getOrDefault(path, new byte[0])))
                .as(path)
                .isEqualTo(HexFormat.of().formatHex(bytes)));
    OrderReader reader =
        OrderReader.open(
            TreeReader.of(example), key -> key.equals(SECOND) ? DEAD : new RoaringBitmap());
    assertThat(reader.size()).isEqualTo(65_539);
    assertThat(reader.locate(65_538)).isEqualTo(new Position(SECOND, 3));
  }

  /** Reads {@code <!-- order-example: PATH -->} and the block of offset and hex after it. */
  private static Map<String, byte[]> example() throws IOException {
    Path docs = Path.of(System.getProperty("sheaf.root", ".."), "docs");
    Map<String, byte[]> found = new TreeMap<>();
    for (String file : new String[] {"format-spec.md", "spec-fragments/order.md"}) {
      if (Files.exists(docs.resolve(file))) {
        Matcher blocks =
            Pattern.compile("<!-- order-example: (\\S+) -->\\s*```\\w*\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(docs.resolve(file)));
        while (blocks.find()) {
          StringBuilder hex = new StringBuilder();
          for (String line : blocks.group(2).lines().toList()) {
            hex.append(line.replaceFirst("^\\w+  ", "").replaceFirst("  .*", "").replace(" ", ""));
          }
          found.put(blocks.group(1), HexFormat.of().parseHex(hex));
        }
      }
    }
    Assumptions.assumeFalse(found.isEmpty(), "no specification beside this checkout");
    return found;
  }
}
