package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Batch;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.io.IOException;

/** A plan that takes one sample after the other. */
abstract class RowSink implements SinkPlan {
  private final Version version;

  RowSink(Version version) {
    this.version = version;
  }

  final Version version() {
    return version;
  }

  /** Begins the first file. */
  abstract void begin(SinkFolder folder) throws IOException;

  /** Writes one sample. */
  abstract void add(Sample sample) throws IOException;

  /** Finishes the last file. */
  abstract void end() throws IOException;

  /** Closes what is open after a failure; the folder will be removed. */
  abstract void abort() throws IOException;

  @Override
  public final void write(SinkFolder folder, Progress progress) throws IOException {
    try {
      progress.at("export", 0, version.size());
      begin(folder);
      long count = 0;
      for (Batch batch : version.scan()) {
        for (int row = 0; row < batch.size(); row++) {
          Sample sample = batch.sample(row);
          try {
            add(sample);
          } catch (DatasetException e) {
            throw SinkErrors.located(e, sample.index());
          }
          if ((++count & 0xff) == 0) {
            progress.at("export", count, version.size());
          }
        }
        progress.at("export", count, version.size());
      }
      end();
    } catch (IOException | RuntimeException | Error e) {
      try {
        abort();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }
}
