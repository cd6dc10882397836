package dev.sheaf.format.internal.layer;

/**
 * Guards reads of mapped memory. When a mapped file is cut short, the JVM lets a faulty read go on
 * and throws {@link InternalError} a little later; {@link #settle} makes it be thrown at once,
 * before the value leaves our hands.
 */
public final class Mapped {
  private static volatile int zero;

  private Mapped() {}

  /**
   * Throws the {@link InternalError} of a faulty read that is pending in this thread, if there is
   * one. Costs some 50 ns.
   *
   * <p>HotSpot delivers it when Java code returns from a call into the VM; on JDK 17 a native
   * method is no such call. An array of two unknown lengths always is, compiled or not.
   */
  public static void settle() {
    int none = zero;
    byte[][] nothing = new byte[none][none];
    if (nothing.length != 0) {
      throw new AssertionError();
    }
  }
}
