package dev.sheaf.format;

import java.time.Instant;

/**
 * One step of a branch on this machine.
 *
 * @param number how many steps ago: what {@code main@{2}} counts
 * @param before the commit before, or the empty string at its birth
 * @param after the commit after, or the empty string when it was deleted
 * @param time when
 * @param who the name of who did it
 * @param message what was done, for example {@code commit: Correct labels}
 */
public record RefChange(
    int number, String before, String after, Instant time, String who, String message) {}
