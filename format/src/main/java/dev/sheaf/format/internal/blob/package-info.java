/**
 * Values that are too long for a page: payloads and bytes in blob chunks, text in text chunks.
 * Entry points: {@link dev.sheaf.format.internal.blob.BlobSink}, {@link
 * dev.sheaf.format.internal.blob.TextSink}.
 */
package dev.sheaf.format.internal.blob;
