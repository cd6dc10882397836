/**
 * Joining datasets: which samples of a source are new, under which columns they come, and how their
 * segments and chunks are taken over without being written anew.
 */
package dev.sheaf.format.internal.concat;
