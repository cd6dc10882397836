package dev.sheaf.curation.planted;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the smallest useful ONNX model byte by byte (protocol buffers, onnx.proto3): the mean of
 * each channel of pictures {@code [n, 3, side, side]}, as {@code [n, 3]}.
 */
public final class OnnxFile {
  private OnnxFile() {}

  /** Returns the model. */
  public static byte[] channelMeans(int side) {
    byte[] node =
        join(
            text(1, "x"),
            text(2, "y"),
            text(4, "ReduceMean"),
            message(5, join(text(1, "axes"), varint(8, 2), varint(8, 3), varint(20, 7))),
            message(5, join(text(1, "keepdims"), varint(3, 0), varint(20, 2))));
    byte[] graph =
        join(
            message(1, node),
            text(2, "means"),
            message(11, value("x", dimension("n"), axis(3), axis(side), axis(side))),
            message(12, value("y", dimension("n"), axis(3))));
    return join(varint(1, 7), message(7, graph), message(8, varint(2, 13)));
  }

  private static byte[] value(String name, byte[]... axes) {
    byte[] shape = new byte[0];
    for (byte[] axis : axes) {
      shape = join(shape, message(1, axis));
    }
    byte[] tensor = join(varint(1, 1), message(2, shape));
    return join(text(1, name), message(2, message(1, tensor)));
  }

  private static byte[] axis(int length) {
    return varint(1, length);
  }

  private static byte[] dimension(String name) {
    return text(2, name);
  }

  private static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int field, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, field << 3 | 2);
    put(out, body.length);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] varint(int field, int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, field << 3);
    put(out, value);
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 127) {
      out.write(rest & 127 | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
