package dev.sheaf.format.internal.source;

/**
 * A cell that its file declares to be JSON.
 *
 * @param text the document
 */
public record TypedJson(String text) {
  @Override
  public String toString() {
    return text;
  }
}
