package dev.sheaf.format.internal.source;

class ArrowSourceTest extends SourceContract {
  @Override
  String file() {
    return "captions.arrow";
  }

  @Override
  boolean nests() {
    return true;
  }
}
