package dev.sheaf.format.internal.git;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian integers in byte arrays, as Git's files have them. */
final class Bytes {
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  static int int32(byte[] bytes, int offset) {
    return (int) INT32.get(bytes, offset);
  }

  static long uint32(byte[] bytes, int offset) {
    return int32(bytes, offset) & 0xFFFF_FFFFL;
  }

  static long int64(byte[] bytes, int offset) {
    return (long) INT64.get(bytes, offset);
  }

  static void putInt32(byte[] bytes, int offset, int value) {
    INT32.set(bytes, offset, value);
  }

  static void putInt64(byte[] bytes, int offset, long value) {
    INT64.set(bytes, offset, value);
  }
}
