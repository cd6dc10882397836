/**
 * Versions as commits of a bare Git repository: verified reads of objects, one synced pack a
 * commit, refs moved by compare and set. Entry point: {@link
 * dev.sheaf.format.internal.git.GitStore}.
 */
package dev.sheaf.format.internal.git;
