/** Payloads as tensors. Entry point: {@link dev.sheaf.query.media.ImageDecoder}. */
package dev.sheaf.query.media;
