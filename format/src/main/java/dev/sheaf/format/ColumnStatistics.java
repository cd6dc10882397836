package dev.sheaf.format;

/**
 * What is known of the cells of one column in some pages without reading them. Bounds may be looser
 * than the cells, never tighter: cells that edits have replaced and deleted samples count too.
 *
 * @param mayBeNull whether a cell may be null
 * @param mayHaveValue whether a cell may be other than null
 * @param min a value that none is below: Long for integers (by their stored number for bool, date
 *     and timestamp), {@link java.math.BigInteger} for {@code uint64} above 2^63-1, Double, or
 *     String in the order of its UTF-8 bytes; null if no bound is known. NaN is not counted
 * @param max a value that none is above, or null
 */
public record ColumnStatistics(boolean mayBeNull, boolean mayHaveValue, Object min, Object max) {
  /** Nothing is known. */
  public static final ColumnStatistics UNKNOWN = new ColumnStatistics(true, true, null, null);
}
