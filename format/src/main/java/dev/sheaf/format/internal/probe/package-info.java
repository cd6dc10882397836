/**
 * Facts of media, read from their headers without decoding: what a payload is, its size, and
 * whether its structure is whole. Entry point: {@link dev.sheaf.format.internal.probe.MediaProbe}.
 */
package dev.sheaf.format.internal.probe;
