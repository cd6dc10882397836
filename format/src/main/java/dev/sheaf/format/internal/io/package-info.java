/**
 * Immutable chunks by name, files that are whole or not there, and checksums. Entry point: {@link
 * dev.sheaf.format.internal.io.ChunkStore}.
 */
package dev.sheaf.format.internal.io;
