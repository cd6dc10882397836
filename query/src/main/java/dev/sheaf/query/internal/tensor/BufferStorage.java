package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * Little-endian elements in a byte buffer, heap or direct. Positions count elements from the
 * buffer's position on; packed dtypes lie lowest bits first, so that a row that begins on a byte
 * begins on a multiple of the elements in a byte.
 */
public final class BufferStorage implements Storage {
  private static final int BLOCK = 2048;

  private final DType dtype;
  private final ByteBuffer bytes;
  private ShortBuffer shorts;
  private IntBuffer ints;
  private LongBuffer longs;
  private FloatBuffer floats;
  private DoubleBuffer doubles;
  private byte[] byteBlock;
  private short[] shortBlock;

  /** Creates a view of {@code data} from its position to its limit; the buffer itself stays. */
  public BufferStorage(DType dtype, ByteBuffer data) {
    this.dtype = dtype;
    this.bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case INT16, UINT16, FLOAT16, BFLOAT16 -> shorts = bytes.asShortBuffer();
      case INT32, UINT32 -> ints = bytes.asIntBuffer();
      case INT64, UINT64 -> longs = bytes.asLongBuffer();
      case FLOAT32 -> floats = bytes.asFloatBuffer();
      case FLOAT64 -> doubles = bytes.asDoubleBuffer();
      case BOOL, INT8, UINT8, U1, U2, U4, I4 -> {}
    }
  }

  @Override
  public void read(long element, long stride, Tile target, int to, int n) {
    if (n == 0) {
      return;
    }
    int start = target.offset + to;
    if (stride == 0) {
      one(element, target, start);
      target.fill(to + 1, target, to, n - 1);
    } else if (stride == 1) {
      run((int) element, target, start, n, element);
    } else {
      for (int i = 0; i < n; i++) {
        one(element + i * stride, target, start + i);
      }
    }
  }

  private void one(long element, Tile target, int at) {
    int index = (int) element;
    switch (dtype) {
      case INT8 -> target.ints[at] = bytes.get(index);
      case UINT8 -> target.ints[at] = bytes.get(index) & 0xff;
      case INT16 -> target.ints[at] = shorts.get(index);
      case UINT16 -> target.ints[at] = shorts.get(index) & 0xffff;
      case INT32, UINT32 -> target.ints[at] = ints.get(index);
      case INT64, UINT64 -> target.longs[at] = longs.get(index);
      case FLOAT16 -> target.floats[at] = HalfFloat.toFloat(shorts.get(index));
      case BFLOAT16 -> target.floats[at] = Float.intBitsToFloat(shorts.get(index) << 16);
      case FLOAT32 -> target.floats[at] = floats.get(index);
      case FLOAT64 -> target.doubles[at] = doubles.get(index);
      case BOOL, U1, U2, U4, I4 -> target.ints[at] = packed(element);
    }
  }

  private int packed(long element) {
    int bits = dtype.bits();
    long bit = element * bits;
    int raw = (bytes.get((int) (bit >>> 3)) >>> (int) (bit & 7)) & ((1 << bits) - 1);
    return dtype == DType.I4 ? (raw << 28) >> 28 : raw;
  }

  private void run(int index, Tile target, int at, int n, long element) {
    switch (dtype) {
      case INT8, UINT8 -> bytesRun(index, target.ints, at, n);
      case INT16, UINT16, FLOAT16, BFLOAT16 -> shortsRun(index, target, at, n);
      case INT32, UINT32 -> ints.get(index, target.ints, at, n);
      case INT64, UINT64 -> longs.get(index, target.longs, at, n);
      case FLOAT32 -> floats.get(index, target.floats, at, n);
      case FLOAT64 -> doubles.get(index, target.doubles, at, n);
      case BOOL, U1, U2, U4, I4 -> {
        for (int i = 0; i < n; i++) {
          target.ints[at + i] = packed(element + i);
        }
      }
    }
  }

  private void bytesRun(int index, int[] target, int at, int n) {
    if (byteBlock == null) {
      byteBlock = new byte[BLOCK];
    }
    int mask = dtype == DType.UINT8 ? 0xff : -1;
    for (int done = 0; done < n; done += BLOCK) {
      int length = Math.min(BLOCK, n - done);
      bytes.get(index + done, byteBlock, 0, length);
      for (int i = 0; i < length; i++) {
        target[at + done + i] = byteBlock[i] & mask;
      }
    }
  }

  private void shortsRun(int index, Tile target, int at, int n) {
    if (shortBlock == null) {
      shortBlock = new short[BLOCK];
    }
    for (int done = 0; done < n; done += BLOCK) {
      int length = Math.min(BLOCK, n - done);
      shorts.get(index + done, shortBlock, 0, length);
      int start = at + done;
      switch (dtype) {
        case FLOAT16 -> {
          for (int i = 0; i < length; i++) {
            target.floats[start + i] = HalfFloat.toFloat(shortBlock[i]);
          }
        }
        case BFLOAT16 -> {
          for (int i = 0; i < length; i++) {
            target.floats[start + i] = Float.intBitsToFloat(shortBlock[i] << 16);
          }
        }
        case UINT16 -> {
          for (int i = 0; i < length; i++) {
            target.ints[start + i] = shortBlock[i] & 0xffff;
          }
        }
        default -> {
          for (int i = 0; i < length; i++) {
            target.ints[start + i] = shortBlock[i];
          }
        }
      }
    }
  }
}
