/**
 * Segments and layers: their records in the version tree, their cells in pages and beyond. Entry
 * points: {@link dev.sheaf.format.internal.layer.LayerBuilder}, {@link
 * dev.sheaf.format.internal.layer.LayerReader}.
 */
package dev.sheaf.format.internal.layer;
