/**
 * Payloads as tensors: images, sound, and videos by frame number.
 *
 * <pre>{@code
 * Media cell = version.sample(17).media("video");
 * Tensor clip = Video.of(cell).clip(30, 46); // uint8[16, h, w, 3]
 * Tensor image = ImageDecoder.create().size(224, 224).decode(photo); // uint8[224, 224, c]
 * Tensor sound = AudioDecoder.create().rate(16_000).decode(speech); // float32[samples, channels]
 * }</pre>
 *
 * <p>FFmpeg decodes; its native libraries are loaded when the first payload is decoded, and not
 * before. Decoders are immutable and safe for use by several threads; each call decodes on the
 * calling thread and frees all native memory before it returns. A payload is copied into native
 * memory: a damaged file is an {@link dev.sheaf.format.InvalidInputException}, never a crash.
 */
package dev.sheaf.format.media;
