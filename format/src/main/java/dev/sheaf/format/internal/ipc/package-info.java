/**
 * Arrow IPC files, written and read without Arrow's allocator: arrays being built, files, pages
 * checked before they are read. Entry points: {@link dev.sheaf.format.internal.ipc.IpcWriter},
 * {@link dev.sheaf.format.internal.ipc.PageParser}.
 */
package dev.sheaf.format.internal.ipc;
