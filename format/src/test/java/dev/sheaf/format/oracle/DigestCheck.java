package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what the segments of a version record of their columns (how many cells, how many bytes,
 * the sum of their hashes) with the same counted from the model.
 */
final class DigestCheck {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DigestCheck() {}

  static void check(Dataset dataset, Version version, Model model) {
    JsonNode files;
    try {
      files = MAPPER.readTree(dataset.filesJson(version));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    List<Model.Item> live = new ArrayList<>(model.samples());
    live.addAll(model.left());
    try (GitStore git = GitStore.open(dataset.path().resolve("git"))) {
      TreeSnapshot tree = git.snapshot(version.commit().id());
      for (JsonNode segment : files.get("segments")) {
        long run = Long.parseUnsignedLong(segment.get("run").textValue(), 16);
        long first = Long.parseUnsignedLong(segment.get("first").textValue());
        SegmentKey key = new SegmentKey(run, first);
        String path = SegmentRecord.path(key) + "/" + SegmentRecord.RECORD;
        SegmentRecord record = SegmentRecord.parse(tree.read(path), path);
        List<Model.Item> items =
            live.stream()
                .filter(item -> item.id().run() == run)
                .filter(item -> item.id().ordinal() >= first)
                .filter(item -> item.id().ordinal() < first + record.rows())
                .toList();
        for (Model.Col col : model.columns()) {
          String id = version.schema().column(col.name()).id();
          assertThat(record.columns().getOrDefault(id, SegmentRecord.Digest.EMPTY))
              .as("digest of column \"" + col.name() + "\" in segment " + key)
              .isEqualTo(digest(items, col));
        }
      }
    }
  }

  private static SegmentRecord.Digest digest(List<Model.Item> items, Model.Col col) {
    SegmentRecord.Digest digest = SegmentRecord.Digest.EMPTY;
    for (Model.Item item : items) {
      Object cell = item.cells().get(col.identity());
      if (cell != null) {
        byte[] canonical = CellHash.canonical(writtenType(col, cell), cell, col.name());
        long bytes = cell instanceof Media media ? media.byteLength() : canonical.length;
        digest = digest.plus(bytes, CellHash.of(item.id().ordinal(), canonical));
      }
    }
    return digest;
  }

  /** Returns a type that a cell may have been written with, before its column was widened. */
  private static Type writtenType(Model.Col col, Object cell) {
    if (!(col.type() instanceof Type.Scalar)) {
      return col.type();
    }
    if (cell instanceof Long) {
      return Type.scalar(DType.INT64);
    }
    if (cell instanceof BigInteger) {
      return Type.scalar(DType.UINT64);
    }
    return cell instanceof Float ? Type.scalar(DType.FLOAT32) : col.type();
  }
}
