/** Apache Parquet. */
package dev.sheaf.format.internal.source.parquet;
