package dev.sheaf.format.internal.source;

class CsvSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.csv";
  }

  @Override
  boolean nests() {
    return false;
  }
}
