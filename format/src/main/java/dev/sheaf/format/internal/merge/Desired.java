package dev.sheaf.format.internal.merge;

/**
 * What a cell of the result is to show.
 *
 * @param value the value, of the column's type in the result, or null
 * @param inputs for a derived cell the digest of what it was computed from, as a number; else null
 */
record Desired(Object value, Object inputs) {}
