package dev.sheaf.format.internal.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.internal.io.Checksums;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The stored form of a frame table is that of the specification. */
class FrameTableTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- frame-example: frame-table -->\\s*```\\n(.*?)```", Pattern.DOTALL);

  static FrameTable example() {
    FrameTable.Setup setup =
        new FrameTable.Setup(
            "h264",
            0,
            "yuv420p",
            96,
            64,
            0,
            100,
            31,
            8,
            1,
            1,
            FrameTable.Bytes.of(new byte[] {1, 0x64}));
    byte[] payload = {0, 1, 2, 3, 4, 5, 6};
    return new FrameTable(
        setup,
        true,
        true,
        1,
        25,
        1,
        new byte[] {1 | FrameTable.KEY, 2},
        new int[] {3, 4},
        new long[] {48, 53},
        new long[] {0, 1},
        new int[] {Checksums.crc32c(payload, 0, 3), Checksums.crc32c(payload, 0, 7)});
  }

  @Test
  void theExampleOfTheSpecificationIsWhatIsWritten() throws IOException {
    Path docs = Path.of(System.getProperty("sheaf.root", ".."), "docs");
    Matcher found = EXAMPLE.matcher(Files.readString(docs.resolve("format-spec.md")));
    assertThat(found.find()).isTrue();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    found
        .group(1)
        .lines()
        .forEach(
            line -> bytes.writeBytes(HexFormat.of().parseHex(line.substring(4).replace(" ", ""))));
    assertThat(HexFormat.of().formatHex(example().toBytes()))
        .isEqualTo(HexFormat.of().formatHex(bytes.toByteArray()));
    FrameTable read = FrameTable.parse(ByteBuffer.wrap(bytes.toByteArray()), 57);
    assertThat(read).isEqualTo(example());
    assertThat(read.frames()).isEqualTo(2);
    assertThat(read.offset(1)).isEqualTo(53);
    assertThat(read.isKey(0)).isTrue();
    assertThat(read.type(1)).isEqualTo('P');
    assertThat(read.setup().extradata().copy()).containsExactly(1, 0x64);
  }

  @Test
  void takesAboutTwelveBytesAFrame() {
    int packets = 10_000;
    byte[] flags = new byte[packets];
    int[] size = new int[packets];
    long[] offset = new long[packets];
    long[] pts = new long[packets];
    for (int i = 0; i < packets; i++) {
      flags[i] = (byte) (i % 250 == 0 ? 1 | FrameTable.KEY : 2);
      size[i] = 5000 + i % 1000;
      offset[i] = i == 0 ? 48 : offset[i - 1] + size[i - 1] + 300;
      pts[i] = 512L * i;
    }
    FrameTable table =
        new FrameTable(
            example().setup(),
            true,
            true,
            1,
            12_800,
            1,
            flags,
            size,
            offset,
            pts,
            new int[packets]);
    assertThat(table.toBytes().length).isBetween(10 * packets, 12 * packets);
    assertThat(FrameTable.parse(ByteBuffer.wrap(table.toBytes()), Long.MAX_VALUE)).isEqualTo(table);
  }

  @Test
  void beginsAtAKeyPacketThatIsShownNoLater() {
    // Decode order I0 P4 B2 | I8 B6 B7: the pictures 6 and 7 may refer to 4.
    byte[] flags = {1 | 8, 2, 3, 1 | 8, 3, 3};
    FrameTable table =
        new FrameTable(
            example().setup(),
            true,
            true,
            1,
            25,
            1,
            flags,
            new int[6],
            new long[6],
            new long[] {0, 4, 2, 8, 6, 7},
            new int[6]);
    assertThat(table.start(new int[] {3})).isEqualTo(3);
    assertThat(table.start(new int[] {3, 5})).isZero();
    assertThat(table.start(new int[] {4})).isZero();
    assertThat(table.packetOfFrame(2)).isEqualTo(1);
    assertThat(table.packetOfFrame(3)).isEqualTo(4);
  }
}
