package dev.sheaf.format.internal.source.coco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One annotated object as a struct. Every mask is there as run lengths in COCO's compressed text,
 * whether the file has that text, plain counts or polygons; polygons are kept beside it.
 */
final class CocoAnnotation {
  private static final Type INT64 = Type.scalar(DType.INT64);
  private static final Type FLOAT64 = Type.scalar(DType.FLOAT64);

  /** The type of the column {@code annotations}. */
  static final Type TYPE =
      Type.list(
          new Type.Struct(
              List.of(
                  new Type.Field("id", INT64),
                  new Type.Field("category_id", INT64),
                  new Type.Field("category", Type.UTF8),
                  new Type.Field("supercategory", Type.UTF8),
                  new Type.Field("bbox", Type.list(FLOAT64)),
                  new Type.Field("area", FLOAT64),
                  new Type.Field("iscrowd", INT64),
                  new Type.Field("polygons", Type.list(Type.list(FLOAT64))),
                  new Type.Field(
                      "rle",
                      new Type.Struct(
                          List.of(
                              new Type.Field("height", INT64),
                              new Type.Field("width", INT64),
                              new Type.Field("counts", Type.UTF8)))),
                  new Type.Field("keypoints", Type.list(FLOAT64)),
                  new Type.Field("extra", Type.JSON))));

  private static final Set<String> TAKEN =
      Set.of(
          "id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation", "keypoints");

  /** Four numbers and fewer are no polygon to {@code annToRLE} either. */
  private static final int BOX = 4;

  private CocoAnnotation() {}

  /** Returns the struct of an annotation of an image. */
  static Map<String, Object> of(
      JsonNode node, JsonNode image, Map<Long, JsonNode> categories, Location where) {
    Map<String, Object> found = new LinkedHashMap<>();
    for (String name : List.of("id", "category_id", "bbox", "area", "iscrowd", "keypoints")) {
      found.put(name, node.get(name));
    }
    if (node.hasNonNull("category_id")) {
      long id = node.get("category_id").asLong();
      JsonNode category = categories.get(id);
      if (category == null) {
        throw InputErrors.of(
            56,
            "Annotation "
                + node.path("id").asText()
                + " names category "
                + id
                + ", which is not there",
            where,
            "Add the category, or pass --on-error skip to leave the image out");
      }
      found.put("category", category.get("name"));
      found.put("supercategory", category.get("supercategory"));
    }
    JsonNode mask = node.path("segmentation");
    try {
      if (mask.isArray()) {
        found.put("polygons", mask);
        List<double[]> polygons = numbers(mask);
        boolean drawn = !polygons.isEmpty() && polygons.get(0).length > BOX;
        if (drawn && isSize(image.path("height"), image.path("width"))) {
          int height = image.get("height").intValue();
          int width = image.get("width").intValue();
          String counts = CocoMask.text(CocoMask.ofPolygons(polygons, height, width));
          found.put("rle", rle(height, width, counts));
        }
      } else if (mask.isObject()) {
        found.put("rle", rle(mask));
      }
    } catch (CocoMask.BadMaskException e) {
      throw InputErrors.of(
          56,
          "Annotation " + node.path("id").asText() + " has a bad mask: " + e.getMessage(),
          where,
          "Correct the segmentation, or pass --on-error skip to leave the image out");
    }
    ObjectNode extra = ((ObjectNode) node).deepCopy();
    extra.remove(TAKEN);
    if (!extra.isEmpty()) {
      found.put("extra", extra);
    }
    return found;
  }

  /** Returns the numbers of polygons. */
  private static List<double[]> numbers(JsonNode polygons) throws CocoMask.BadMaskException {
    List<double[]> all = new ArrayList<>(polygons.size());
    for (JsonNode polygon : polygons) {
      double[] numbers = new double[polygon.size()];
      for (int i = 0; i < numbers.length; i++) {
        if (!polygon.get(i).isNumber()) {
          throw new CocoMask.BadMaskException("a polygon that is no list of numbers");
        }
        numbers[i] = polygon.get(i).doubleValue();
      }
      all.add(numbers);
    }
    return all;
  }

  /** Returns the counts of run lengths that are not compressed. */
  private static int[] counts(JsonNode list) throws CocoMask.BadMaskException {
    int[] counts = new int[list.size()];
    for (int i = 0; i < counts.length; i++) {
      if (!list.get(i).isIntegralNumber() || !list.get(i).canConvertToLong()) {
        throw new CocoMask.BadMaskException("a count that is no integer");
      }
      counts[i] = CocoMask.checked(list.get(i).longValue());
    }
    return counts;
  }

  private static Map<String, Object> rle(JsonNode mask) throws CocoMask.BadMaskException {
    JsonNode size = mask.path("size");
    JsonNode counts = mask.path("counts");
    boolean whole = size.size() == 2 && (counts.isTextual() || counts.isArray());
    if (!whole || !isSize(size.get(0), size.get(1))) {
      throw new CocoMask.BadMaskException("run lengths without a size or without counts");
    }
    int height = size.get(0).intValue();
    int width = size.get(1).intValue();
    int[] runs = counts.isTextual() ? CocoMask.runs(counts.textValue()) : counts(counts);
    CocoMask.requireCover(runs, height, width);
    return rle(height, width, counts.isTextual() ? counts.textValue() : CocoMask.text(runs));
  }

  private static Map<String, Object> rle(int height, int width, String counts) {
    Map<String, Object> rle = new LinkedHashMap<>();
    rle.put("height", height);
    rle.put("width", width);
    rle.put("counts", counts);
    return rle;
  }

  /** Tells whether an object has polygons of which no run lengths could be made. */
  static boolean lacksRuns(Object annotation) {
    return annotation instanceof Map<?, ?> fields
        && fields.get("polygons") instanceof JsonNode polygons
        && !polygons.isEmpty()
        && fields.get("rle") == null;
  }

  private static boolean isSize(JsonNode height, JsonNode width) {
    return height.canConvertToInt()
        && width.canConvertToInt()
        && height.intValue() > 0
        && width.intValue() > 0
        && (long) height.intValue() * width.intValue() <= CocoMask.MOST_PIXELS;
  }
}
