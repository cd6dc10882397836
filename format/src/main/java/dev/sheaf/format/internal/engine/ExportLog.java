package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.ExportRecord;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.order.Deletions;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.SegmentKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What was exported, under {@code refs/sheaf/exports}: {@code exports/ID/export.json}, and beside
 * it the order of the samples, time and author. Nothing of a version depends on it.
 *
 * <p>Spec: {@code docs/format-spec.md#exports}.
 */
public final class ExportLog {
  static final String REF = "refs/sheaf/exports";

  private static final String FOLDER = "exports";
  private static final String RECORD = "export.json";
  private static final String ORDER = "order";
  private static final String MADE = "made.json";
  private static final long MOST_SECONDS = Instant.MAX.getEpochSecond();

  private final LocalDataset dataset;

  ExportLog(LocalDataset dataset) {
    this.dataset = dataset;
  }

  /**
   * Remembers an export of a version of a stored dataset; one that is known already is not
   * remembered twice.
   *
   * @throws java.io.UncheckedIOException if the dataset cannot be written to
   */
  public static void add(
      Version version, String format, String target, List<String> columns, long rows) {
    LocalVersion local = (LocalVersion) version;
    Path path = Path.of(local.location().parts().get(0));
    try (LocalDataset dataset = LocalDataset.open(path, CheckPolicy.SKIP)) {
      new ExportLog(dataset).add(local, format, target, columns, rows);
    }
  }

  private void add(
      LocalVersion version, String format, String target, List<String> columns, long rows) {
    TreeSnapshot tree = version.state().tree();
    ObjectNode node = Json.object();
    node.put("commit", tree.commitId());
    node.put("format", format);
    node.put("target", target);
    ArrayNode names = node.putArray("columns");
    columns.forEach(names::add);
    node.put("rows", rows);
    node.put("some", version.isPicked());
    var digest = Checksums.sha256();
    byte[] record = Json.bytes(node);
    digest.update(record);
    version
        .orderFiles()
        .forEach(
            (file, bytes) -> {
              digest.update(file.getBytes(StandardCharsets.UTF_8));
              digest.update(bytes);
            });
    String id = Checksums.hex(digest.digest()).substring(0, 16);
    String folder = FOLDER + "/" + id;
    dataset
        .git()
        .commit(
            REF,
            Authors.request(
                "Export to " + oneLine(target) + " as " + format,
                head -> {
                  TreeEdit edit = new TreeEdit();
                  if (head.find(folder + "/" + RECORD).isEmpty()) {
                    edit.put(folder + "/" + RECORD, record);
                    edit.put(folder + "/" + MADE, made());
                    putOrder(edit, folder, version);
                  }
                  return edit;
                }));
  }

  private static void putOrder(TreeEdit edit, String folder, LocalVersion version) {
    if (version.isPicked()) {
      version.orderFiles().forEach((file, bytes) -> edit.put(folder + "/" + file, bytes));
    } else {
      version
          .state()
          .tree()
          .objectId(ORDER)
          .ifPresent(order -> edit.putTree(folder + "/" + ORDER, order));
    }
  }

  /** Says when and by whom, which commits cannot: expire forgets them. */
  private static byte[] made() {
    ObjectNode node = Json.object();
    node.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).getEpochSecond());
    node.put("author", Authors.name());
    return Json.bytes(node);
  }

  /** The subject of a commit is one line. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
  }

  /** Returns all exports, newest first. */
  List<ExportRecord> list() {
    List<ExportRecord> exports = new ArrayList<>();
    dataset
        .git()
        .find(REF)
        .ifPresent(
            tree -> tree.list(FOLDER).forEach(entry -> exports.add(parse(tree, entry.name()))));
    exports.sort(Comparator.comparing(ExportRecord::time).reversed());
    return exports;
  }

  private static ExportRecord parse(TreeSnapshot tree, String id) {
    String path = FOLDER + "/" + id + "/" + RECORD;
    ObjectNode node = Json.parse(tree.read(path), path);
    String madePath = FOLDER + "/" + id + "/" + MADE;
    ObjectNode made = Json.parse(tree.read(madePath), madePath);
    return new ExportRecord(
        id,
        Instant.ofEpochSecond(Json.number(made, "time", 0, MOST_SECONDS, madePath)),
        Json.text(made, "author", madePath),
        Json.text(node, "commit", path),
        Json.text(node, "format", path),
        Json.text(node, "target", path),
        Json.texts(node, "columns", path),
        Json.number(node, "rows", 0, Long.MAX_VALUE, path),
        node.path("some").asBoolean());
  }

  /**
   * Returns the exports that have one of some samples. Of a version that was forgotten since, the
   * samples that it listed count, whether it had deleted them or not.
   *
   * @param segments the segments that the samples may be in
   */
  List<ExportRecord> with(Collection<SampleId> samples, Set<SegmentKey> segments) {
    List<ExportRecord> found = new ArrayList<>();
    for (ExportRecord export : list()) {
      if (has(export, samples, segments)) {
        found.add(export);
      }
    }
    return found;
  }

  private boolean has(ExportRecord export, Collection<SampleId> samples, Set<SegmentKey> segments) {
    if (!export.some()) {
      try {
        Version version = dataset.at(export.commit());
        return samples.stream().anyMatch(id -> version.indexOf(id).isPresent());
      } catch (NotFoundException e) {
        // Forgotten by expire: its order is still here.
        return lists(export, samples, segments);
      }
    }
    return lists(export, samples, segments);
  }

  private boolean lists(
      ExportRecord export, Collection<SampleId> samples, Set<SegmentKey> segments) {
    TreeSnapshot tree = dataset.git().find(REF).orElseThrow();
    String folder = FOLDER + "/" + export.id() + "/";
    OrderReader order = OrderReader.open(path -> tree.find(folder + path), Deletions.NONE);
    for (SampleId sample : samples) {
      for (SegmentKey segment : segments) {
        long slot = sample.ordinal() - segment.first();
        if (segment.run() == sample.run()
            && slot >= 0
            && slot < 1 << 16
            && order.indexOf(segment, (int) slot).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }
}
