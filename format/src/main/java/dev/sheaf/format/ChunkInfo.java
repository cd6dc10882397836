package dev.sheaf.format;

/**
 * A chunk file that a version refers to.
 *
 * @param id the SHA-256 of its bytes, 64 hex digits
 * @param role {@code layer}, {@code tensor}, {@code wide} (payloads or long text) or {@code keys}
 * @param bytes its length, or -1 if the file is missing
 */
public record ChunkInfo(String id, String role, long bytes) {}
