package dev.sheaf.format.internal.blob;

/** A chunk that is being written: it gets its name when it is sealed. Safe for several threads. */
public final class ChunkSlot {
  private volatile String id;

  /** Returns the name. */
  public String id() {
    if (id == null) {
      throw new IllegalStateException("the chunk is not sealed");
    }
    return id;
  }

  /** Tells whether the chunk has its name. */
  public boolean isSealed() {
    return id != null;
  }

  /** Gives the chunk its name. */
  public void sealed(String name) {
    this.id = name;
  }

  /** Returns a slot for a chunk that exists. */
  public static ChunkSlot of(String id) {
    ChunkSlot slot = new ChunkSlot();
    slot.sealed(id);
    return slot;
  }
}
