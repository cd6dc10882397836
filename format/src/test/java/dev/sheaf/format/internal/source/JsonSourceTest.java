package dev.sheaf.format.internal.source;

class JsonSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.json";
  }

  @Override
  boolean nests() {
    return true;
  }
}
