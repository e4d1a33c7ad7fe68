package dev.krabkrab.gateway.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A watch that saw nothing would be worth nothing. */
@ExtendWith(VertxExtension.class)
class LoopWatchIT {

  @Test
  void aTaskThatWaitsIsFound(Vertx vertx) {
    isFound(vertx, LoopWatchIT::waitFor, "waiting", "LoopWatchIT.waitFor");
  }

  @Test
  void aTaskThatComputesIsFoundWhenTheJvmIsNotYoung(Vertx vertx) {
    await().atMost(Duration.ofSeconds(30)).until(() -> !LoopWatch.isYoung());
    isFound(vertx, LoopWatchIT::spinUntil, "computing", "LoopWatchIT.spinUntil");
  }

  @Test
  void shortTasksAreNotFoundHoweverManyTheyAre(Vertx vertx) throws InterruptedException {
    VertxTestContext test = new VertxTestContext();
    Checkpoint done = test.checkpoint(60);
    for (int i = 0; i < 60; i++) {
      vertx.runOnContext(
          task -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            done.flag();
          });
    }
    assertThat(test.awaitCompletion(30, TimeUnit.SECONDS)).isTrue();

    assertThat(LoopWatch.take()).isEmpty();
  }

  private static void isFound(
      Vertx vertx, Consumer<CountDownLatch> task, String how, String where) {
    CountDownLatch found = new CountDownLatch(1);
    vertx.runOnContext(now -> task.accept(found));
    assertThat(firstFound()).contains(how).contains(where);
    found.countDown();
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
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
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
