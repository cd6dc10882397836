package dev.sheaf.format.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order, bounds and errors of what is written on a thread of its own. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteQueueTest {
  private final List<Integer> written = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> writers = Collections.synchronizedList(new ArrayList<>());

  private Runnable write(int number) {
    return () -> {
      writers.add(Thread.currentThread());
      written.add(number);
    };
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("the writing thread is never interrupted", e);
    }
  }

  @Test
  void writesInOrderAndHasNoThreadWithoutWork() throws InterruptedException {
    try (WriteQueue queue = new WriteQueue()) {
      for (int i = 0; i < 1000; i++) {
        queue.put(1 << 20, write(i));
        if (i % 100 == 0) {
          queue.await();
        }
      }
    }
    assertThat(written).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    for (Thread writer : writers) {
      assertThat(writer).isNotSameAs(Thread.currentThread());
      writer.join(); // ends, or this test does not
    }
  }

  @Test
  void holdsNoMoreThanItMay() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean taken = new AtomicBoolean();
    try (WriteQueue queue = new WriteQueue()) {
      queue.put(1L << 30, () -> pass(gate)); // more than fits, but alone
      Thread giver =
          new Thread(
              () -> {
                queue.put(1, write(1));
                taken.set(true);
              });
      giver.start();
      while (giver.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(taken).isFalse();
      gate.countDown();
      giver.join();
      queue.await();
      assertThat(written).containsExactly(1);
    }
  }

  @Test
  void endsWithTheFirstError() {
    CountDownLatch gate = new CountDownLatch(1);
    UncheckedIOException full = new UncheckedIOException(new IOException("No space left"));
    try (WriteQueue queue = new WriteQueue()) {
      queue.put(1, write(1));
      queue.put(
          1,
          () -> {
            pass(gate);
            throw full;
          });
      queue.put(1, write(2));
      gate.countDown();
      assertThatThrownBy(queue::await).isSameAs(full);
      assertThatThrownBy(() -> queue.put(1, write(3))).isSameAs(full);
      assertThatThrownBy(queue::await).isSameAs(full);
    }
    assertThat(written).containsExactly(1);
  }

  @Test
  void givesUpWaitingWhenInterrupted() {
    CountDownLatch gate = new CountDownLatch(1);
    try (WriteQueue queue = new WriteQueue()) {
      queue.put(1, () -> pass(gate));
      queue.put(1, write(1));
      Thread.currentThread().interrupt();
      assertThatThrownBy(queue::await).hasMessageContaining("Interrupted while chunks are written");
      assertThat(Thread.interrupted()).isTrue();
      queue.cancel();
      gate.countDown();
    }
    assertThat(written).isEmpty();
  }
}
