package dev.sheaf.query.tensor;

import dev.sheaf.format.Tensor;
import java.util.List;
import java.util.stream.Collectors;

/** What an operation needs beside its operands. The text of each is part of a program's digest. */
sealed interface Attribute {
  /** No attribute. */
  Attribute NONE = new None();

  record None() implements Attribute {
    @Override
    public String toString() {
      return "";
    }
  }

  /** Both operands need the same shape, as a function of this name demands; no broadcasting. */
  record Exact(String function) implements Attribute {
    @Override
    public String toString() {
      return "exact";
    }
  }

  /** The name of an input. */
  record Name(String name) implements Attribute {
    @Override
    public String toString() {
      return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
  }

  /** The value of a constant, with a digest of its bytes. */
  record Constant(Tensor value, String digest) implements Attribute {
    @Override
    public boolean equals(Object other) {
      return other instanceof Constant constant
          && digest.equals(constant.digest)
          && value.equals(constant.value);
    }

    @Override
    public int hashCode() {
      return digest.hashCode();
    }

    @Override
    public String toString() {
      return digest;
    }
  }

  /** The parts of a slice. */
  record Parts(Slice slice) implements Attribute {
    @Override
    public String toString() {
      return "[" + slice + "]";
    }
  }

  /** Axes, not negative, ascending for reductions; whether a reduced axis stays with length 1. */
  record Axes(List<Integer> axes, boolean keep) implements Attribute {
    public Axes {
      axes = List.copyOf(axes);
    }

    @Override
    public String toString() {
      return axes.stream().map(String::valueOf).collect(Collectors.joining(",", "axes=", ""))
          + (keep ? " keep" : "");
    }
  }

  /** Axis lengths to reshape to, -1 for the one to be computed. */
  record Lengths(List<Long> lengths) implements Attribute {
    public Lengths {
      lengths = List.copyOf(lengths);
    }

    @Override
    public String toString() {
      return lengths.toString();
    }
  }

  /** The bins of a histogram. */
  record Bins(int count, double low, double high) implements Attribute {
    @Override
    public String toString() {
      return count + " bins from " + low + " to " + high;
    }
  }

  /** How many of the greatest (or least) elements of an axis. */
  record Top(int k, int axis, boolean greatest) implements Attribute {
    @Override
    public String toString() {
      return (greatest ? "greatest " : "least ") + k + " axis=" + axis;
    }
  }

  /** The target of a resize, in pixels. */
  record Size(int height, int width, Interpolation interpolation) implements Attribute {
    @Override
    public String toString() {
      return height + "x" + width + " " + interpolation.id();
    }
  }
}
