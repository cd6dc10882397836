package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Blame;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blame and filtered logs through a merge that took a segment from each side. */
class MergedHistoryTest {
  @TempDir Path temp;

  private static String append(LocalDataset dataset, String key) {
    try (Transaction change = dataset.begin()) {
      change.append(Row.of().key(key).set("n", 0L).set("label", key));
      return change.commit("Append " + key).commit().id();
    }
  }

  private static String set(LocalDataset dataset, String branch, SampleId id, long n) {
    try (Transaction change = dataset.begin(branch)) {
      change.update(id, Map.of("n", n));
      return change.commit("Set " + n).commit().id();
    }
  }

  @Test
  void followsTheSideThatBroughtTheCell() {
    try (LocalDataset dataset = LocalDataset.create(temp.resolve("a.sheaf"))) {
      String first = append(dataset, "a");
      String second = append(dataset, "b");
      SampleId a = dataset.head().sample(0).id();
      SampleId b = dataset.head().sample(1).id();
      dataset.createBranch("dev", "main");
      String ours = set(dataset, "main", a, 10);
      String theirs = set(dataset, "dev", b, 20);
      TreeSnapshot dev = dataset.git().resolve("dev");
      LocalSample sample = (LocalSample) dataset.at("dev").sample(1);
      String folder = SegmentRecord.path(sample.segment().reader().key());
      CommitInfo merge =
          dataset.commit(
              "main",
              Authors.request("Merge dev", head -> taken(head, dev, folder))
                  .withMergedParents(List.of(dev.commitId())));
      Version head = dataset.head();
      assertThat(merge.parents()).containsExactly(ours, theirs);
      assertThat(head.sample(0).value("n")).isEqualTo(10L);
      assertThat(head.sample(1).value("n")).isEqualTo(20L);

      assertThat(dataset.blame(head, a, "n", "label"))
          .extracting(one -> one.commit().id())
          .containsExactly(ours, first);
      assertThat(dataset.blame(head, b, "n", "label"))
          .extracting(one -> one.commit().id())
          .containsExactly(theirs, second);
      assertThat(log(dataset, a)).containsExactly(ours, first);
      assertThat(log(dataset, b)).containsExactly(theirs, second);
      assertThat(dataset.log("main", 10, LogFilter.ALL.ofColumn("label")))
          .extracting(CommitInfo::id)
          .containsExactly(second, first);

      String last = set(dataset, "main", b, 30);
      Blame after = dataset.blame(dataset.head(), b, "n").get(0);
      assertThat(after.commit().id()).isEqualTo(last);
      assertThat(after.activity()).isEqualTo(Blame.Activity.EDIT);
    }
  }

  private static List<String> log(LocalDataset dataset, SampleId id) {
    return dataset.log("main", 10, LogFilter.ALL.ofSample(id).ofColumn("n")).stream()
        .map(CommitInfo::id)
        .toList();
  }

  private static TreeEdit taken(TreeSnapshot head, TreeSnapshot other, String folder) {
    TreeEdit edit = new TreeEdit();
    head.list(folder).forEach(entry -> edit.remove(folder + "/" + entry.name()));
    other
        .list(folder)
        .forEach(
            entry ->
                edit.put(folder + "/" + entry.name(), other.read(folder + "/" + entry.name())));
    return edit;
  }
}
