/** COCO annotations, joined with their images. */
package dev.sheaf.format.internal.source.coco;
