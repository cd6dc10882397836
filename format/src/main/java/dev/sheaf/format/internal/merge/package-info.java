/**
 * Three-way merges of versions: finds the base, merges columns, documents, samples, cells and
 * order, and writes the result as one commit. Segments that are equal on both sides are not read,
 * and those that one side alone changed are taken whole.
 */
package dev.sheaf.format.internal.merge;
