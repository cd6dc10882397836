package dev.sheaf.query.tensor;

import dev.sheaf.query.tensor.Attribute.Axes;
import dev.sheaf.query.tensor.Attribute.Lengths;
import dev.sheaf.query.tensor.Attribute.Parts;
import dev.sheaf.query.tensor.Attribute.Size;
import dev.sheaf.query.tensor.Attribute.Top;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The axes of a result from those of the operands. Used while a program is built, where lengths may
 * be symbols, and again for the actual lengths of a run; the errors are the same.
 */
final class Inference {
  private Inference() {}

  static List<Dim> dims(Op op, Attribute attribute, List<TensorType> args) {
    return switch (op.family) {
      case SOURCE -> op == Op.SHAPE ? List.of(Dim.of(args.get(0).rank())) : List.of();
      case BINARY, COMPARISON, WHERE ->
          attribute instanceof Attribute.Exact exact
              ? same(exact.function(), args.get(0), args.get(1))
              : broadcast(op, args);
      case UNARY, CAST -> args.get(0).dims();
      case VIEW -> view(op, attribute, args.get(0));
      case RESHAPE -> reshape(args.get(0), ((Lengths) attribute).lengths());
      case REDUCTION -> reduce(op, args.get(0), (Axes) attribute);
      case WHOLE -> whole(op, attribute, args);
    };
  }

  private static List<Dim> view(Op op, Attribute attribute, TensorType type) {
    if (op == Op.SLICE) {
      return slice(type, ((Parts) attribute).slice());
    }
    List<Integer> axes = ((Axes) attribute).axes();
    List<Dim> dims = new ArrayList<>();
    if (op == Op.TRANSPOSE) {
      axes.forEach(axis -> dims.add(type.dims().get(axis)));
    } else {
      dims.addAll(type.dims());
      dims.add(axes.get(0), Dim.of(1));
    }
    return dims;
  }

  private static List<Dim> whole(Op op, Attribute attribute, List<TensorType> args) {
    return switch (op) {
      case MATMUL -> matmul(args.get(0), args.get(1));
      case CONCAT -> concat(args, ((Axes) attribute).axes().get(0));
      case GATHER -> gather(args.get(0), args.get(1), ((Axes) attribute).axes().get(0));
      case TOPK_VALUES, TOPK_INDICES -> top(args.get(0), (Top) attribute);
      case HISTOGRAM -> List.of(Dim.of(((Attribute.Bins) attribute).count()));
      case RESIZE -> resize(args.get(0), (Size) attribute);
      default -> throw new AssertionError(op);
    };
  }

