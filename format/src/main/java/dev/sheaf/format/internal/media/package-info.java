/**
 * FFmpeg, behind classes of ours: opens payloads in memory, lists their packets, decodes packets to
 * pixels and samples. The native libraries are loaded by {@link
 * dev.sheaf.format.internal.media.Ffmpeg} when the first payload is opened or decoded, not before.
 *
 * <p>Native memory is freed by {@code close}; nothing waits for the garbage collector. Native code
 * sees copies of payload bytes only, never mapped memory.
 */
package dev.sheaf.format.internal.media;
