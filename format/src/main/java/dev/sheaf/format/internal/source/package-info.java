/**
 * Readers of what users have on disk: folders of images, JSON Lines, JSON, CSV, Parquet and Arrow
 * files.
 *
 * <p>Every reader is a {@link dev.sheaf.format.internal.source.SampleSource}: it sees all rows
 * before it fixes its column types, then gives its rows in one order that depends on the bytes
 * alone. Entry point: {@link dev.sheaf.format.internal.source.Sources}.
 */
package dev.sheaf.format.internal.source;
