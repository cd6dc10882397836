package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Writes elements as little-endian bytes, positions counted as in {@link BufferStorage}. Packed
 * elements are joined to the bits already there, so the bytes must be zero before.
 */
public final class BufferSink {
  private final DType dtype;
  private final ByteBuffer bytes;
  private final IntBuffer ints;
  private final LongBuffer longs;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;

  /** Creates a sink into {@code data} from its position to its limit; the buffer itself stays. */
  public BufferSink(DType dtype, ByteBuffer data) {
    this.dtype = dtype;
    bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    ints = bytes.asIntBuffer();
    longs = bytes.asLongBuffer();
    floats = bytes.asFloatBuffer();
    doubles = bytes.asDoubleBuffer();
  }

  /** Writes {@code n} elements of {@code source} from {@code from} on to {@code element} and on. */
  public void write(long element, Tile source, int from, int n) {
    int at = source.offset + from;
    int index = (int) element;
    switch (dtype) {
      case INT8, UINT8 -> {
        for (int i = 0; i < n; i++) {
          bytes.put(index + i, (byte) source.ints[at + i]);
        }
      }
      case INT16, UINT16 -> {
        for (int i = 0; i < n; i++) {
          bytes.putShort((index + i) * 2, (short) source.ints[at + i]);
        }
      }
      case INT32, UINT32 -> ints.put(index, source.ints, at, n);
      case INT64, UINT64 -> longs.put(index, source.longs, at, n);
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          bytes.putShort((index + i) * 2, HalfFloat.fromFloat(source.floats[at + i]));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < n; i++) {
          bytes.putShort((index + i) * 2, Casts.toBfloat16(source.floats[at + i]));
        }
      }
      case FLOAT32 -> floats.put(index, source.floats, at, n);
      case FLOAT64 -> doubles.put(index, source.doubles, at, n);
      case BOOL, U1, U2, U4, I4 -> packed(element, source, at, n);
    }
  }

  private void packed(long element, Tile source, int at, int n) {
    int bits = dtype.bits();
    int mask = (1 << bits) - 1;
    for (int i = 0; i < n; i++) {
      long bit = (element + i) * bits;
      int place = (int) (bit >>> 3);
      bytes.put(place, (byte) (bytes.get(place) | (source.ints[at + i] & mask) << (int) (bit & 7)));
    }
  }
}
