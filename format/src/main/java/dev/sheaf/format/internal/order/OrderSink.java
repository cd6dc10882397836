package dev.sheaf.format.internal.order;

/** Takes the changes of an edit one blob at a time, so that a long order need not fit in memory. */
public interface OrderSink {
  /** Takes a new or changed blob; the array is handed over. */
  void put(String path, byte[] bytes);

  /** Takes the path of a blob that the base tree has and the new one has not. */
  void remove(String path);
}
