/** Tables of edits. */
package dev.sheaf.format.internal.source.edit;
