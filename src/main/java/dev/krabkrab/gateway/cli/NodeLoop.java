package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.pairing.ComparisonCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Keeps a node connected: to one of the instances after the other, for as long as it is let in or
 * may yet be. {@link #run} is for one thread, {@link #stop} for any.
 */
final class NodeLoop {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAIRING_POLL = Duration.ofSeconds(3);
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration LONGEST_LOCK = Duration.ofMinutes(5);
  private static final Duration QUIET = Duration.ofSeconds(25);
  private static final Duration DEAD = Duration.ofSeconds(50);
  private static final Duration DELIVERY = Duration.ofSeconds(3);

  /** How an attempt to connect is made. */
  interface Entrance {
    GatewayClient connect(ClientSettings to);

    /** The device that connects. */
    DeviceIdentity device();
  }

  private final List<ClientSettings> instances;
  private final Entrance entrance;
  private final NodeService service;
  private final Consumer<String> log;
  private final DoubleSupplier random;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private String told = "";

  /**
   * @param random from 0 to 1
   */
  NodeLoop(
      List<ClientSettings> instances,
      Entrance entrance,
      NodeService service,
      Consumer<String> log,
      DoubleSupplier random) {
    this.instances = List.copyOf(instances);
    this.entrance = entrance;
    this.service = service;
    this.log = log;
    this.random = random;
  }

  /**
   * Serves until it is stopped.
   *
   * @throws CliException when it is not let in and waiting does not help
   */
  void run() {
    try {
      int failures = 0;
      for (int turn = 0; !isStopped(); turn++) {
        Duration wait = attempt(instances.get(turn % instances.size()), failures);
        failures = wait.isZero() ? 0 : failures + 1;
        pause(wait.isZero() ? FIRST_WAIT.multipliedBy(2).dividedBy(instances.size()) : wait);
      }
    } finally {
      ended.countDown();
    }
  }

  /** Connects and serves; returns how long to wait, nothing when it was connected. */
  private Duration attempt(ClientSettings to, int failures) {
    try (GatewayClient client = entrance.connect(to)) {
      told = "";
      log.accept("connected to " + to.uri());
      serve(client);
      return Duration.ZERO;
    } catch (CliException e) {
      return afterwards(e, to, failures);
    }
  }

  private void serve(GatewayClient client) {
    try {
      service.connected(client);
      while (!isStopped()) {
        JsonNode frame = client.nextFrame(POLL);
        if (frame != null) {
          service.take(frame);
          continue;
        }
        service.outbox().flush();
        if (client.quiet().compareTo(DEAD) > 0) {
          log.accept("nothing is heard of the gateway any more");
          return;
        }
        if (client.quiet().compareTo(QUIET) > 0) {
          client.ping();
        }
      }
    } catch (CliException e) {
      log.accept(Text.safe(String.valueOf(e.getMessage())));
    } finally {
      service.outbox().detach();
    }
  }

  private Duration afterwards(CliException e, ClientSettings to, int failures) {
    GatewayError error = e.error();
    if (error != null && error.isPairing() && !error.requestId().isEmpty()) {
      tellPairing(Text.safe(error.requestId()), error.requestId());
      return jittered(PAIRING_POLL);
    }
    if (error != null && error.detailCode().equals("AUTH_RATE_LIMITED")) {
      long ms = error.raw().path("retryAfterMs").asLong(LONGEST_WAIT.toMillis());
      say("too many wrong secrets came from this address; waiting");
      return jittered(Duration.ofMillis(Math.clamp(ms, 1_000, LONGEST_LOCK.toMillis())));
    }
    boolean passes =
        e.exitCode() == ExitCodes.UNREACHABLE
            || e.exitCode() == ExitCodes.TIMEOUT
            || (error != null && error.code().equals("UNAVAILABLE"));
    if (!passes) {
      throw e;
    }
    say(to.uri() + ": " + Text.safe(String.valueOf(e.getMessage())));
    return backOff(failures);
  }

  private void tellPairing(String shown, String request) {
    String code = ComparisonCode.of(entrance.device().publicKey(), request);
    if (!told.equals(request)) {
      log.accept("this node waits to be let in: request " + shown + ", code " + code);
      log.accept("where the gateway knows you already: krabkrab devices approve " + shown);
    }
    told = request;
  }

  /** The same once only. */
  private void say(String what) {
    if (!told.equals(what)) {
      log.accept(what);
    }
    told = what;
  }

  /** Doubles with each failure, after all instances were tried. */
  private Duration backOff(int failures) {
    int rounds = Math.min(failures / instances.size(), 10);
    long ms = Math.min(FIRST_WAIT.toMillis() << rounds, LONGEST_WAIT.toMillis());
    return jittered(Duration.ofMillis(ms));
  }

  private Duration jittered(Duration most) {
    return Duration.ofMillis(Math.round(most.toMillis() * (0.5 + random.getAsDouble() / 2)));
  }

  private void pause(Duration time) {
    try {
      if (stopped.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        log.accept("stopping");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped.countDown();
    }
  }

  /** Whether {@link #run} has returned. */
  boolean isOver() {
    return ended.getCount() == 0;
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Lets what runs end for so long, ends it, gives its results away, and then disconnects.
   *
   * @return whether nothing is left
   */
  boolean stop(Duration grace) {
    boolean clean = service.stop(grace);
    Deadline delivery = Deadline.in(DELIVERY);
    try {
      while (service.isBusy() && !delivery.left().isZero() && ended.getCount() > 0) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      stopped.countDown();
      return ended.await(DELIVERY.toMillis(), TimeUnit.MILLISECONDS) && clean;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped.countDown();
      return false;
    }
  }
}
