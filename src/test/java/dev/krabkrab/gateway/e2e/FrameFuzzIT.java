package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.krabkrab.gateway.platform.protocol.schema.SampleParams;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Spoiled frames in masses: nothing unforeseen in the log, no socket lost but where the protocol
 * says so, memory flat. Protocol 01a §1.2, §1.4, §3.2.
 *
 * <p>{@code -Dframes=100000} makes a long run of it; {@code -Dseed=N} repeats one.
 */
class FrameFuzzIT {
  private static final int DEFAULT_FRAMES = 5_000;
  private static final int FRAMES_A_SOCKET = 20;
  private static final int THREADS = 4;

  private static final int PARTS = 5;

  /** Heap after collection may grow by this part between the first fifth and the end. */
  private static final double GROWTH = 0.25;

  /** What a short run is still filling: code, caches, retained answers of repeated calls. */
  private static final long SLACK_KIB = 16 << 10;

  private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null) {
            troubles.add(event + trace(event));
          }
        }
      };
  private final SampleParams samples = new SampleParams();

  /**
   * One for each thread: used again, since devices are kept; never shared, since nodes are unique.
   */
  private final BlockingQueue<DeviceKeys> devices = new LinkedBlockingQueue<>();

  private Cluster cluster;

  @BeforeEach
  void start() {
    IntStream.range(0, THREADS).forEach(i -> devices.add(DeviceKeys.fresh()));
    cluster = Cluster.of(1, Cluster.TOKEN_CONFIG);
    listener.setContext(rootLogger().getLoggerContext());
    listener.start();
    rootLogger().addAppender(listener);
  }

  @AfterEach
  void stop() {
    rootLogger().detachAppender(listener);
    cluster.close();
  }

  @Test
  @Timeout(3_600)
  void spoiledFramesHarmNobody() throws Exception {
    int frames = Integer.getInteger("frames", DEFAULT_FRAMES);
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.printf("FrameFuzzIT: -Dseed=%d -Dframes=%d%n", seed, frames);
    int sockets = Math.max(5, frames / FRAMES_A_SOCKET);

    List<Long> heaps = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      run(seed, sockets * part / PARTS, sockets * (part + 1) / PARTS);
      heaps.add(heapAfterCollection() >> 10);
    }

    System.out.printf("FrameFuzzIT: KiB of heap after each fifth %s%n", heaps);
    assertThat(troubles).as("log of -Dseed=%d", seed).isEmpty();
    assertThat(heaps.getLast()).isLessThan((long) (heaps.getFirst() * (1 + GROWTH)) + SLACK_KIB);
  }

  private void run(long seed, int from, int to) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = from; i < to; i++) {
        int number = i;
        running.add(pool.submit(() -> socket(seed, number)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  /** Its twenty frames go out on one socket behind the handshake, or on twenty before it. */
  private void socket(long seed, int number) {
    SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9E3779B97F4A7C15L));
    DeviceKeys device = devices.remove();
    FuzzedSocket fuzzed = new FuzzedSocket(device, samples, random);
    @Nullable String wrong = null;
    try {
      if (number % 4 == 0) {
        for (int i = 0; i < FRAMES_A_SOCKET && wrong == null; i++) {
          wrong = fuzzed.stranger(cluster.port(0));
        }
      } else {
        wrong = fuzzed.member(cluster.port(0), FRAMES_A_SOCKET);
      }
    } catch (RuntimeException | AssertionError e) {
      wrong = e.toString();
    } finally {
      devices.add(device);
    }
    assertThat(wrong)
        .as("socket %d of -Dseed=%d sent%n%s", number, seed, String.join("\n", fuzzed.sent()))
        .isNull();
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static String trace(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : " "
            + event.getThrowableProxy().getClassName()
            + ": "
            + event.getThrowableProxy().getMessage();
  }

  private static Logger rootLogger() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
