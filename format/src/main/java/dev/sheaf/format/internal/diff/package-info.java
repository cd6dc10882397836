/**
 * What differs between two versions: walks the trees that differ, then the layers, then the cells.
 * Depends on {@code engine} for reading; nothing but the API's front depends on it, beside {@code
 * merge}.
 */
package dev.sheaf.format.internal.diff;
