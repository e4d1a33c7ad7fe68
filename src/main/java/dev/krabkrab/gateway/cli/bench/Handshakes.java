package dev.krabkrab.gateway.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Devices connect, round by round: in each one every device once, and none leaves before the round
 * is over, so that leaving is not measured.
 */
final class Handshakes {
  private static final Duration ROUND_AT_MOST = Duration.ofHours(1);

  private final Stage stage;
  private final int count;
  private final boolean cold;
  private final List<Device> devices = new ArrayList<>();
  private final List<Link> open = new ArrayList<>();

  /** Of each device, the token it was given last. */
  private final @Nullable String[] tokens;

  Handshakes(Stage stage) {
    this.stage = stage;
    this.count = stage.plan().size().connections();
    this.cold = stage.plan().subject().cold();
    this.tokens = new String[count];
  }

  Measured run() {
    if (!cold) {
      newDevices();
      open.addAll(
          stage.onLoop(() -> stage.fleet().all(count, i -> connect(i).thenApply(link -> link))));
      leave();
    }
    Measured warm = stage.measured();
    long warmed = 0;
    boolean going = true;
    while (going && warmed < stage.plan().warmup().toNanos()) {
      long before = warm.recorder().count();
      warmed += round(warm, "warm-up");
      going = warm.recorder().count() > before;
    }
    Measured measured = stage.measured();
    int rounds = 0;
    going = true;
    while (going && measured.nanos() < stage.plan().duration().toNanos()) {
      if (cold) {
        newDevices();
      }
      long before = measured.recorder().count();
      stage.measure(amount(), this::start, measured);
      leave();
      going = measured.recorder().count() > before;
      rounds++;
    }
    measured.details().put("rounds", rounds);
    return measured;
  }

  private long round(Measured measured, String what) {
    if (cold) {
      newDevices();
    }
    long nanos = stage.run(amount(), this::start, measured, what);
    stage.settle();
    leave();
    return nanos;
  }

  private Load.Amount amount() {
    return new Load.Amount(stage.plan().pace(), ROUND_AT_MOST, count);
  }

  private void newDevices() {
    devices.clear();
    for (int i = 0; i < count; i++) {
      devices.add(stage.around().devices().get());
    }
  }

  private CompletableFuture<Link> connect(int i) {
    return stage
        .fleet()
        .operator(devices.get(i), i, cold ? null : tokens[i])
        .whenComplete(
            (link, failure) -> {
              if (failure == null) {
                String given = link.hello().path("auth").path("deviceToken").asText("");
                tokens[i] = given.isEmpty() ? tokens[i] : given;
              }
            });
  }

  private void start(Ticket ticket) {
    connect((int) ticket.index())
        .whenComplete(
            (link, failure) -> {
              if (failure == null) {
                open.add(link);
                ticket.succeeded();
              } else {
                ticket.failed(Refusal.code(failure));
              }
            });
  }

  private void leave() {
    stage.onLoop(
        () -> {
          CompletableFuture<?>[] ends =
              open.stream().map(Link::ended).toArray(CompletableFuture[]::new);
          stage.fleet().close(open);
          open.clear();
          return CompletableFuture.allOf(ends);
        });
    stage.settle();
  }
}
