package dev.sheaf.format.internal.media;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A payload in heap memory as FFmpeg reads it: by two callbacks that copy. For one thread at a
 * time.
 */
final class MemoryInput implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int SEEK_END = 2;

  /** The inputs that are open, by the number that stands in for a native pointer to them. */
  private static final Map<Long, MemoryInput> OPEN = new ConcurrentHashMap<>();

  private static final AtomicLong NUMBERS = new AtomicLong();

  // JavaCPP makes a few native functions a class, not one an object: all inputs share these.
  private static final Reading READING = new Reading();
  private static final Seeking SEEKING = new Seeking();

  private final byte[] payload;
  private final long number = NUMBERS.incrementAndGet();
  private final AVIOContext context;
  private long at;

  MemoryInput(byte[] payload) {
    this.payload = payload;
    OPEN.put(number, this);
    BytePointer buffer = new BytePointer(avutil.av_malloc(BUFFER_BYTES));
    context =
        avformat.avio_alloc_context(
            buffer, BUFFER_BYTES, 0, new Number(number), READING, null, SEEKING);
    if (context == null || context.isNull()) {
      avutil.av_free(buffer);
      OPEN.remove(number);
      throw new OutOfMemoryError("no native memory for a reader");
    }
  }

  AVIOContext context() {
    return context;
  }

  @Override
  public void close() {
    OPEN.remove(number);
    // FFmpeg may have replaced the buffer: free the one that is there now.
    BytePointer buffer = context.buffer();
    if (buffer != null) {
      avutil.av_free(buffer);
      context.buffer(null);
    }
    avformat.avio_context_free(context);
  }

  private int read(BytePointer target, int length) {
    if (at >= payload.length) {
      return avutil.AVERROR_EOF;
    }
    int count = (int) Math.min(length, payload.length - at);
    target.put(payload, (int) at, count);
    at += count;
    return count;
  }

  private long seek(long offset, int whence) {
    int kind = whence & ~avformat.AVSEEK_FORCE;
    if (kind == avformat.AVSEEK_SIZE) {
      return payload.length;
    }
    long to =
        switch (kind) {
          case SEEK_SET -> offset;
          case SEEK_CUR -> at + offset;
          case SEEK_END -> payload.length + offset;
          default -> -1;
        };
    if (to < 0) {
      return -1;
    }
    at = to;
    return to;
  }

  /** A number in the place of a pointer. */
  private static final class Number extends Pointer {
    Number(long number) {
      address = number;
    }
  }

  private static final class Reading extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer target, int length) {
      try {
        return OPEN.get(opaque.address()).read(target, length);
      } catch (RuntimeException | Error e) {
        return avutil.AVERROR_EOF; // nothing may unwind through native frames
      }
    }
  }

  private static final class Seeking extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer opaque, long offset, int whence) {
      try {
        return OPEN.get(opaque.address()).seek(offset, whence);
      } catch (RuntimeException | Error e) {
        return -1; // nothing may unwind through native frames
      }
    }
  }
}
