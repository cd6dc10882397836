package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.media.EncodedClip;
import dev.sheaf.format.media.Frame;
import dev.sheaf.format.media.TestMedia;
import dev.sheaf.format.media.Video;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos of a dataset: facts, frame tables, and what a clip reads. */
class StoredVideoTest {
  private static final List<String> NAMES =
      List.of("clips/h264-bframes.mp4", "clips/vp9.webm", "clips/hevc-open-gop.mp4");

  @TempDir Path temp;
  private Path path;

  @BeforeEach
  void write() {
    path = temp.resolve("videos.sheaf");
    try (LocalDataset dataset = LocalDataset.create(path);
        Transaction change = dataset.begin()) {
      for (String name : NAMES) {
        byte[] payload = TestMedia.bytes(name);
        Media video = MediaProbe.probe(payload).orElseThrow().media(payload);
        change.append(Row.of().key(name).set("video", video));
      }
      change.append(
          Row.of().key("none").set("video", Media.of(MediaKind.VIDEO, new byte[2000], Map.of())));
      change.commit("videos");
    }
  }

  @Test
  void keepsFactsAndFrameTables() {
    try (LocalDataset dataset = LocalDataset.open(path)) {
      for (int i = 0; i < NAMES.size(); i++) {
        byte[] payload = TestMedia.bytes(NAMES.get(i));
        Media stored = dataset.at("main").sample(i).media("video");
        Media fresh = MediaProbe.probe(payload).orElseThrow().media(payload);
        assertThat(stored.facts()).isEqualTo(fresh.facts());
        assertThat(stored.frameTable()).isEqualTo(fresh.frameTable());
      }
      assertThat(dataset.at("main").sample(0).media("video").facts())
          .containsEntry("codec", "h264")
          .containsEntry("container", "mp4")
          .containsEntry("width", 96)
          .containsEntry("height", 64)
          .containsEntry("duration", 2.4)
          .containsEntry("fps", Map.of("num", 25, "den", 1))
          .containsEntry("frames", 60L)
          .containsEntry("pixel_format", "yuv420p")
          .containsEntry("has_audio", true)
          .containsEntry("rotation", 0)
          .containsKey("bit_rate");
      Media other = dataset.at("main").sample(NAMES.size()).media("video");
      assertThat(other.facts()).isEmpty();
      assertThat(other.frameTable()).isEmpty();
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void readsOneRangeForAClip() {
    CountingStore[] store = new CountingStore[1];
    try (LocalDataset dataset =
        LocalDataset.open(path, inner -> store[0] = new CountingStore(inner))) {
      for (int i = 0; i < NAMES.size(); i++) {
        Media stored = dataset.at("main").sample(i).media("video");
        byte[] payload = TestMedia.bytes(NAMES.get(i));
        Video video = Video.of(stored);
        Video fresh = Video.of(Media.of(MediaKind.VIDEO, payload, Map.of()));
        for (int from = 0; from + 16 <= video.frameCount(); from += 7) {
          store[0].drain();
          Tensor clip = video.clip(from, from + 16);
          List<CountingStore.Range> ranges = store[0].drain();
          assertThat(ranges).hasSize(1);
          EncodedClip packets = fresh.packets(from, from + 16);
          long needed = 0;
          for (EncodedClip.Packet packet : packets.packets()) {
            needed += packet.data().remaining();
          }
          // Between the packets lie headers and sound.
          long read = ranges.get(0).length();
          assertThat(read).isBetween(needed, needed + needed / 3 + 400);
          assertThat(clip).isEqualTo(fresh.clip(from, from + 16));
        }
      }
    }
  }

  @Test
  void readsNoMoreThanTheGroupsOfPicturesOfAClip() {
    CountingStore[] store = new CountingStore[1];
    try (LocalDataset dataset =
        LocalDataset.open(path, inner -> store[0] = new CountingStore(inner))) {
      for (int i = 0; i < 2; i++) { // the third has open groups: a clip may need the one before
        Media stored = dataset.at("main").sample(i).media("video");
        Video video = Video.of(stored);
        for (int from = 0; from + 16 <= video.frameCount(); from++) {
          store[0].drain();
          video.clip(from, from + 16);
          long read = store[0].drain().stream().mapToLong(CountingStore.Range::length).sum();
          long groups = bytesOfGroups(video, from, from + 16, stored.byteLength());
          assertThat(read).as("%s from %d", NAMES.get(i), from).isBetween(1L, groups * 6 / 5);
        }
      }
    }
  }

  /** Returns how far it is from the key frame before a clip to the key frame behind it. */
  private static long bytesOfGroups(Video video, int from, int to, long length) {
    long begin = 0;
    long end = length;
    for (int key : video.keyFrames()) {
      begin = key <= from ? video.frame(key).offset() : begin;
      end = key >= to ? Math.min(end, video.frame(key).offset()) : end;
    }
    return end - begin;
  }

  @Test
  void readsNothingOfThePayloadForWhatTheTableKnows() {
    CountingStore[] store = new CountingStore[1];
    try (LocalDataset dataset =
        LocalDataset.open(path, inner -> store[0] = new CountingStore(inner))) {
      Media stored = dataset.at("main").sample(1).media("video");
      assertThat(stored.facts()).containsEntry("container", "webm");
      store[0].drain();
      Video video = Video.of(stored);
      assertThat(video.keyFrames()).contains(0);
      assertThat(video.packetSizes()).hasSize(50);
      Frame last = video.frame(49);
      assertThat(last.size()).isPositive();
      assertThat(store[0].drain()).as("the pages are read, the table is short").isEmpty();
    }
  }

  @Test
  void carriesFrameTablesIntoLayersThatAMergeWrites() {
    List<String> clips = List.of("clips/av1.mp4", "clips/h264-bframes.mp4");
    List<String> sides = List.of("main", "other");
    int layers = 0;
    try (LocalDataset dataset = LocalDataset.open(path)) {
      dataset.createBranch("other", "main");
      for (int i = 0; i < 2; i++) {
        byte[] payload = TestMedia.bytes(clips.get(i));
        try (Transaction change = dataset.begin(sides.get(i))) {
          Media video = MediaProbe.probe(payload).orElseThrow().media(payload);
          change.update(change.base().sample(1).id(), Map.of("video", video));
          change.commit("another video");
        }
      }
      // One of the two decisions is what the layers of both sides show; the other is written.
      for (Merge.Side side : Merge.Side.values()) {
        dataset.createBranch("take-" + side, "main");
        LocalVersion merged =
            (LocalVersion) dataset.merge("take-" + side, "other").prefer(side).commit("");
        layers += merged.state().reader(merged.state().segmentKeys().get(0)).layers().size();
      }
    }
    assertThat(layers).isEqualTo(3 + 4);
    CountingStore[] store = new CountingStore[1];
    try (LocalDataset dataset =
        LocalDataset.open(path, inner -> store[0] = new CountingStore(inner))) {
      for (Merge.Side side : Merge.Side.values()) {
        byte[] payload = TestMedia.bytes(clips.get(side == Merge.Side.OURS ? 0 : 1));
        Media stored = dataset.at("take-" + side).sample(1).media("video");
        assertThat(stored.frameTable()).isEqualTo(MediaProbe.frameTable(payload));
        store[0].drain();
        Tensor clip = Video.of(stored).clip(4, 8);
        List<CountingStore.Range> ranges = store[0].drain();
        assertThat(ranges).as("%s", side).hasSize(1);
        assertThat(ranges.get(0).length()).isBetween(1, payload.length * 2 / 3);
        assertThat(clip)
            .isEqualTo(Video.of(Media.of(MediaKind.VIDEO, payload, Map.of())).clip(4, 8));
      }
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void carriesFrameTablesThroughEditsAndCopies() {
    Path copy = temp.resolve("copy.sheaf");
    byte[] payload = TestMedia.bytes("clips/av1.mp4");
    try (LocalDataset dataset = LocalDataset.open(path);
        LocalDataset second = LocalDataset.create(copy)) {
      try (Transaction change = dataset.begin()) {
        Media av1 = MediaProbe.probe(payload).orElseThrow().media(payload);
        change.update(change.base().sample(1).id(), Map.of("video", av1));
        change.commit("another video");
      }
      Media edited = dataset.at("main").sample(1).media("video");
      assertThat(Video.of(edited).codec()).isEqualTo("av1");
      assertThat(edited.frameTable()).isEqualTo(MediaProbe.frameTable(payload));
      try (Transaction change = second.begin()) {
        change.append(Row.of().key("a").set("video", edited));
        change.commit("copied");
      }
      Media copied = second.at("main").sample(0).media("video");
      assertThat(copied.frameTable()).isEqualTo(edited.frameTable());
      assertThat(copied.facts()).isEqualTo(edited.facts());
    }
  }
}
