package dev.krabkrab.gateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How operations are begun, timed and counted. */
class LoadTest {
  private static final long MILLISECOND = 1_000_000;

  private final EventLoop loop = new DefaultEventLoop();
  private final Recorder recorder = new Recorder();

  @AfterEach
  void stopLoop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private long run(Load.Amount amount, Load.Operation operation) {
    Load load = new Load(loop, amount, operation, recorder);
    return CompletableFuture.supplyAsync(load::start, loop)
        .thenCompose(nanos -> nanos)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private static Load.Amount open(int rate, int ms) {
    return new Load.Amount(new Pace.Open(rate), Duration.ofMillis(ms), Long.MAX_VALUE);
  }

  private static Load.Amount closed(int concurrency, long most) {
    return new Load.Amount(new Pace.Closed(concurrency), Duration.ofMinutes(1), most);
  }

  /**
   * A gateway that answers nobody for a while is charged for all who would have asked meanwhile.
   */
  @Test
  void aStallIsPaidByEverybodyWhoHadToWaitForIt() {
    List<Ticket> waiting = new ArrayList<>();
    run(
        open(1_000, 200),
        ticket -> {
          waiting.add(ticket);
          if (waiting.size() == 200) {
            loop.schedule(() -> waiting.forEach(Ticket::succeeded), 300, TimeUnit.MILLISECONDS);
          }
        });
    assertThat(recorder.count()).isEqualTo(200);
    // The last one begins 199 ms after the first, and is answered 300 ms later or more.
    assertThat(recorder.latencies().getMinValue()).isGreaterThanOrEqualTo(299_000);
    assertThat(recorder.latencies().getMaxValue()).isGreaterThanOrEqualTo(498_000);
    assertThat(recorder.latencies().getValueAtPercentile(50)).isGreaterThanOrEqualTo(395_000);
  }

  /** Also when it is the generator that came late: the moment that was meant counts. */
  @Test
  void whatBeginsLateIsTimedFromWhenItHadToBegin() throws Exception {
    run(
        open(100, 100),
        ticket -> {
          if (ticket.index() == 0) {
            // Nobody gets his turn on this thread meanwhile.
            long until = System.nanoTime() + 300 * MILLISECOND;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
          }
          ticket.succeeded();
        });
    assertThat(recorder.count()).isEqualTo(10);
    assertThat(recorder.latencies().getMinValue()).isGreaterThanOrEqualTo(205_000);
  }

  @Test
  void momentsDoNotDependOnAnswers() {
    List<Long> moments = new ArrayList<>();
    run(
        open(50, 100),
        ticket -> {
          moments.add(ticket.intendedNanos());
          ticket.failed("NO");
        });
    assertThat(moments).hasSize(5);
    for (int i = 1; i < 5; i++) {
      assertThat(moments.get(i) - moments.get(i - 1)).isEqualTo(20 * MILLISECOND);
    }
    assertThat(recorder.errors()).containsEntry("NO", 5L);
    assertThat(recorder.count()).isZero();
    assertThat(recorder.failures()).isEqualTo(5);
  }

  @Test
  void aClosedLoopKeepsSoManyUnderWay() {
    int[] underWay = new int[2];
    run(
        closed(3, 50),
        ticket -> {
          underWay[0]++;
          underWay[1] = Math.max(underWay[1], underWay[0]);
          loop.execute(
              () -> {
                underWay[0]--;
                ticket.succeeded();
              });
        });
    assertThat(underWay[0]).isZero();
    assertThat(underWay[1]).isEqualTo(3);
    assertThat(recorder.count()).isEqualTo(50);
  }

  /** An answer that is there at once must not make the next one a call deeper. */
  @Test
  void answersAtOnceDoNotDeepenTheStack() {
    run(closed(1, 200_000), Ticket::succeeded);
    assertThat(recorder.count()).isEqualTo(200_000);
  }

  @Test
  void whoIsNotConnectedAnyMoreAsksSeldom() {
    long nanos = run(closed(2, 10), ticket -> ticket.failed(Link.CLOSED + " 1012"));
    assertThat(recorder.errors()).containsEntry("CLOSED 1012", 10L);
    // Five each, one after the other, with a pause behind each.
    assertThat(nanos).isGreaterThanOrEqualTo(40 * MILLISECOND);
  }

  @Test
  void anOperationEndsOnce() {
    run(
        closed(1, 1),
        ticket -> {
          ticket.succeeded();
          ticket.failed("LATE");
          ticket.succeeded();
          ticket.counted();
        });
    assertThat(recorder.count()).isEqualTo(1);
    assertThat(recorder.failures()).isZero();
  }
}
