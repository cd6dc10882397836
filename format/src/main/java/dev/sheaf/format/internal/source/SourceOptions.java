package dev.sheaf.format.internal.source;

import dev.sheaf.format.DatasetException;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How sources are read.
 *
 * @param format what the sources are, or null to find out
 * @param label where an image's label comes from, or null to decide by the folders
 * @param mediaRoot where relative paths in table cells begin, beside the table's own folder, or
 *     null
 * @param tolerant whether rows that cannot be taken are left out, so that they have no say in the
 *     types either
 * @param onError is given each item that cannot be taken: returns to leave it out, or throws
 * @param opened is given what has to stay open until all rows are read (a zip)
 * @param skipped is told what was passed over without an error (a README among images)
 */
public record SourceOptions(
    SourceFormat format,
    LabelRule label,
    Path mediaRoot,
    boolean tolerant,
    Consumer<DatasetException> onError,
    Consumer<DatasetException> skipped,
    Consumer<Closeable> opened) {
  /** Requires the listeners. */
  public SourceOptions {
    Objects.requireNonNull(onError, "onError");
    Objects.requireNonNull(skipped, "skipped");
    Objects.requireNonNull(opened, "opened");
  }

  public Optional<SourceFormat> wanted() {
    return Optional.ofNullable(format);
  }
}
