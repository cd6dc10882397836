package dev.sheaf.curation.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.step.Feature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
  @TempDir Path folder;

  @Test
  void keepsFeaturesAndFailures() {
    try (FeatureStore store = FeatureStore.open(folder, "f")) {
      store.put(key(1), Feature.of(new byte[] {1, 2}));
      store.put(key(2), Feature.failed("坏"));
      store.put(key(3), Feature.of(new byte[0]));
    }
    try (FeatureStore store = FeatureStore.open(folder, "f")) {
      assertThat(store.get(key(1)).bytes()).containsExactly(1, 2);
      assertThat(store.get(key(2)).failure()).isEqualTo("坏");
      assertThat(store.get(key(3)).bytes()).isEmpty();
      assertThat(store.get(key(4))).isNull();
    }
  }

  /** Whatever becomes of the file, what is read is right or absent, and writing goes on. */
  @Test
  void survivesAnyCutAndAnyTurnedByte() throws IOException {
    try (FeatureStore store = FeatureStore.open(folder, "whole")) {
      for (int i = 0; i < 4; i++) {
        store.put(key(i), Feature.of(new byte[] {(byte) i, 7}));
      }
    }
    byte[] whole = Files.readAllBytes(folder.resolve("whole"));
    for (int at = 0; at < whole.length; at++) {
      check(Arrays.copyOf(whole, at));
      byte[] turned = whole.clone();
      turned[at] ^= 0x41;
      check(turned);
    }
  }

  private void check(byte[] bytes) throws IOException {
    Files.write(folder.resolve("f"), bytes);
    try (FeatureStore store = FeatureStore.open(folder, "f")) {
      for (int i = 0; i < 4; i++) {
        Feature feature = store.get(key(i));
        assertThat(feature == null || Arrays.equals(feature.bytes(), new byte[] {(byte) i, 7}))
            .isTrue();
      }
      store.put(key(9), Feature.of(new byte[] {9}));
    }
    try (FeatureStore store = FeatureStore.open(folder, "f")) {
      assertThat(store.get(key(9)).bytes()).containsExactly(9);
    }
  }

  @Test
  void aSecondWriterReadsOnly() {
    try (FeatureStore first = FeatureStore.open(folder, "f")) {
      first.put(key(1), Feature.of(new byte[] {1}));
      try (FeatureStore second = FeatureStore.open(folder, "f")) {
        assertThat(second.get(key(1)).bytes()).containsExactly(1);
        second.put(key(2), Feature.of(new byte[] {2}));
        assertThat(second.get(key(2))).isNull();
      }
      first.put(key(3), Feature.of(new byte[] {3}));
    }
    try (FeatureStore store = FeatureStore.open(folder, "f")) {
      assertThat(store.get(key(3)).bytes()).containsExactly(3);
      assertThat(store.get(key(2))).isNull();
    }
  }

  private static ByteBuffer key(int i) {
    return ByteBuffer.allocate(16).putInt(12, i);
  }
}
