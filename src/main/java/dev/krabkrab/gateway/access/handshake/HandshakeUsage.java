package dev.krabkrab.gateway.access.handshake;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** How much of the limits on handshakes is used, over all event loops. Safe from any thread. */
public final class HandshakeUsage {
  private final List<OfLoop> loops = new CopyOnWriteArrayList<>();

  private record OfLoop(Context loop, HandshakeGate gate) {}

  /**
   * At one moment.
   *
   * @param working handshakes that are worked on
   * @param waiting connect requests that wait for their turn
   */
  public record Count(int working, int waiting) {
    private Count plus(Count other) {
      return new Count(working + other.working, waiting + other.waiting);
    }
  }

  /** Counts the gate of a loop too from now on. */
  public void add(Context loop, HandshakeGate gate) {
    loops.add(new OfLoop(loop, gate));
  }

  /** Asks each loop. */
  public Future<Count> count() {
    List<Future<Count>> counts = loops.stream().map(HandshakeUsage::countOf).toList();
    return Future.all(counts)
        .map(all -> counts.stream().map(Future::result).reduce(new Count(0, 0), Count::plus));
  }

  private static Future<Count> countOf(OfLoop of) {
    return Future.future(
        answer ->
            of.loop()
                .runOnContext(
                    now -> answer.complete(new Count(of.gate().working(), of.gate().waiting()))));
  }
}
