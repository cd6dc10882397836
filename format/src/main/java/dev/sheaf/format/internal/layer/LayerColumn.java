package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.Form;

/**
 * A column of a layer, as it was written.
 *
 * @param column the id of the column in the schema
 * @param aspect {@link #CELLS}, {@link #INPUTS} for the digests of what the cells were derived
 *     from, or {@link #FRAMES} for the frame tables of videos
 * @param name the name at the time of writing
 * @param type the type at the time of writing; the schema's may be wider by now
 * @param form how the cells are laid out
 * @param facts the facts of a media column, else null
 */
public record LayerColumn(
    String column, String aspect, String name, Type type, Form form, Type.Struct facts) {
  /** The cells themselves. */
  public static final String CELLS = "cells";

  /** One {@code uint64} a cell: the digest of the input cells from which it was derived. */
  public static final String INPUTS = "inputs";

  /** One binary value a cell of a video: its frame table. */
  public static final String FRAMES = "frames";

  /** Returns the Arrow layout. */
  public ArrowLayout layout() {
    String field = aspect.equals(CELLS) ? name : name + "#" + aspect;
    return ArrowLayout.of(field, type, form, facts);
  }
}
