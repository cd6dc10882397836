/** Benchmarks of queries; see {@code docs/benchmarks.md}. */
package dev.sheaf.query.bench;
