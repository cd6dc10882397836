package dev.sheaf.format.media;

/**
 * What is known of a frame without decoding it.
 *
 * @param number its position in the order of presentation, from 0
 * @param pts when it is shown, in units of {@link Video#timeBase}
 * @param offset the first byte of its packet in the payload
 * @param size the bytes of its packet
 * @param isKey whether decoding can begin at it
 * @param type its type: {@code I}, {@code P}, {@code B}, or {@code ?} where it is not known
 */
public record Frame(int number, long pts, long offset, int size, boolean isKey, char type) {}
