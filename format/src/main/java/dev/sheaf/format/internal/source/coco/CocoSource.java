package dev.sheaf.format.internal.source.coco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.GuessingObserver;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * COCO annotations: a sample for each image with its objects in {@code annotations} and its
 * captions in {@code captions}. Files over the same images ({@code instances_val2017.json}, {@code
 * captions_val2017.json}) are one source. The images are looked for beside the annotations and in
 * the usual folders around them.
 */
public final class CocoSource extends TableSource {
  private static final String ANNOTATIONS = "annotations";
  private static final String CAPTIONS = "captions";
  private static final String IMAGE = "image";
  private static final ObjectReader READER =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<SourceFile> files;
  private final SourceOptions options;
  private final Map<String, JsonNode> images = new LinkedHashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Map<Long, JsonNode> categories = new HashMap<>();

  /** The objects of each image as JSON text, for a tree of all would not fit in memory. */
  private final Map<Long, List<byte[]>> objects = new HashMap<>();

  private Optional<Path> imageFolder = Optional.empty();

  /** Reads annotation files over the same images. */
  public CocoSource(List<SourceFile> files, SourceOptions options) throws IOException {
    super(files.get(0), options);
    this.files = List.copyOf(files);
    this.options = options;
    for (SourceFile one : files) {
      read(one);
    }
    findImages();
  }

