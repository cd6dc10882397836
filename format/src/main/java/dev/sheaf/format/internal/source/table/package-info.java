/**
 * Tables of rows: text formats, and what all tables share. A {@link
 * dev.sheaf.format.internal.source.table.TableSource} reads its file once for the columns and once
 * for the rows; other families extend it.
 */
package dev.sheaf.format.internal.source.table;
