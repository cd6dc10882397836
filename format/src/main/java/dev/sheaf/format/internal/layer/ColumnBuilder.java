package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.Cells;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Physical;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Collects the cells of one column of a layer and decides their form. Not safe for use by several
 * threads.
 */
abstract class ColumnBuilder {
  /** Values up to this length, in bytes, stay in the page. */
  static final int INLINE_BYTES = 1024;

  /** Fixed tensors of a layer that take no more than this together, in bytes, stay in its pages. */
  static final int SMALL_TENSORS_BYTES = 64 << 10;

  private static final int REFERENCE_BYTES = 36;

  final Type type;
  final String name;

  private ColumnBuilder(String name, Type type) {
    this.name = name;
    this.type = type;
  }

  /** Returns a builder for cells of a type. */
  static ColumnBuilder of(String name, Type type, WideValues wide) {
    if (type instanceof Type.Media media) {
      return new MediaCells(name, media, wide);
    }
    if (type instanceof Type.Tensor tensor) {
      if (!tensor.shape().isFixed()) {
        return new VaryingCells(name, type, wide);
      }
      long width = tensor.dtype().byteLength(tensor.shape().elementCount());
      return width >= INLINE_BYTES
          ? new FixedCells(name, tensor, Math.toIntExact(width))
          : new PlainCells(name, type);
    }
    boolean varying =
        type instanceof Type.Utf8 || type instanceof Type.Binary || type instanceof Type.Json;
    return varying ? new VaryingCells(name, type, wide) : new PlainCells(name, type);
  }

  /** Appends a cell and returns about how many bytes of the page it takes. */
  abstract int add(Object value);

  /** Returns the bytes kept outside the pages in memory. */
  long tensorBytes() {
    return 0;
  }

  /** Returns the bytes of text and JSON, in the pages or elsewhere. */
  long textBytes() {
    return 0;
  }

  /** Returns the form; final once all cells are in. */
  abstract Form form();

  /** Returns the facts of a media column, else null. */
  Type.Struct facts() {
    return null;
  }

  /** Returns the cells, in {@link #form()}. Wide values must have been flushed. */
  abstract ArrayBuilder build(ChunkNumbers numbers);

  /** Returns the tensors in row order, for {@link Form#FIXED}. */
  ByteBuffer tensors() {
    throw new IllegalStateException("form is " + form());
  }

  static Form formFor(boolean anyWide) {
    return anyWide ? Form.VARYING : Form.PLAIN;
  }

  /** Cells of a fixed or nested type. */
  private static final class PlainCells extends ColumnBuilder {
    private final ArrayBuilder cells;

    PlainCells(String name, Type type) {
      super(name, type);
      this.cells = ArrayBuilder.of(ArrowLayout.plain(name, type).physical());
    }

    @Override
    int add(Object value) {
      long before = cells.byteSize();
      Cells.append(cells, type, value, name);
      return (int) (cells.byteSize() - before);
    }

    @Override
    Form form() {
      return Form.PLAIN;
    }

    @Override
    ArrayBuilder build(ChunkNumbers numbers) {
      return cells;
    }
  }

  /** Text, bytes, JSON and ragged tensors. */
  private static final class VaryingCells extends ColumnBuilder {
    private final WideValues wide;
    private final ArrayBuilder inline;
    private final ArrayBuilder.FixedLists shapes;
    private final List<Place> places = new ArrayList<>();
    private final List<Boolean> present = new ArrayList<>();
    private boolean anyWide;
    private long textBytes;

    VaryingCells(String name, Type type, WideValues wide) {
      super(name, type);
      this.wide = wide;
      Physical layout = ArrowLayout.plain(name, type).physical();
      if (type instanceof Type.Tensor) {
        this.inline = ArrayBuilder.of(layout.children().get(0));
        this.shapes = (ArrayBuilder.FixedLists) ArrayBuilder.of(layout.children().get(1));
      } else {
        this.inline = ArrayBuilder.of(layout);
        this.shapes = null;
      }
    }

    @Override
    int add(Object value) {
      long before = inline.byteSize();
      Place place = null;
      if (value == null) {
        inline.addNull();
        if (shapes != null) {
          shapes.addNull();
        }
      } else if (type instanceof Type.Tensor tensorType) {
        Tensor tensor = Cells.tensor(tensorType, value, name);
        if (tensor.byteLength() > INLINE_BYTES) {
          place = wide.bytes(tensor.data());
          inline.addNull();
        } else {
          Cells.appendRagged(inline, tensor);
        }
        Cells.appendShape(shapes, tensor.shape());
      } else {
        ByteBuffer bytes = Cells.bytes(type, value, name);
        textBytes += type instanceof Type.Binary ? 0 : bytes.remaining();
        if (bytes.remaining() > INLINE_BYTES) {
          place = type instanceof Type.Binary ? wide.bytes(bytes) : wide.text(bytes);
          inline.addNull();
        } else {
          ((ArrayBuilder.Variable) inline).add(bytes);
        }
      }
      present.add(value != null);
      places.add(place);
      anyWide |= place != null;
      return (int) (inline.byteSize() - before) + (place == null ? 0 : REFERENCE_BYTES);
    }

    @Override
    long textBytes() {
      return textBytes;
    }

    @Override
    Form form() {
      return formFor(anyWide);
    }

    @Override
    ArrayBuilder build(ChunkNumbers numbers) {
      if (!anyWide && shapes == null) {
        return inline;
      }
      List<ArrayBuilder> children = new ArrayList<>();
      children.add(inline);
      if (anyWide) {
        children.add(numbers.references(places));
      }
      if (shapes != null) {
        children.add(shapes);
      }
      return ArrayBuilder.Structs.assemble(children, present.size(), present::get);
    }
  }

