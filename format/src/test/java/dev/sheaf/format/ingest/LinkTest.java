package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.AbsorbReport;
import dev.sheaf.format.AbsorbScope;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.LinkInfo;
import dev.sheaf.format.Merge;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.export.Export;
import dev.sheaf.format.export.ExportFormat;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LinkRoots;
import dev.sheaf.format.media.Video;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payloads that stay in files of the outside. */
class LinkTest {
  @TempDir Path temp;

  private Path dataset() {
    return temp.resolve("d.sheaf");
  }

  private Path pets() throws IOException {
    return pets(temp.resolve("pets"));
  }

  private static Path pets(Path copy) throws IOException {
    copyTree(TestFiles.PETS, copy);
    return copy;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
            Files.setLastModifiedTime(target, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static ThrowingConsumer<Throwable> code(String code) {
    return error -> assertThat(((DatasetException) error).code()).isEqualTo(code);
  }

  private static long chunkBytes(Dataset dataset) {
    return dataset.chunks(dataset.head()).stream().mapToLong(ChunkInfo::bytes).sum();
  }

  private static Map<String, String> hashes(Version version, String column) {
    Map<String, String> hashes = new HashMap<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      hashes.put(sample.key() + " " + sample.id(), sample.media(column).sha256());
    }
    return hashes;
  }

  @Test
  void keepsPayloadsWhereTheyAreAndReadsThemFromThere() throws IOException {
    IngestReport report = Ingest.from(pets()).into(dataset()).link().run();
    assertThat(report.rowsAdded()).isEqualTo(24);
    Ingest.from(pets(temp.resolve("more/pets"))).into(temp.resolve("copied.sheaf")).run();
    try (Dataset linked = Dataset.open(dataset());
        Dataset copied = Dataset.open(temp.resolve("copied.sheaf"))) {
      long payloads = 0;
      for (long i = 0; i < 24; i++) {
        byte[] bytes =
            Files.readAllBytes(temp.resolve("pets").resolve(linked.head().sample(i).key()));
        assertThat(linked.head().sample(i).media("image").toBytes()).isEqualTo(bytes);
        payloads += bytes.length > 1024 ? bytes.length : 0;
      }
      assertThat(chunkBytes(linked)).isLessThan(chunkBytes(copied) - payloads / 2);
      assertThat(linked.links(linked.head()))
          .containsExactly(new LinkInfo("pets", temp.resolve("pets"), true, payloads));
      assertThat(linked.filesJson(linked.head())).contains("\"link:pets\"", "\"form\":\"linked\"");
      assertThat(linked.fsck(true, Progress.NONE).ok()).isTrue();
      assertThat(copied.links(copied.head())).isEmpty();
    }
  }

  @Test
  void givesTheSameTreeWhereverTheFilesLie() throws IOException {
    Path one = Files.createDirectories(temp.resolve("one"));
    Path two = Files.createDirectories(temp.resolve("two/deep"));
    Ingest.from(pets(one.resolve("pets"))).into(one.resolve("d.sheaf")).link().run();
    Ingest.from(pets(temp.resolve("elsewhere/pets"))).into(two.resolve("d.sheaf")).link().run();
    try (Dataset first = Dataset.open(one.resolve("d.sheaf"));
        Dataset second = Dataset.open(two.resolve("d.sheaf"))) {
      assertThat(second.head().commit().tree()).isEqualTo(first.head().commit().tree());
      assertThat(second.head().sample(3).media("image").toBytes())
          .isEqualTo(first.head().sample(3).media("image").toBytes());
    }
    assertThat(one.resolve("d.sheaf/local/links")).doesNotExist();
    assertThat(two.resolve("d.sheaf/local/links"))
        .hasContent("pets=" + temp.resolve("elsewhere/pets") + "\n");
  }

  @Test
  void addsNothingTheSecondTimeAndTakesAChangedTargetIn() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).link().run();
    IngestReport again = Ingest.from(source).into(dataset()).link().run();
    assertThat(again.changed()).isFalse();
    assertThat(again.filesRead()).isZero();
    byte[] other = Files.readAllBytes(source.resolve("cat/cat_03.jpg"));
    Files.write(source.resolve("cat/cat_02.jpg"), other);
    SampleId id;
    try (Dataset dataset = Dataset.open(dataset())) {
      Sample sample = dataset.head().find("cat/cat_02.jpg").orElseThrow();
      id = sample.id();
      assertThatThrownBy(() -> sample.media("image").bytes())
          .isInstanceOf(CorruptDataException.class)
          .satisfies(code("SHEAF-LNK-002"))
          .hasMessageContaining("Linked file has changed: " + source.resolve("cat/cat_02.jpg"))
          .hasMessageContaining("expected")
          .hasMessageContaining("column=\"image\"")
          .hasMessageContaining("take the new one in with `sheaf ingest --link`");
    }
    IngestReport changed = Ingest.from(source).into(dataset()).link().run();
    assertThat(changed.rowsUpdated()).isEqualTo(1);
    try (Dataset dataset = Dataset.open(dataset())) {
      Sample sample = dataset.head().find("cat/cat_02.jpg").orElseThrow();
      assertThat(sample.id()).isEqualTo(id);
      assertThat(sample.media("image").toBytes()).isEqualTo(other);
      assertThat(dataset.fsck(false, Progress.NONE).ok()).isTrue();
    }
  }

  @Test
  void fsckNamesWhatHasChangedOrIsMissing() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).link().run();
    byte[] bytes = Files.readAllBytes(source.resolve("cat/cat_02.jpg"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(source.resolve("cat/cat_02.jpg"), bytes);
    Files.delete(source.resolve("dog/dog_01.jpg"));
    byte[] cut = Files.readAllBytes(source.resolve("cat/cat_03.jpg"));
    Files.write(source.resolve("cat/cat_03.jpg"), Arrays.copyOf(cut, cut.length - 1));
    try (Dataset dataset = Dataset.open(dataset())) {
      List<FsckReport.Damage> damaged = dataset.fsck(false, Progress.NONE).damaged();
      assertThat(damaged)
          .extracting(FsckReport.Damage::chunk)
          .containsExactlyInAnyOrder(
              "link:pets/cat/cat_02.jpg", "link:pets/cat/cat_03.jpg", "link:pets/dog/dog_01.jpg");
      assertThat(damaged).allMatch(damage -> damage.column().equals("image"));
      assertThat(damaged)
          .extracting(FsckReport.Damage::what)
          .anyMatch(what -> what.contains("Linked file is missing: " + source))
          .anyMatch(what -> what.contains("it has " + (cut.length - 1)))
          .anyMatch(what -> what.contains("CRC-32C"));
      Sample missing = dataset.head().find("dog/dog_01.jpg").orElseThrow();
      assertThatThrownBy(() -> missing.media("image").bytes())
          .isInstanceOf(NotFoundException.class)
          .satisfies(code("SHEAF-LNK-001"))
          .hasMessageContaining("Bring it back, or delete the sample");
    }
    Files.move(source, temp.resolve("moved"));
    try (Dataset dataset = Dataset.open(dataset())) {
      FsckReport report = dataset.fsck(false, Progress.NONE);
      assertThat(report.damaged()).hasSize(1);
      assertThat(report.damaged().get(0).what())
          .isEqualTo("Folder of the links \"pets\" is not here: " + source);
      assertThat(report.damaged().get(0).lastSample()).isEqualTo(23);
      Sample sample = dataset.head().sample(0);
      assertThatThrownBy(() -> sample.media("image").bytes())
          .satisfies(code("SHEAF-LNK-003"))
          .hasMessageContaining("SHEAF_LINKS=pets=FOLDER");
      Files.writeString(dataset().resolve("local/links"), "pets=moved\n");
      assertThat(sample.media("image").bytes().remaining()).isPositive();
    }
  }

  @Test
  void absorbsWithoutAnyChangeOfValues() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).link().run();
    try (Dataset dataset = Dataset.open(dataset())) {
      Version before = dataset.head();
      Map<String, String> hashes = hashes(before, "image");
      Set<SampleId> some = Set.of(before.sample(1).id(), before.sample(5).id());
      AbsorbReport part =
          dataset.absorb(
              "main", AbsorbScope.ALL.samples(some).columns(List.of("image")), Progress.NONE);
      assertThat(part.payloads()).isEqualTo(2);
      assertThat(part.samples()).isEqualTo(2);
      List<Long> seen = new ArrayList<>();
      AbsorbReport rest =
          dataset.absorb("main", AbsorbScope.ALL, (phase, done, total) -> seen.add(total - done));
      assertThat(rest.payloads()).isEqualTo(21);
      assertThat(seen).hasSize(21).endsWith(0L);
      Version after = dataset.head();
      assertThat(after.commit().id()).isEqualTo(rest.commit().id());
      assertThat(after.commit().subject()).isEqualTo("Absorb 21 payloads");
      assertThat(hashes(after, "image")).isEqualTo(hashes);
      assertThat(before.diff(after).isEmpty()).isTrue();
      assertThat(dataset.links(after)).isEmpty();
      AbsorbReport none = dataset.absorb("main", AbsorbScope.ALL, Progress.NONE);
      assertThat(none.payloads()).isZero();
      assertThat(none.commit().id()).isEqualTo(rest.commit().id());
    }
    deleteTree(source);
    try (Dataset dataset = Dataset.open(dataset())) {
      assertThat(dataset.fsck(true, Progress.NONE).ok()).isTrue();
      for (long i = 0; i < 24; i++) {
        Sample sample = dataset.head().sample(i);
        assertThat(sample.media("image").toBytes())
            .isEqualTo(Files.readAllBytes(TestFiles.PETS.resolve(sample.key())));
      }
      assertThat(dataset.blame(dataset.head(), dataset.head().sample(0).id(), "image"))
          .allMatch(blame -> !blame.commit().subject().startsWith("Absorb"));
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void anAbsorbThatStopsIsTakenUpWithoutReadingAgain() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).link().run();
    Path last = source.resolve("dog/dog_06.jpg");
    byte[] bytes = Files.readAllBytes(last);
    Files.delete(last);
    String before;
    try (Dataset dataset = Dataset.open(dataset())) {
      before = dataset.head().commit().id();
      assertThatThrownBy(() -> dataset.absorb("main", AbsorbScope.ALL, Progress.NONE))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("Linked file is missing: " + last);
      assertThat(dataset.head().commit().id()).isEqualTo(before);
    }
    Files.write(last, bytes);
    try (Dataset dataset = Dataset.open(dataset())) {
      assertThat(dataset.absorb("main", AbsorbScope.ALL, Progress.NONE).payloads()).isEqualTo(23);
      assertThat(dataset.fsck(true, Progress.NONE).ok()).isTrue();
    }
  }

  @Test
  void linksMembersOfTarsZipsAndShardsByRange() throws IOException {
    byte[] cat = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    byte[] dog = Files.readAllBytes(TestFiles.PETS.resolve("dog/dog_01.jpg"));
    Path tar = temp.resolve("shards/a.tar");
    tar(tar, Map.of("x.jpg", cat));
    Path zip = temp.resolve("shards/b.zip");
    zip(zip, "stored.jpg", dog, "deflated.jpg", cat);
    Ingest.from(tar).into(dataset()).link().run();
    Path zipped = temp.resolve("z.sheaf");
    IngestReport report = Ingest.from(zip).into(zipped).link().run();
    assertThat(report.notes())
        .contains(
            "1 payload was copied: compressed or within a table, there is nothing to link to");
    Path shards = temp.resolve("m.sheaf");
    Path cats = temp.resolve("cats");
    copyTree(TestFiles.PETS.resolve("cat"), cats);
    Files.delete(cats.resolve("cat_07.tif"));
    Files.delete(cats.resolve("cat_08.bmp"));
    Ingest.from(cats).into(temp.resolve("p.sheaf")).run();
    try (Dataset pets = Dataset.open(temp.resolve("p.sheaf"))) {
      Export.of(pets.head()).to(ExportFormat.MDS, temp.resolve("mds")).run();
    }
    Ingest.from(temp.resolve("mds")).into(shards).link().run();
    try (Dataset one = Dataset.open(dataset());
        Dataset two = Dataset.open(zipped);
        Dataset three = Dataset.open(shards)) {
      assertThat(one.head().sample(0).media("jpg").toBytes()).isEqualTo(cat);
      assertThat(one.links(one.head())).extracting(LinkInfo::root).containsExactly("shards");
      assertThat(two.head().find("stored.jpg").orElseThrow().media("image").toBytes())
          .isEqualTo(dog);
      assertThat(two.head().find("deflated.jpg").orElseThrow().media("image").toBytes())
          .isEqualTo(cat);
      assertThat(two.links(two.head()).get(0).bytes()).isEqualTo(dog.length);
      assertThat(three.links(three.head())).extracting(LinkInfo::root).containsExactly("mds");
      assertThat(three.head().size()).isEqualTo(6);
      assertThat(three.fsck(true, Progress.NONE).ok()).isTrue();
    }
    // The members change their places: the samples stay, their links follow.
    tar(tar, Map.of("a.jpg", dog, "x.jpg", cat));
    Ingest.from(tar).into(dataset()).link().run();
    try (Dataset one = Dataset.open(dataset())) {
      assertThat(one.head().size()).isEqualTo(2);
      assertThat(one.head().find("a.tar/x").orElseThrow().media("jpg").toBytes()).isEqualTo(cat);
      assertThat(one.fsck(true, Progress.NONE).ok()).isTrue();
    }
  }

  private static void tar(Path file, Map<String, byte[]> members) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (String name : members.keySet().stream().sorted().toList()) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(members.get(name).length);
        tar.putArchiveEntry(entry);
        tar.write(members.get(name));
        tar.closeArchiveEntry();
      }
    }
  }

  private static void zip(Path file, String stored, byte[] one, String deflated, byte[] two)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry(stored);
      CRC32 crc = new CRC32();
      crc.update(one);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(one.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(one);
      zip.putNextEntry(new ZipEntry(deflated));
      zip.write(two);
    }
  }

  @Test
  void clipsOfALinkedVideoReadTheirRangeAlone() throws IOException {
    Path clips = temp.resolve("clips");
    Files.createDirectories(clips);
    Path clip = clips.resolve("a.mp4");
    Files.copy(TestFiles.ROOT.resolve("media/clips/h264-bframes.mp4"), clip);
    Ingest.from(clips).into(dataset()).link().run();
    byte[] bytes = Files.readAllBytes(clip);
    try (Dataset dataset = Dataset.open(dataset())) {
      Video video = Video.of(dataset.head().sample(0).media("video"));
      ByteBuffer before = video.clip(0, 2).data();
      // What follows the frames that are read may be anything.
      int last = video.frameCount() - 1;
      bytes[(int) video.frame(last).offset() + 4] ^= 1;
      Files.write(clip, bytes);
      assertThat(video.clip(0, 2).data()).isEqualTo(before);
      assertThatThrownBy(() -> video.clip(last, last + 1))
          .satisfies(code("SHEAF-LNK-002"))
          .hasMessageContaining("Linked file has changed: " + clip);
    }
  }

  @Test
  void copiesClonesMergesAndExportsAsWithPayloadsOfItsOwn() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).run();
    try (Dataset dataset = Dataset.open(dataset())) {
      dataset.createBranch("more", "main");
    }
    Path more = Files.createDirectories(temp.resolve("far/more"));
    Files.copy(source.resolve("cat/cat_01.jpg"), more.resolve("new.jpg"));
    Ingest.from(more).into(dataset()).branch("more").link().run();
    Path clone = temp.resolve("clones/e.sheaf");
    try (Dataset dataset = Dataset.open(dataset())) {
      // The main branch gains a sample, so that the merge is none of whole versions.
      try (Transaction change = dataset.begin("main")) {
        change.append(Row.of().key("own").set("label", "none"));
        change.commit("Own");
      }
      Merge merge = dataset.merge("main", "more");
      merge.commit("Merge");
      byte[] cat = Files.readAllBytes(more.resolve("new.jpg"));
      assertThat(dataset.head().find("new.jpg").orElseThrow().media("image").toBytes())
          .isEqualTo(cat);
      assertThat(dataset.head().find("own")).isPresent();
      // A sample made of a linked one shares its link.
      Sample linked = dataset.head().find("new.jpg").orElseThrow();
      try (Transaction change = dataset.begin("main")) {
        change.append(Row.of().key("twin").set("image", linked.media("image")));
        change.commit("Twin");
      }
      assertThat(dataset.links(dataset.head()).get(0).bytes()).isEqualTo(2L * cat.length);
      dataset.copyTo(clone);
      Export.of(dataset.head()).to(ExportFormat.JSONL, temp.resolve("out")).run();
    }
    assertThat(temp.resolve("out")).isDirectory();
    try (Dataset copy = Dataset.open(clone)) {
      assertThat(copy.fsck(true, Progress.NONE).ok()).isTrue();
      assertThat(copy.head().find("twin").orElseThrow().media("image").byteLength()).isPositive();
    }
  }

  @Test
  void refusesWhatCannotBeNamed() throws IOException {
    Path source = pets();
    Path table = temp.resolve("t/rows.jsonl");
    Files.createDirectories(table.getParent());
    Files.writeString(table, "{\"image\": \"" + source.resolve("cat/cat_01.jpg") + "\"}\n");
    assertThatThrownBy(() -> Ingest.from(table).into(dataset()).link().run())
        .satisfies(code("SHEAF-INP-063"))
        .hasMessageContaining("--link-root NAME=FOLDER");
    Ingest.from(table).into(dataset()).linkRoot("all", temp).run();
    try (Dataset dataset = Dataset.open(dataset())) {
      assertThat(dataset.links(dataset.head()).get(0).root()).isEqualTo("all");
    }
    assertThatThrownBy(() -> Ingest.from(source).into(dataset()).linkRoot("a/b", source).run())
        .satisfies(code("SHEAF-INP-060"));
    Path other = pets(temp.resolve("x/pets"));
    assertThatThrownBy(
            () -> Ingest.from(List.of(source, other)).into(temp.resolve("e.sheaf")).link().run())
        .satisfies(code("SHEAF-INP-061"));
    Ingest.from(source).into(temp.resolve("f.sheaf")).link().run();
    Files.write(
        other.resolve("cat/cat_02.jpg"), Files.readAllBytes(source.resolve("cat/cat_03.jpg")));
    assertThatThrownBy(() -> Ingest.from(other).into(temp.resolve("f.sheaf")).link().run())
        .satisfies(code("SHEAF-INP-061"))
        .hasMessageContaining("Two folders of links have the name \"pets\"");
  }

  @Test
  void namesStayBelowTheirRoots() {
    for (String good : List.of("a", "a/b.jpg", "ä/…", "..a/b", "a..")) {
      assertThat(LinkName.fault(good)).as(good).isEmpty();
    }
    for (String bad :
        List.of("", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "C:x", "a\0")) {
      assertThat(LinkName.fault(bad)).as(bad).isPresent();
    }
    for (String bad : List.of("", ".", "..", ".a", "a/b", "a:b", "a=b", "a;b", "a\n")) {
      assertThat(LinkName.isRoot(bad)).as(bad).isFalse();
    }
    assertThat(LinkName.isRoot("My photos 2026")).isTrue();
  }

  @Test
  void rootsAreFoundByVariableThenFileThenBesideTheDataset() throws IOException {
    Path dataset = temp.resolve("x/d.sheaf");
    Files.createDirectories(dataset.resolve("local"));
    assertThat(new LinkRoots(dataset, null).folder("a")).isEqualTo(temp.resolve("x/a"));
    Files.writeString(dataset.resolve("local/links"), "a=../b\nno line\n");
    assertThat(new LinkRoots(dataset, "").folder("a")).isEqualTo(temp.resolve("b"));
    String variable = "c=/c" + java.io.File.pathSeparator + "a=/somewhere";
    assertThat(new LinkRoots(dataset, variable).folder("a")).isEqualTo(Path.of("/somewhere"));
    LinkRoots roots = new LinkRoots(dataset, null);
    roots.put("a", temp.resolve("q"));
    roots.put("beside", temp.resolve("x/beside"));
    assertThat(dataset.resolve("local/links"))
        .content(StandardCharsets.UTF_8)
        .isEqualTo("a=" + temp.resolve("q") + "\n");
  }
}
