/**
 * Benchmarks of Sheaf beside its peers. Every number in {@code docs/benchmarks.md} comes from here.
 */
package dev.sheaf.format.bench;
