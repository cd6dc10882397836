/** Arrow IPC files and streams. */
package dev.sheaf.format.internal.source.arrow;
