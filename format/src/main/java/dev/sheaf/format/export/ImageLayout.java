package dev.sheaf.format.export;

import dev.sheaf.format.internal.sink.SinkOptions;

/** How {@link ExportFormat#IMAGEFOLDER} tells what is known about the images. */
public enum ImageLayout {
  /** A folder a label; nothing but the images and one text column can be exported so. */
  FOLDERS(SinkOptions.Layout.FOLDERS),
  /** {@code metadata.jsonl} with a line an image and all other columns. */
  METADATA(SinkOptions.Layout.METADATA);

  private final SinkOptions.Layout layout;

  ImageLayout(SinkOptions.Layout layout) {
    this.layout = layout;
  }

  SinkOptions.Layout layout() {
    return layout;
  }
}
