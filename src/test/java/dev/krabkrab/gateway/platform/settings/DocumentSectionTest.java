package dev.krabkrab.gateway.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentSectionTest {
  private final AtomicReference<GatewayDocument> shown = new AtomicReference<>(document("first"));
  private final AtomicInteger reads = new AtomicInteger();
  private final Supplier<String> section =
      new DocumentSection<>(
          shown::get,
          content -> {
            reads.incrementAndGet();
            return content.path("text").asText();
          });

  @Test
  void aRevisionIsReadOnceForAllThreads() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<String>> asked =
          IntStream.range(0, 32)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            awaitStart(start);
                            return section.get();
                          },
                          threads))
              .toList();
      start.countDown();
      for (CompletableFuture<String> answer : asked) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("first");
      }
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void theNextRevisionIsReadAnew() {
    assertThat(section.get()).isSameAs(section.get()).isEqualTo("first");
    shown.set(document("second"));
    assertThat(section.get()).isSameAs(section.get()).isEqualTo("second");
    assertThat(reads).hasValue(2);
  }

  private static void awaitStart(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static GatewayDocument document(String text) {
    return GatewayDocument.of(Json.object().put("text", text));
  }
}