  private static List<Dim> same(String function, TensorType a, TensorType b) {
    boolean same = a.rank() == b.rank();
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; same && axis < a.rank(); axis++) {
      Dim first = a.dims().get(axis);
      Dim second = b.dims().get(axis);
      same = !first.isFixed() || !second.isFixed() || first.equals(second);
      dims.add(first.isFixed() ? first : second);
    }
    if (!same) {
      throw ShapeError.of(
          ShapeError.SHAPE, function + " of " + a + " and " + b, "Both need the same shape");
    }
    return dims;
  }

  private static List<Dim> broadcast(Op op, List<TensorType> args) {
    int rank = args.stream().mapToInt(TensorType::rank).max().orElseThrow();
    List<Dim> dims = new ArrayList<>();
    for (int axis = -rank; axis < 0; axis++) {
      Dim dim = Dim.of(1);
      for (TensorType arg : args) {
        if (arg.rank() + axis >= 0) {
          dim = meet(op, args, axis, dim, arg.dims().get(arg.rank() + axis));
        }
      }
      dims.add(dim);
    }
    return dims;
  }

  private static Dim meet(Op op, List<TensorType> args, int axis, Dim a, Dim b) {
    if (a.isSame(b) || b.isOne()) {
      return a;
    }
    if (a.isOne()) {
      return b;
    }
    if (a.isFixed() && b.isFixed()) {
      throw ShapeError.of(
          ShapeError.SHAPE,
          "Shapes "
              + args.stream().map(TensorType::axes).collect(Collectors.joining(" and "))
              + " do not broadcast in "
              + op.id()
              + ": axis "
              + axis
              + " is "
              + a
              + " and "
              + b,
          "Axes are matched from the last; lengths must be equal or 1");
    }
    // The other length can only be equal or 1.
    return a.isFixed() ? a : b.isFixed() ? b : Dim.UNKNOWN;
  }

  /** Returns {@code axis} counted from the first, or reports that there is none. */
  static int axis(String function, TensorType type, long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "Axis " + axis + " of " + function + " is out of range for " + type,
          rank == 0
              ? "A single element has no axis"
              : "Axes go from 0 to " + (rank - 1) + ", or from -" + rank + " to -1");
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private static List<Dim> slice(TensorType type, Slice slice) {
    long named =
        slice.parts().stream()
            .filter(part -> part instanceof Slice.Index || part instanceof Slice.Range)
            .count();
    if (named > type.rank()) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "[" + slice + "] names " + named + " axes of " + type + ", which has " + type.rank(),
          "Name at most " + type.rank());
    }
    if (slice.parts().stream().filter(Slice.Ellipsis.class::isInstance).count() > 1) {
      throw ShapeError.of(
          ShapeError.INDEX, "[" + slice + "] has more than one ...", "Keep one of them");
    }
    List<Dim> dims = new ArrayList<>();
    int axis = 0;
    for (Slice.Part part : slice.parts()) {
      if (part instanceof Slice.NewAxis) {
        dims.add(Dim.of(1));
      } else if (part instanceof Slice.Ellipsis) {
        for (int end = axis + type.rank() - (int) named; axis < end; axis++) {
          dims.add(type.dims().get(axis));
        }
      } else if (part instanceof Slice.Range range) {
        dims.add(range(type.dims().get(axis++), range));
      } else if (part instanceof Slice.Index index) {
        index(type, axis, index.position());
        axis++;
      }
    }
    dims.addAll(type.dims().subList(axis, type.rank()));
    return dims;
  }

  private static Dim range(Dim dim, Slice.Range range) {
    if (range.isWhole()) {
      return dim;
    }
    return dim.isFixed() ? Dim.of(range.on(dim.length())[1]) : Dim.UNKNOWN;
  }

  private static void index(TensorType type, int axis, long position) {
    Dim dim = type.dims().get(axis);
    if (dim.isFixed() && (position < -dim.length() || position >= dim.length())) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "Index " + position + " is out of range for axis " + axis + " of " + type,
          "The axis has " + dim + " positions; a range such as " + position + ": may be empty");
    }
  }

  private static List<Dim> reshape(TensorType type, List<Long> lengths) {
    boolean fixed = type.isFixed();
    long known = 1;
    for (long length : lengths) {
      known = length < 0 ? known : Math.multiplyExact(known, length);
    }
    boolean open = lengths.contains(-1L);
    if (fixed) {
      long count = type.shape().elementCount();
      if (open ? known == 0 || count % known != 0 : count != known) {
        throw ShapeError.of(
            ShapeError.SHAPE,
            "Cannot reshape " + type + " with " + count + " elements to " + lengths,
            "The number of elements must stay; one length may be -1");
      }
    }
    List<Dim> dims = new ArrayList<>();
    for (long length : lengths) {
      if (length >= 0) {
        dims.add(Dim.of(length));
      } else {
        dims.add(fixed ? Dim.of(type.shape().elementCount() / known) : Dim.UNKNOWN);
      }
    }
    return dims;
  }

  private static List<Dim> reduce(Op op, TensorType type, Axes attribute) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < type.rank(); axis++) {
      Dim dim = type.dims().get(axis);
      if (!attribute.axes().contains(axis)) {
        dims.add(dim);
        continue;
      }
      boolean needsOne = op == Op.AMIN || op == Op.AMAX || op == Op.ARGMIN || op == Op.ARGMAX;
      if (needsOne && dim.length() == 0) {
        throw ShapeError.of(
            ShapeError.SHAPE,
            "The " + op.id() + " of no elements is not defined: axis " + axis + " of " + type,
            "Leave out empty tensors, for example WHERE size(x) > 0");
      }
      if (attribute.keep()) {
        dims.add(Dim.of(1));
      }
    }
    return dims;
  }

  private static List<Dim> matmul(TensorType a, TensorType b) {
    Dim inner = a.dims().get(1);
    Dim other = b.dims().get(0);
    if (inner.isFixed() && other.isFixed() && !inner.equals(other)) {
      throw ShapeError.of(
          ShapeError.SHAPE,
          "Cannot multiply " + a + " by " + b + ": inner lengths are " + inner + " and " + other,
          "The last axis of the first must be as long as the first axis of the second");
    }
    return List.of(a.dims().get(0), b.dims().get(1));
  }

  private static List<Dim> concat(List<TensorType> args, int axis) {
    List<Dim> dims = new ArrayList<>(args.get(0).dims());
    Dim length = Dim.of(0);
    for (TensorType arg : args) {
      for (int i = 0; i < dims.size(); i++) {
        Dim dim = arg.dims().get(i);
        if (i == axis) {
          length =
              length.isFixed() && dim.isFixed()
                  ? Dim.of(Math.addExact(length.length(), dim.length()))
                  : Dim.UNKNOWN;
        } else if (dims.get(i).isFixed() && dim.isFixed() && !dims.get(i).equals(dim)) {
          throw ShapeError.of(
              ShapeError.SHAPE,
              "Cannot concat "
                  + args.get(0)
                  + " and "
                  + arg
                  + " along axis "
                  + axis
                  + ": axis "
                  + i
                  + " is "
                  + dims.get(i)
                  + " and "
                  + dim,
              "All other axes must be equal");
        } else if (!dims.get(i).isFixed()) {
          dims.set(i, dim);
        }
      }
    }
    dims.set(axis, length);
    return dims;
  }

  private static List<Dim> gather(TensorType type, TensorType indices, int axis) {
    List<Dim> dims = new ArrayList<>(type.dims().subList(0, axis));
    dims.addAll(indices.dims());
    dims.addAll(type.dims().subList(axis + 1, type.rank()));
    return dims;
  }

  private static List<Dim> top(TensorType type, Top top) {
    Dim dim = type.dims().get(top.axis());
    if (dim.isFixed() && top.k() > dim.length()) {
      throw ShapeError.of(
          ShapeError.ARGUMENT,
          "k=" + top.k() + " is more than axis " + top.axis() + " of " + type + " has",
          "Use at most " + dim);
    }
    List<Dim> dims = new ArrayList<>(type.dims());
    dims.set(top.axis(), Dim.of(top.k()));
    return dims;
  }

  private static List<Dim> resize(TensorType type, Size size) {
    for (int axis = 0; axis < 2; axis++) {
      if (type.dims().get(axis).length() == 0) {
        throw ShapeError.of(
            ShapeError.SHAPE, "Cannot resize " + type + ", which has no pixels", "Leave it out");
      }
    }
    List<Dim> dims = new ArrayList<>(type.dims());
    dims.set(0, Dim.of(size.height()));
    dims.set(1, Dim.of(size.width()));
    return dims;
  }
}
