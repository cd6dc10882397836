package dev.sheaf.format.internal.media;

import dev.sheaf.format.Location;
import dev.sheaf.format.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;

/**
 * Loads FFmpeg once, and turns its numbers and log lines into text.
 *
 * <p>JavaCPP unpacks the native libraries into a cache folder: the system property {@code
 * org.bytedeco.javacpp.cachedir}, else {@code ~/.javacpp/cache}, else the temporary folder where
 * the home cannot be written.
 */
public final class Ffmpeg {
  private static final int MOST_NOTES = 400;

  /** What FFmpeg logged on this thread since {@link #forget}. */
  private static final ThreadLocal<StringBuilder> NOTES = new ThreadLocal<>();

  private static volatile boolean loaded;

  private Ffmpeg() {}

  /**
   * Loads the native libraries; cheap when they are.
   *
   * @throws UnsupportedFormatException if this platform has none
   */
  public static void load() {
    if (!loaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() {
    if (loaded) {
      return;
    }
    // JavaCPP would count all resident memory, mapped files too, against a limit of its own.
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    try {
      Loader.load(avutil.class);
      Loader.load(swscale.class);
      Loader.load(swresample.class);
      Loader.load(avformat.class);
    } catch (LinkageError e) {
      throw new UnsupportedFormatException(
          "SHEAF-MED-006",
          "The media decoder cannot be loaded on " + platform() + ": " + e.getMessage(),
          Location.NONE,
          "Add the native libraries of this platform (org.bytedeco:ffmpeg, classifier "
              + platform()
              + ") to the class path, or set org.bytedeco.javacpp.cachedir to a folder that can be"
              + " written and holds programs",
          e);
    }
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
    avutil.setLogCallback(Log.INSTANCE);
    loaded = true;
  }

  private static String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  /** Tells whether the native libraries have been loaded by this class. */
  public static boolean isLoaded() {
    return loaded;
  }

  /** Forgets what was logged on this thread. */
  static void forget() {
    NOTES.remove();
  }

  /** Takes notes for all that was logged on this thread. */
  static void remember(String notes) {
    NOTES.set(new StringBuilder(notes));
  }

  /** Returns a clause for an error number, with what FFmpeg logged about it on this thread. */
  static String reason(int error) {
    byte[] text = new byte[128];
    avutil.av_strerror(error, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    String fact = new String(text, 0, end, StandardCharsets.UTF_8);
    String notes = notes();
    return notes.isEmpty() ? fact : fact + " (" + notes + ")";
  }

  /** Returns what FFmpeg logged on this thread, on one line; empty if nothing. */
  static String notes() {
    StringBuilder notes = NOTES.get();
    return notes == null ? "" : notes.toString();
  }

  /** Takes log lines; FFmpeg itself prints nothing. Called on any thread, natively. */
  private static final class Log extends LogCallback {
    static final Log INSTANCE = new Log();

    @Override
    public void call(int level, BytePointer line) {
      try {
        StringBuilder notes = NOTES.get();
        if (notes == null) {
          notes = new StringBuilder();
          NOTES.set(notes);
        }
        if (notes.length() < MOST_NOTES) {
          String text = line.getString(StandardCharsets.UTF_8).strip();
          // Lines begin with the address of a context, which tells nobody anything.
          text = text.replaceAll("\\[([^\\]@]+) @ 0x[0-9a-f]+\\] ", "$1: ");
          text = text.replaceAll("0x[0-9a-f]{9,}", "…").replaceAll("\\p{Cntrl}+", " ");
          if (!text.isEmpty() && notes.indexOf(text) < 0) {
            notes.append(notes.length() == 0 ? "" : "; ").append(text);
          }
        }
      } catch (RuntimeException | Error e) {
        // An exception must not unwind through native frames; a lost note costs an explanation.
        return;
      }
    }
  }
}
