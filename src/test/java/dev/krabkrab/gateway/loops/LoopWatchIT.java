package dev.krabkrab.gateway.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A watch that saw nothing would be worth nothing. */
class LoopWatchIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aTaskThatWaitsIsFound() {
    CountDownLatch found = new CountDownLatch(1);
    vertx.runOnContext(task -> waitFor(found));

    assertThat(firstFound()).contains("waiting").contains("LoopWatchIT.waitFor");
    found.countDown();
  }

  @Test
  void aTaskThatComputesIsFoundWhenTheJvmIsNotYoung() {
    await().atMost(Duration.ofSeconds(30)).until(() -> !LoopWatch.isYoung());
    CountDownLatch found = new CountDownLatch(1);
    vertx.runOnContext(task -> spinUntil(found));

    assertThat(firstFound()).contains("computing").contains("LoopWatchIT.spinUntil");
    found.countDown();
  }

  @Test
  void shortTasksAreNotFoundHoweverManyTheyAre() {
    List<Integer> done = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int number = i;
      vertx.runOnContext(
          task -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            done.add(number);
          });
    }
    await().until(() -> done.size() == 60);

    assertThat(LoopWatch.take()).isEmpty();
  }

  private static String firstFound() {
    List<String> found = new ArrayList<>();
    await()
        .until(
            () -> {
              found.addAll(LoopWatch.take());
              return !found.isEmpty();
            });
    return found.getFirst();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void spinUntil(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      Thread.onSpinWait();
    }
  }
}
