/** Finds out what paths hold and opens readers for them. */
package dev.sheaf.format.internal.source.detect;
