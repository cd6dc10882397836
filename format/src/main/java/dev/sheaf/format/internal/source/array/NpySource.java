package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** One NumPy array; the column is named as the file. */
public final class NpySource extends ArraySource {
  public NpySource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  Opened open() throws IOException {
    FileChannel channel = FileChannel.open(file().path(), StandardOpenOption.READ);
    try {
      RandomBytes bytes = RandomBytes.of(channel, 0, channel.size());
      StoredArray array = Npy.parse(stem(file().name()), bytes, file().location());
      return new Opened(List.of(array), channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
