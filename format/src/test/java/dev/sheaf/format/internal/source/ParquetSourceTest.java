package dev.sheaf.format.internal.source;

class ParquetSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.parquet";
  }

  @Override
  boolean nests() {
    return true;
  }
}
