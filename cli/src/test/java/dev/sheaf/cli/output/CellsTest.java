package dev.sheaf.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellsTest {
  @Test
  void writesTensorsFlatWithTheirShape() {
    Tensor tensor = Tensor.ofFloats(new float[] {0.1f, Float.NaN, -2}, 3, 1);

    assertThat(json(tensor, null))
        .isEqualTo("{\"dtype\":\"float32\",\"shape\":[3,1],\"values\":[0.1,\"NaN\",-2.0]}");
    assertThat(Cells.text(tensor, 80)).isEqualTo("float32[3, 1]  0.1, NaN, -2.0");
  }

  @Test
  void cutsLongTensorsUnlessAskedForAll() {
    Tensor tensor = Tensor.ofFloats(new float[65]);

    assertThat(json(tensor, null)).endsWith(",0.0],\"truncated\":true}");
    assertThat(json(tensor, null).split("0\\.0", -1)).hasSize(65);
    assertThat(Json.write(Cells.json(tensor, null, true))).endsWith(",0.0]}");
    assertThat(json(Tensor.ofFloats(new float[64]), null)).endsWith(",0.0]}");
  }

  @Test
  void writesUnsignedAndPackedElements() {
    ByteBuffer bits = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, -1);
    assertThat(json(Tensor.of(DType.UINT64, Shape.of(1), bits), null))
        .contains("[18446744073709551615]");
    assertThat(json(Tensor.of(DType.U4, Shape.of(2), ByteBuffer.wrap(new byte[] {0x1f})), null))
        .contains("\"values\":[15,1]");
  }

  @Test
  void writesBytesInBase64() {
    assertThat(json(ByteBuffer.wrap(new byte[] {1, 2, 3}), Type.BINARY))
        .isEqualTo("{\"bytes\":3,\"base64\":\"AQID\"}");
    assertThat(Cells.text(ByteBuffer.wrap(new byte[] {1, 2, (byte) 0xff}), 80))
        .isEqualTo("3 B  0102ff");
  }

  @Test
  void writesJsonCellsAsTheyAre() {
    assertThat(json("{\"a\": [1,\n2]}", Type.JSON)).isEqualTo("{\"a\": [1, 2]}");
    assertThat(json("{broken", Type.JSON)).isEqualTo("\"{broken\"");
    assertThat(json("{}", Type.UTF8)).isEqualTo("\"{}\"");
  }

  @Test
  void writesNestedValues() {
    Type type = Type.list(Type.JSON);

    assertThat(json(Arrays.asList("{}", null), type)).isEqualTo("[{},null]");
    assertThat(json(Json.object("a", 1L, "b", List.of(Double.NaN)), null))
        .isEqualTo("{\"a\":1,\"b\":[\"NaN\"]}");
    assertThat(json(LocalDate.of(2026, 11, 1), Type.DATE)).isEqualTo("\"2026-11-01\"");
    assertThat(json(Instant.EPOCH, null)).isEqualTo("\"1970-01-01T00:00:00Z\"");
    assertThat(json(Map.of(), null)).isEqualTo("{}");
  }

  @Test
  void keepsEmptyNullAndZeroApart() {
    assertThat(List.of(json(null, null), json("", null), json(0L, null), json(List.of(), null)))
        .containsExactly("null", "\"\"", "0", "[]");
  }

  private static String json(Object cell, Type type) {
    return Json.write(Cells.json(cell, type, false));
  }
}