  /** Tells whether a JSON document has the arrays of COCO annotations. */
  public static boolean isCoco(Path path) throws IOException {
    Set<String> arrays = new LinkedHashSet<>();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8);
        JsonParser parser = Json.parser(reader)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY) {
          arrays.add(name);
        }
        parser.skipChildren();
      }
    } catch (JsonProcessingException | java.nio.charset.CharacterCodingException e) {
      return false; // whoever reads it as a table says what is wrong
    }
    return arrays.contains("images") && arrays.contains(ANNOTATIONS);
  }

  /** Brings files together whose names are equal behind the first word. */
  public static List<List<SourceFile>> together(List<SourceFile> files) {
    Map<String, List<SourceFile>> groups = new LinkedHashMap<>();
    for (SourceFile file : files) {
      String name = file.name();
      String folder = name.substring(0, name.lastIndexOf('/') + 1);
      String last = name.substring(folder.length());
      String suffix = last.contains("_") ? last.substring(last.lastIndexOf('_')) : "";
      groups.computeIfAbsent(folder + suffix, key -> new ArrayList<>()).add(file);
    }
    return List.copyOf(groups.values());
  }

  private void read(SourceFile one) throws IOException {
    try (Reader reader = Files.newBufferedReader(one.path(), StandardCharsets.UTF_8);
        JsonParser parser = Json.parser(reader)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
          parser.skipChildren();
          continue;
        }
        long row = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          long line = parser.currentTokenLocation().getLineNr();
          JsonNode node = READER.readTree(parser);
          add(name, node, new Place(one, Origin.Unit.ROW, row++, line));
        }
      }
    } catch (JsonProcessingException e) {
      throw InputErrors.badJson(Json.reason(e), one.location());
    } catch (java.nio.charset.CharacterCodingException e) {
      throw InputErrors.badUtf8(one.location(), 0);
    }
  }

  private void add(String array, JsonNode node, Place place) {
    switch (array) {
      case "images" -> {
        String name = node.path("file_name").asText("");
        if (name.isEmpty() || !node.path("id").isIntegralNumber()) {
          throw InputErrors.noFileName("file_name", place.location());
        }
        images.putIfAbsent(name, node);
        places.putIfAbsent(name, place);
      }
      case "categories" -> categories.put(node.path("id").asLong(), node);
      case ANNOTATIONS ->
          objects
              .computeIfAbsent(node.path("image_id").asLong(), id -> new ArrayList<>(2))
              .add(Json.text(node).getBytes(StandardCharsets.UTF_8));
      default -> {} // info and licences say nothing of an image
    }
  }

  private void findImages() {
    if (images.isEmpty()) {
      return;
    }
    Path folder = file().path().toAbsolutePath().getParent();
    Path above = folder.getParent() == null ? folder : folder.getParent();
    String last = file().name().substring(file().name().lastIndexOf('/') + 1);
    String stem = last.substring(0, Math.max(0, last.lastIndexOf('.')));
    String suffix = stem.substring(stem.lastIndexOf('_') + 1);
    List<Path> candidates = new ArrayList<>();
    if (options.mediaRoot() != null) {
      candidates.add(options.mediaRoot());
    }
    for (Path base : List.of(folder, above)) {
      candidates.add(base);
      candidates.add(base.resolve("images"));
      candidates.add(base.resolve(suffix));
      candidates.add(base.resolve("images").resolve(suffix));
    }
    imageFolder =
        candidates.stream()
            .filter(
                candidate ->
                    images.keySet().stream()
                        .limit(100)
                        .anyMatch(name -> Files.isRegularFile(candidate.resolve(name))))
            .findFirst();
  }

  @Override
  public boolean namesMedia() {
    return false;
  }

  @Override
  public long declaredRows() {
    return images.size();
  }

  @Override
  public Observer observer() {
    GuessingObserver fields = new GuessingObserver(this, List.of(), false);
    boolean captions = files.stream().anyMatch(one -> one.name().contains("caption"));
    return new Observer() {
      private boolean anyCaption = captions;
      private long withoutRuns;

      @Override
      public void see(Place place, Map<String, Object> cells) {
        anyCaption |= cells.containsKey(CAPTIONS);
        if (cells.get(ANNOTATIONS) instanceof List<?> found) {
          withoutRuns += found.stream().filter(CocoAnnotation::lacksRuns).count();
        }
        cells.keySet().removeAll(Set.of(IMAGE, ANNOTATIONS, CAPTIONS));
        fields.see(place, cells);
      }

      @Override
      public boolean isDone() {
        return false;
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        List<SourceColumn> columns = new ArrayList<>();
        if (imageFolder.isPresent()) {
          columns.add(typed(IMAGE, Type.media(MediaKind.IMAGE)));
        } else {
          notes.add(
              "the images were not found beside the annotations: without them; pass --media-root");
        }
        if (withoutRuns > 0) {
          notes.add(
              withoutRuns
                  + " objects have polygons without run lengths: the image has no width and height"
                  + " in the file, or the polygon fewer than three corners");
        }
        columns.addAll(fields.columns(notes));
        columns.add(typed(ANNOTATIONS, CocoAnnotation.TYPE));
        if (anyCaption) {
          columns.add(typed(CAPTIONS, Type.list(Type.UTF8)));
        }
        return columns;
      }
    };
  }

  private static SourceColumn typed(String name, Type type) {
    return new SourceColumn(name, type, SourceColumn.Birth.TYPED, false);
  }

  @Override
  public RawCursor rows() {
    Iterator<String> names = images.keySet().iterator();
    return new RawCursor() {
      @Override
      public RawRow next() {
        return names.hasNext() ? new Row(names.next()) : null;
      }

      @Override
      public void close() {}
    };
  }

  private final class Row implements RawRow {
    private final String name;

    Row(String name) {
      this.name = name;
    }

    @Override
    public Place place() {
      return places.get(name);
    }

    @Override
    public Optional<String> path() {
      return Optional.of(name);
    }

    @Override
    public long weight() {
      long text =
          objects.getOrDefault(images.get(name).get("id").asLong(), List.of()).stream()
              .mapToLong(bytes -> bytes.length)
              .sum();
      return 4096 + 4 * text;
    }

    @Override
    public Map<String, Object> cells() {
      JsonNode image = images.get(name);
      Map<String, Object> cells = new LinkedHashMap<>();
      imageFolder.ifPresent(
          folder ->
              cells.put(
                  IMAGE,
                  PayloadRef.whole(
                      new SourceFile(folder.resolve(name), name),
                      PayloadRef.Use.MEDIA,
                      MediaKind.IMAGE)));
      image
          .properties()
          .forEach(
              field ->
                  cells.put(
                      field.getKey().equals("id") ? "image_id" : field.getKey(), field.getValue()));
      List<Object> annotations = new ArrayList<>();
      ArrayNode captions = JsonNodeFactory.instance.arrayNode();
      for (byte[] text : objects.getOrDefault(image.get("id").asLong(), List.of())) {
        JsonNode node = parsed(text);
        if (node.hasNonNull("caption")) {
          captions.add(node.get("caption"));
        } else {
          annotations.add(CocoAnnotation.of(node, image, categories, place().location()));
        }
      }
      cells.put(ANNOTATIONS, annotations);
      if (!captions.isEmpty()) {
        cells.put(CAPTIONS, captions);
      }
      return cells;
    }
  }

  private static JsonNode parsed(byte[] text) {
    try {
      return Json.MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new AssertionError("it was written by the same library", e);
    }
  }
}
