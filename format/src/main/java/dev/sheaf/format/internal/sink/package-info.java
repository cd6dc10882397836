/**
 * Writers of the formats that other tools read: what of a version each can carry, and how.
 *
 * <p>Entry point: a {@link dev.sheaf.format.internal.sink.SinkPlan}, made by one of the {@code
 * …Sink} classes for the columns of a version; it writes into a {@link
 * dev.sheaf.format.internal.sink.SinkFolder}. Plans belong to one thread.
 */
package dev.sheaf.format.internal.sink;
