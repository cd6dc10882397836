package dev.sheaf.format.internal.probe;

import java.util.HashMap;
import java.util.Map;

/** Collects facts while a header is read. */
final class Facts {
  private static final int MOST = 1 << 20;

  private final Map<String, Object> values = new HashMap<>();

  Facts(String codec) {
    values.put("codec", codec);
  }

  /** Sets width and height in pixels. */
  void size(long width, long height) {
    if (width < 1 || height < 1 || width > MOST || height > MOST) {
      throw new BrokenMediaException("its size reads " + width + " x " + height + " pixels");
    }
    values.put("width", (int) width);
    values.put("height", (int) height);
  }

  void channels(int count) {
    if (count > 0) {
      values.put("channels", count);
    }
  }

  /** Sets the EXIF orientation, 1 to 8; other numbers mean that none is known. */
  void orientation(long value) {
    if (value >= 1 && value <= 8) {
      values.put("orientation", (int) value);
    }
  }

  Map<String, Object> values() {
    return values;
  }
}
