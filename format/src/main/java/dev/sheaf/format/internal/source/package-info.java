/**
 * What the readers of all families share: rows, columns, values, payloads and messages.
 *
 * <p>Every reader is a {@link dev.sheaf.format.internal.source.SampleSource}: it sees all rows
 * before it fixes its column types, then gives its rows in one order that depends on the bytes
 * alone. Entry point: {@link dev.sheaf.format.internal.source.detect.Sources}.
 */
package dev.sheaf.format.internal.source;
