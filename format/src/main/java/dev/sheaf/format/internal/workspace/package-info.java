/**
 * Edits that wait for a commit: a journal per workspace and branch in {@code local/staged/}, whose
 * entries hold cells as sparse layers, with chunks of their own beside it.
 *
 * <p>Entry points: {@link dev.sheaf.format.internal.workspace.StagedJournal} for the file, {@link
 * dev.sheaf.format.internal.workspace.StagedCells} for the cells in its entries.
 */
package dev.sheaf.format.internal.workspace;
