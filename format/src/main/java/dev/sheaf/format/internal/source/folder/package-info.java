/** Folders whose files are samples. */
package dev.sheaf.format.internal.source.folder;
