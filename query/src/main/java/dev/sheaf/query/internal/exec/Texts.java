package dev.sheaf.query.internal.exec;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Functions of text, column-wise. Stateless. */
final class Texts {
  private Texts() {}

  static Vec.Longs length(Vec vec) {
    Vec.Texts texts = (Vec.Texts) vec;
    long[] result = new long[vec.size()];
    for (int i = 0; i < result.length; i++) {
      int count = 0;
      for (int at = texts.offsets[i]; at < texts.offsets[i + 1]; at++) {
        // Every character has one byte that is no continuation.
        count += (texts.bytes[at] & 0xc0) != 0x80 ? 1 : 0;
      }
      result[i] = count;
    }
    return new Vec.Longs(result, vec.nulls());
  }

  static Vec.Texts map(Vec vec, UnaryOperator<String> function) {
    Vec.Texts texts = (Vec.Texts) vec;
    TextBuilder result = new TextBuilder(vec.size());
    for (int i = 0; i < vec.size(); i++) {
      if (vec.isNull(i)) {
        result.addNull();
      } else {
        result.add(function.apply(texts.text(i)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return result.build();
  }

  static Vec.Texts concat(Vec left, Vec right) {
    Vec.Texts a = (Vec.Texts) left;
    Vec.Texts b = (Vec.Texts) right;
    TextBuilder result = new TextBuilder(left.size());
    for (int i = 0; i < left.size(); i++) {
      if (a.isNull(i) || b.isNull(i)) {
        result.addNull();
      } else {
        result.append(a.bytes, a.offsets[i], a.offsets[i + 1]);
        result.append(b.bytes, b.offsets[i], b.offsets[i + 1]);
        result.finish();
      }
    }
    return result.build();
  }

  /** Returns the part from {@code start} (1-based) of at most {@code length} characters. */
  static Vec.Texts substring(Vec vec, Vec start, Vec length) {
    Vec.Texts texts = (Vec.Texts) vec;
    TextBuilder result = new TextBuilder(vec.size());
    for (int i = 0; i < vec.size(); i++) {
      if (vec.isNull(i) || start.isNull(i) || length != null && length.isNull(i)) {
        result.addNull();
        continue;
      }
      String text = texts.text(i);
      long count = text.codePointCount(0, text.length());
      long from = ((Vec.Longs) start).values[i];
      long to = length == null ? count + 1 : from + ((Vec.Longs) length).values[i];
      long first = Math.min(count + 1, Math.max(1, from));
      long last = Math.max(first, Math.min(count + 1, to));
      int begin = text.offsetByCodePoints(0, (int) first - 1);
      int end = text.offsetByCodePoints(begin, (int) (last - first));
      result.add(text.substring(begin, end).getBytes(StandardCharsets.UTF_8));
    }
    return result.build();
  }
}
