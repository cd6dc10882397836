package dev.sheaf.format.internal.source.coco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One annotated object as a struct. Polygons and run lengths are kept as they come; run lengths in
 * plain counts are written in COCO's compressed text, so that one column holds all.
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

  private CocoAnnotation() {}

  /** Returns the struct of an annotation. */
  static Map<String, Object> of(JsonNode node, Map<Long, JsonNode> categories, Location where) {
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
    if (mask.isArray()) {
      found.put("polygons", mask);
    } else if (mask.isObject()) {
      found.put("rle", rle(mask, where));
    }
    ObjectNode extra = ((ObjectNode) node).deepCopy();
    extra.remove(TAKEN);
    if (!extra.isEmpty()) {
      found.put("extra", extra);
    }
    return found;
  }

  private static Map<String, Object> rle(JsonNode mask, Location where) {
    JsonNode size = mask.path("size");
    JsonNode counts = mask.path("counts");
    boolean whole = size.size() == 2 && (counts.isTextual() || counts.isArray());
    if (!whole) {
      throw InputErrors.of(
          56,
          "A mask of run lengths has no size and counts",
          where,
          "Correct the segmentation, or pass --on-error skip to leave the image out");
    }
    Map<String, Object> rle = new LinkedHashMap<>();
    rle.put("height", size.get(0));
    rle.put("width", size.get(1));
    rle.put("counts", counts.isTextual() ? counts.textValue() : compressed(counts));
    return rle;
  }

  /**
   * Writes run lengths as COCO does: each count from the third on as its difference to the one two
   * before, in groups of five bits from the lowest, a sixth bit to say that more follow, and 48
   * added to make a character.
   *
   * <p>Source: {@code rleToString} in {@code common/maskApi.c} of cocoapi.
   */
  static String compressed(JsonNode counts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.size(); i++) {
      long rest = counts.get(i).asLong();
      if (i > 2) {
        rest -= counts.get(i - 2).asLong();
      }
      boolean more = true;
      while (more) {
        long group = rest & 0x1f;
        rest >>= 5;
        more = (group & 0x10) != 0 ? rest != -1 : rest != 0;
        text.append((char) ((more ? group | 0x20 : group) + 48));
      }
    }
    return text.toString();
  }
}