  /** Fixed-shape tensors of about 1 KiB and more. */
  private static final class FixedCells extends ColumnBuilder {
    private final int width;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ArrayBuilder.Fixed crcs =
        (ArrayBuilder.Fixed) ArrayBuilder.of(new Physical.Fixed(32));
    private int rows;

    FixedCells(String name, Type.Tensor type, int width) {
      super(name, type);
      this.width = width;
    }

    @Override
    int add(Object value) {
      byte[] row = new byte[width];
      if (value == null) {
        crcs.addNull();
      } else {
        Cells.tensor((Type.Tensor) type, value, name).data().get(row);
        crcs.add(Checksums.crc32c(row, 0, width));
      }
      data.writeBytes(row);
      rows++;
      return 4;
    }

    @Override
    long tensorBytes() {
      return data.size();
    }

    @Override
    Form form() {
      return data.size() <= SMALL_TENSORS_BYTES ? Form.PLAIN : Form.FIXED;
    }

    @Override
    ArrayBuilder build(ChunkNumbers numbers) {
      if (form() == Form.FIXED) {
        return crcs;
      }
      ArrayBuilder cells = ArrayBuilder.of(ArrowLayout.plain(name, type).physical());
      Type.Tensor tensor = (Type.Tensor) type;
      ByteBuffer all = ByteBuffer.wrap(data.toByteArray());
      for (int i = 0; i < rows; i++) {
        ByteBuffer row = all.slice(i * width, width);
        Cells.append(
            cells,
            type,
            crcs.isNull(i) ? null : Tensor.of(tensor.dtype(), tensor.shape(), row),
            name);
      }
      return cells;
    }

    @Override
    ByteBuffer tensors() {
      return ByteBuffer.wrap(data.toByteArray());
    }
  }

  /** Encoded payloads. */
  private static final class MediaCells extends ColumnBuilder {
    /** About how many bytes the facts take that not every layer has. */
    private static final int MORE_FACTS_BYTES = 64;

    private final WideValues wide;
    private final MediaKind kind;
    private final ArrayBuilder.Variable inline;
    private final ArrayBuilder.Fixed sha256;
    private final List<Map<String, Object>> facts = new ArrayList<>();
    private Type.Struct written;
    private ArrayBuilder factCells;
    private final List<Place> places = new ArrayList<>();
    private final List<Boolean> present = new ArrayList<>();
    private boolean anyLink;

    MediaCells(String name, Type.Media type, WideValues wide) {
      super(name, type);
      this.wide = wide;
      this.kind = type.kind();
      this.written = MediaFacts.core(kind);
      this.inline = (ArrayBuilder.Variable) ArrayBuilder.of(new Physical.Variable(false));
      this.sha256 = (ArrayBuilder.Fixed) ArrayBuilder.of(new Physical.Fixed(256));
      this.factCells = ArrayBuilder.of(ArrowLayout.plain("facts", written).physical());
    }

    @Override
    int add(Object value) {
      Place place = null;
      long before = inline.byteSize() + factCells.byteSize();
      int more = 0;
      if (value == null) {
        inline.addNull();
        sha256.addNull();
        factCells.addNull();
        remember(null);
      } else {
        Media media = Cells.media((Type.Media) type, value, name);
        Map<String, Object> known = media.facts();
        remember(known);
        if (media.byteLength() > INLINE_BYTES) {
          place = wide.media(media);
          anyLink |= !place.link().isEmpty();
          more += place.link().length();
          inline.addNull();
        } else {
          inline.add(ByteBuffer.wrap(media.toBytes()));
        }
        sha256.add(ByteBuffer.wrap(HexFormat.of().parseHex(media.sha256())));
        Cells.append(factCells, MediaFacts.core(kind), MediaFacts.core(kind, known), name);
        if (MediaFacts.hasMore(kind, known)) {
          written = MediaFacts.of(kind);
          more += MORE_FACTS_BYTES;
        }
      }
      present.add(value != null);
      places.add(place);
      int page = (int) (inline.byteSize() + factCells.byteSize() - before);
      return page + 32 + REFERENCE_BYTES + more;
    }

    /** Only where all facts may have to be written in the end. */
    private void remember(Map<String, Object> known) {
      if (kind == MediaKind.VIDEO || kind == MediaKind.AUDIO) {
        facts.add(known);
      }
    }

    /** Returns the paths of the linked files below their roots. */
    private ArrayBuilder links() {
      ArrayBuilder.Variable paths =
          (ArrayBuilder.Variable) ArrayBuilder.of(new Physical.Variable(false));
      for (Place place : places) {
        if (place == null || place.link().isEmpty()) {
          paths.addNull();
        } else {
          String path = LinkName.path(place.link());
          paths.add(ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8)));
        }
      }
      return paths;
    }

    @Override
    Form form() {
      return anyLink ? Form.LINKED : Form.MEDIA;
    }

    @Override
    Type.Struct facts() {
      return written;
    }

    @Override
    ArrayBuilder build(ChunkNumbers numbers) {
      if (written.fields().size() > MediaFacts.core(kind).fields().size()) {
        factCells = ArrayBuilder.of(ArrowLayout.plain("facts", written).physical());
        for (Map<String, Object> one : facts) {
          Cells.append(factCells, written, one, name);
        }
      }
      List<ArrayBuilder> children = new ArrayList<>();
      children.addAll(List.of(inline, numbers.references(places), sha256, factCells));
      if (anyLink) {
        children.add(links());
      }
      return ArrayBuilder.Structs.assemble(children, present.size(), present::get);
    }
  }
}
