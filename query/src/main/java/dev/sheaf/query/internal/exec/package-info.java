/**
 * Operators and expressions over batches of columns. Columns are in the layout of Arrow on the
 * heap: one array of values, one of offsets for text, one of nulls.
 */
package dev.sheaf.query.internal.exec;
