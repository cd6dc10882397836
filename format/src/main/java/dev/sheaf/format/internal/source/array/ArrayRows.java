package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.Type;
import java.io.IOException;

/** An array in a file. Not safe for use by several threads. */
interface ArrayRows {
  /** Returns what it is called, as a column can be. */
  String name();

  /** Returns the number of axes. */
  int rank();

  /** Returns the length of the first axis; there must be one. */
  long rows();

  /** Returns the type of a cell that is one step along the first axis. */
  Type rowType();

  /** Returns the type of a cell that is the whole array. */
  Type wholeType();

  /** Returns about how many bytes a step along the first axis, or an array without axes, has. */
  long rowBytes();

  /** Returns one step along the first axis. */
  Object row(long index) throws IOException;

  /** Returns the whole array. */
  Object whole() throws IOException;
}
