package dev.sheaf.format.internal.source.array;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.StrictUtf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Hugging Face's safetensors: the length of the header as u64, a JSON object that names dtype,
 * shape and byte range of each tensor, then the bytes, little-endian in C order.
 *
 * <p>Source: the format section of {@code github.com/huggingface/safetensors}.
 */
public final class SafetensorsSource extends ArraySource {
  /** What the library itself allows. */
  private static final long MOST_HEADER = 100_000_000;

  private static final Map<String, DType> NUMBERS =
      Map.ofEntries(
          Map.entry("BOOL", DType.BOOL),
          Map.entry("I8", DType.INT8),
          Map.entry("I16", DType.INT16),
          Map.entry("I32", DType.INT32),
          Map.entry("I64", DType.INT64),
          Map.entry("U8", DType.UINT8),
          Map.entry("U16", DType.UINT16),
          Map.entry("U32", DType.UINT32),
          Map.entry("U64", DType.UINT64),
          Map.entry("F16", DType.FLOAT16),
          Map.entry("BF16", DType.BFLOAT16),
          Map.entry("F32", DType.FLOAT32),
          Map.entry("F64", DType.FLOAT64));

  public SafetensorsSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  Opened open() throws IOException {
    FileChannel channel = FileChannel.open(file().path(), StandardOpenOption.READ);
    try {
      return new Opened(arrays(channel), channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private List<StoredArray> arrays(FileChannel channel) throws IOException {
    RandomBytes bytes = RandomBytes.of(channel, 0, channel.size());
    if (bytes.length() < Long.BYTES) {
      throw malformed("it is cut short at byte " + bytes.length(), file().location());
    }
    ByteBuffer first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(0, first);
    long length = first.getLong(0);
    if (length < 2 || length > MOST_HEADER || length > bytes.length() - Long.BYTES) {
      throw malformed(
          "a header of " + Long.toUnsignedString(length) + " bytes in a file of " + bytes.length(),
          file().location());
    }
    byte[] header = new byte[(int) length];
    bytes.read(Long.BYTES, ByteBuffer.wrap(header));
    RandomBytes data = bytes.from(Long.BYTES + length);
    List<StoredArray> arrays = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header(header).properties()) {
      if (!field.getKey().equals("__metadata__")) {
        arrays.add(array(field.getKey(), field.getValue(), data));
      }
    }
    return arrays;
  }

  private JsonNode header(byte[] header) {
    if (StrictUtf8.firstBad(header, 0, header.length) >= 0) {
      throw malformed("its header is not UTF-8", file().location());
    }
    try {
      JsonNode node = Json.MAPPER.readTree(StrictUtf8.decode(header));
      if (!node.isObject()) {
        throw malformed("its header is " + Json.kind(node), file().location());
      }
      return node;
    } catch (JsonProcessingException e) {
      throw malformed("its header is no JSON: " + Json.reason(e), file().location());
    }
  }

  private StoredArray array(String name, JsonNode about, RandomBytes data) {
    Location where = file().location().with("tensor", Names.brief(name));
    DType dtype = NUMBERS.get(about.path("dtype").asText());
    if (dtype == null) {
      throw Npy.unsupported(
          "a tensor of dtype " + Names.brief(about.path("dtype").asText()),
          "Convert it to one of " + String.join(", ", NUMBERS.keySet().stream().sorted().toList()),
          where);
    }
    JsonNode range = about.path("data_offsets");
    long from = range.path(0).asLong(-1);
    long to = range.path(1).asLong(-1);
    if (from < 0 || to < from || to > data.length()) {
      throw malformed(
          "bytes " + from + " to " + to + " of " + data.length() + " are expected", where);
    }
    JsonNode dims = about.path("shape");
    long[] shape = new long[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims.get(i).asLong(-1);
    }
    RandomBytes part = data.from(from);
    RandomBytes exact =
        new RandomBytes() {
          @Override
          public long length() {
            return to - from;
          }

          @Override
          public void read(long offset, ByteBuffer target) throws IOException {
            part.read(offset, target);
          }
        };
    return new StoredArray(
        column(name), Elements.number(dtype, ByteOrder.LITTLE_ENDIAN), shape, false, exact, where);
  }

  private static InvalidInputException malformed(String reason, Location where) {
    return InputErrors.of(
        39,
        "Malformed safetensors file: " + reason,
        where,
        "Write the file again, or pass --on-error skip to leave it out");
  }
}
