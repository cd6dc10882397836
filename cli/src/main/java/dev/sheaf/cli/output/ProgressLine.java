package dev.sheaf.cli.output;

import dev.sheaf.format.Progress;
import java.util.function.LongSupplier;

/**
 * Shows how far a long operation is. On a terminal: one line that is drawn again at most ten times
 * a second, with rate and time to go. Elsewhere: one line at the end, for what took over a second.
 */
public final class ProgressLine implements Progress, AutoCloseable {
  private static final long NANOS = 1_000_000_000L;
  private static final long REDRAW = NANOS / 10;
  private static final long WORTH_A_LINE = NANOS;

  private final Output err;
  private final boolean live;
  private final boolean quiet;
  private final int width;
  private final LongSupplier clock;
  private final long began;
  private String phase = "";
  private long phaseBegan;
  private long phaseFirst;
  private long done;
  private long total;
  private long drawn;
  private boolean onLine;

  /**
   * Creates the line.
   *
   * @param quiet shows nothing at all
   * @param clock a steady clock in nanoseconds
   */
  public ProgressLine(Surroundings surroundings, boolean quiet, LongSupplier clock) {
    this.err = surroundings.err();
    this.live =
        !quiet && surroundings.errTerminal() && !surroundings.variable("TERM").equals("dumb");
    this.quiet = quiet;
    this.width = live ? surroundings.width() - 1 : Integer.MAX_VALUE;
    this.clock = clock;
    this.began = clock.getAsLong();
  }

  @Override
  public void at(String newPhase, long newDone, long newTotal) {
    long now = clock.getAsLong();
    boolean changed = !newPhase.equals(phase);
    if (changed) {
      phase = newPhase;
      phaseBegan = now;
      phaseFirst = newDone;
    }
    done = newDone;
    total = newTotal;
    if (live && (changed || now - drawn >= REDRAW)) {
      drawn = now;
      draw(now);
    }
  }

  private void draw(long now) {
    err.print("\r").print(Text.cut(state(now), width)).print("\u001b[K").flush();
    onLine = true;
  }

  private String state(long now) {
    StringBuilder text = new StringBuilder(phase).append("  ").append(Amounts.count(done));
    if (total >= 0) {
      text.append('/').append(Amounts.count(total));
    }
    double seconds = (double) (now - phaseBegan) / NANOS;
    double rate = seconds < 0.1 ? 0 : (done - phaseFirst) / seconds;
    if (rate > 0) {
      text.append("  ").append(rate(rate));
      if (total > done) {
        text.append("  ").append(Amounts.seconds((total - done) / rate)).append(" to go");
      }
    }
    return text.toString();
  }

  private static String rate(double perSecond) {
    return (perSecond < 10 ? Amounts.tenths(perSecond) : Amounts.count(Math.round(perSecond)))
        + "/s";
  }

  /** Takes the line away; where it was not drawn, says once how long the work took. */
  @Override
  public void close() {
    if (onLine) {
      err.print("\r\u001b[K").flush();
      onLine = false;
    }
    long took = clock.getAsLong() - began;
    if (!quiet && !live && !phase.isEmpty() && took > WORTH_A_LINE) {
      double seconds = (double) took / NANOS;
      err.line(
              phase
                  + ": "
                  + Amounts.count(done)
                  + " in "
                  + Amounts.seconds(seconds)
                  + " ("
                  + rate(
                      (done - phaseFirst)
                          / Math.max(0.001, (double) (clock.getAsLong() - phaseBegan) / NANOS))
                  + ")")
          .flush();
    }
  }
}
