/**
 * Datasets of multimodal training samples: many versions, any sample by its index, in one
 * directory.
 *
 * <p>Entry point: {@link dev.sheaf.format.Dataset}. A {@link dev.sheaf.format.Version} is one
 * commit; {@link dev.sheaf.format.Version#sample} reads by index, {@link
 * dev.sheaf.format.Version#take} many at once, {@link dev.sheaf.format.Version#scan} all in order.
 * A {@link dev.sheaf.format.Transaction} changes a branch by one commit.
 *
 * <pre>{@code
 * try (Dataset pets = Dataset.open(Path.of("pets.sheaf"))) {
 *   Sample sample = pets.at("main").sample(17);
 *   String label = sample.text("label");
 *   ByteBuffer jpeg = sample.media("image").bytes();
 * }
 * }</pre>
 *
 * <p>Datasets, versions, samples and values are safe for use by several threads; transactions, rows
 * and builders belong to one. Buffers handed out are read-only views, of mapped chunks where the
 * bytes allow; they stay valid as long as they are reachable. What is wrong with data or a request
 * is a {@link dev.sheaf.format.DatasetException} that says what, where and what to do; trouble of
 * the operating system stays an {@link java.io.UncheckedIOException}.
 *
 * <p>Packages below {@code internal} are not part of the API. Spec: {@code docs/format-spec.md}.
 */
package dev.sheaf.format;
