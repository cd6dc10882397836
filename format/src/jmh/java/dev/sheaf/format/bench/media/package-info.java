/** Decoding of media: clips by frame number, images, and how fast each decoder is. */
package dev.sheaf.format.bench.media;
