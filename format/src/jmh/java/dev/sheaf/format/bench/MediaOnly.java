package dev.sheaf.format.bench;

import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a dataset of images and nothing else takes above its payloads. */
final class MediaOnly {
  private MediaOnly() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int samples = BenchData.Shape.WIDE.samples();
    Path path = Format.home().resolve("media.sheaf");
    long payloads = 0;
    Target sample = new Target();
    boolean write = !Files.exists(path);
    try (Dataset dataset = write ? Dataset.create(path) : Dataset.open(path);
        Transaction change = dataset.begin()) {
      if (write) {
        change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      }
      for (int i = 0; i < samples; i++) {
        BenchData.fill(BenchData.Shape.WIDE, i, sample);
        payloads += sample.imageLength;
        if (write) {
          Map<String, Object> facts =
              Map.of("codec", "jpeg", "width", sample.w, "height", sample.h, "channels", 3);
          String key = String.format("train/%05d/%08d.jpg", i / 1_000, i);
          Media image = Media.of(MediaKind.IMAGE, sample.image(), facts);
          change.append(Row.of().key(key).set("image", image));
        }
      }
      if (write) {
        change.commit("Add images");
      }
    }
    long bytes = TextStore.bytesBelow(path);
    Sizes.print(
        "images only: %d samples, %d bytes on disk, %d of payloads: %.2f a sample more, %.3f%%",
        samples,
        bytes,
        payloads,
        (bytes - payloads) / (double) samples,
        100.0 * (bytes - payloads) / payloads);
  }
}
