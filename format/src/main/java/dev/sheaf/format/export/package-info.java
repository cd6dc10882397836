/**
 * Hands versions of a dataset to other tools, in the formats that they read.
 *
 * <p>Entry point: {@link dev.sheaf.format.export.Export}. An export belongs to one thread.
 *
 * <pre>{@code
 * try (Dataset pets = Dataset.open(Path.of("pets.sheaf"))) {
 *   ExportReport report =
 *       Export.of(pets.at("v1"))
 *           .to(ExportFormat.WEBDATASET, Path.of("pets-tar"))
 *           .columns("image", "caption", "label")
 *           .shardSize(ShardSize.parse("256MB"))
 *           .run();
 * }
 * }</pre>
 *
 * <p>What each format carries of each type: {@code docs/export.md}.
 */
package dev.sheaf.format.export;
