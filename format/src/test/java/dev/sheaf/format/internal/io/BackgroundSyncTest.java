package dev.sheaf.format.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a file is synced beside its writer, and that no error is lost. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackgroundSyncTest {
  private static final long MB = 1 << 20;

  private final AtomicInteger syncs = new AtomicInteger();

  @Test
  void syncsEveryNowAndThen() throws IOException {
    try (BackgroundSync sync = new BackgroundSync(syncs::incrementAndGet)) {
      for (int position = 1; position <= 100; position++) {
        sync.written(position * MB);
        sync.await();
      }
    }
    assertThat(syncs).hasValue(3);
  }

  @Test
  void leavesShortFilesToTheirEnd() throws IOException {
    try (BackgroundSync sync = new BackgroundSync(syncs::incrementAndGet)) {
      sync.written(31 * MB);
      sync.await();
    }
    assertThat(syncs).hasValue(0);
  }

  @Test
  void neverSyncsTwiceAtOnce() throws IOException {
    CountDownLatch gate = new CountDownLatch(1);
    BackgroundSync.File slow =
        () -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new AssertionError("the syncing thread is never interrupted", e);
          }
          syncs.incrementAndGet();
        };
    try (BackgroundSync sync = new BackgroundSync(slow)) {
      for (int position = 1; position <= 1000; position++) {
        sync.written(position * MB);
      }
      gate.countDown();
      sync.await();
      assertThat(syncs).hasValue(1);
      sync.written(1001 * MB);
      sync.await();
    }
    assertThat(syncs).hasValue(2);
  }

  @Test
  void tellsWhatFailed() throws IOException {
    BackgroundSync.File broken =
        () -> {
          throw new IOException("Input/output error");
        };
    try (BackgroundSync sync = new BackgroundSync(broken)) {
      sync.written(32 * MB);
      assertThatThrownBy(sync::await)
          .isInstanceOf(IOException.class)
          .hasMessage("Input/output error");
      assertThatThrownBy(() -> sync.written(64 * MB)).hasMessage("Input/output error");
    }
  }
}
