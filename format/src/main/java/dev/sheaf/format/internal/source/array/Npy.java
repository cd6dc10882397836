package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Shape;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's {@code .npy}, versions 1 to 3: a magic number, the length of the header, a Python literal
 * with the element type, order and shape, then the elements. Arrays of Python objects are pickles
 * and are refused, because reading a pickle runs the code in it.
 *
 * <p>Source: NEP 1 and {@code numpy/lib/_format_impl.py}.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Headers of many fields are refused; NumPy itself warns above 10,000. */
  private static final int MOST_HEADER = 1 << 20;

  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d*)(\\[[^\\]]*])?'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\sL]*)\\)");

  private static final Map<String, DType> NUMBERS =
      Map.ofEntries(
          Map.entry("b1", DType.BOOL),
          Map.entry("i1", DType.INT8),
          Map.entry("i2", DType.INT16),
          Map.entry("i4", DType.INT32),
          Map.entry("i8", DType.INT64),
          Map.entry("u1", DType.UINT8),
          Map.entry("u2", DType.UINT16),
          Map.entry("u4", DType.UINT32),
          Map.entry("u8", DType.UINT64),
          Map.entry("f2", DType.FLOAT16),
          Map.entry("f4", DType.FLOAT32),
          Map.entry("f8", DType.FLOAT64));

  private Npy() {}

  /** Tells whether bytes begin as an array does. */
  public static boolean isNpy(byte[] head) {
    if (head.length < MAGIC.length) {
      return false;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (head[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads an array of numbers that is at hand as a tensor.
   *
   * @throws InvalidInputException if it is none
   */
  public static Object cell(byte[] bytes, Location where) {
    try {
      return parse("array", RandomBytes.of(bytes), where).whole();
    } catch (IOException e) {
      throw new AssertionError(e); // it is in memory
    }
  }

  /** Reads the header of an array. */
  static StoredArray parse(String name, RandomBytes bytes, Location where) throws IOException {
    byte[] start = head(bytes, 0, 12, where);
    if (!isNpy(start)) {
      throw malformed("its first bytes are not those of a NumPy array", where);
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw malformed("unknown version " + version, where);
    }
    ByteBuffer little = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    int lengthBytes = version == 1 ? 2 : 4;
    long length = version == 1 ? little.getShort(8) & 0xffff : little.getInt(8) & 0xffffffffL;
    if (length > MOST_HEADER) {
      throw malformed("a header of " + length + " bytes", where);
    }
    byte[] header = head(bytes, 8 + lengthBytes, (int) length, where);
    String text =
        new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return new StoredArray(
        name,
        elements(text, where),
        shape(text, where),
        find(FORTRAN, text, "fortran_order", where).group(1).equals("True"),
        bytes.from(8L + lengthBytes + length),
        where);
  }

  private static byte[] head(RandomBytes bytes, long offset, int length, Location where)
      throws IOException {
    if (offset > bytes.length() - length) {
      throw malformed("it is cut short at byte " + bytes.length(), where);
    }
    byte[] head = new byte[length];
    bytes.read(offset, ByteBuffer.wrap(head));
    return head;
  }

  private static Matcher find(Pattern pattern, String header, String what, Location where) {
    Matcher found = pattern.matcher(header);
    if (!found.find()) {
      throw malformed("no " + what + " in the header " + Names.brief(header), where);
    }
    return found;
  }

  private static Elements elements(String header, Location where) {
    if (header.matches("(?s).*'descr'\\s*:\\s*\\[.*")) {
      throw unsupported("an array of records", "Write one array for each field", where);
    }
    Matcher descr = find(DESCR, header, "descr", where);
    ByteOrder order = descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    String code = descr.group(2) + descr.group(3);
    if (descr.group(2).equals("O")) {
      throw unsupported(
          "an array of Python objects: it is a pickle, and reading a pickle runs its code",
          "Write it with a dtype of its own",
          where);
    }
    return ofCode(code, order)
        .orElseThrow(
            () ->
                unsupported(
                    "an array of dtype " + Names.brief(code),
                    "Write it as integers or floats",
                    where));
  }

  /** Returns the elements that a NumPy code names, or empty. */
  private static Optional<Elements> ofCode(String code, ByteOrder order) {
    if (NUMBERS.containsKey(code)) {
      return Optional.of(Elements.number(NUMBERS.get(code), order));
    }
    if (!code.matches("[USa]\\d{1,8}")) {
      return Optional.empty();
    }
    int size = Integer.parseInt(code.substring(1));
    return Optional.of(
        code.startsWith("U")
            ? new Elements(Elements.Form.TEXT, null, size * Integer.BYTES, order)
            : new Elements(Elements.Form.BYTES, null, size, order));
  }

  private static long[] shape(String header, Location where) {
    String inner = find(SHAPE, header, "shape", where).group(1);
    List<Long> dims = new ArrayList<>();
    for (String dim : inner.split(",", -1)) {
      String digits = dim.strip().replace("L", "");
      if (!digits.isEmpty()) {
        if (digits.length() > 18) {
          throw malformed("an axis of length " + Names.brief(digits), where);
        }
        dims.add(Long.parseLong(digits));
      }
    }
    if (dims.size() > Shape.MAX_RANK) {
      throw unsupported(
          "an array of " + dims.size() + " axes", "Write at most " + Shape.MAX_RANK, where);
    }
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  static InvalidInputException malformed(String reason, Location where) {
    return InputErrors.of(
        39,
        "Malformed array: " + reason,
        where,
        "Write the file again, or pass --on-error skip to leave it out");
  }

  static InvalidInputException unsupported(String what, String advice, Location where) {
    return InputErrors.of(
        41, "Cannot be read: " + what, where, advice + ", or pass --on-error skip to leave it out");
  }
}
