package dev.sheaf.format.internal.source;

class JsonlSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.jsonl";
  }

  @Override
  boolean nests() {
    return true;
  }
}
