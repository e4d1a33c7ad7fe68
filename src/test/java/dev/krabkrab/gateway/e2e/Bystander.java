package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A client with rights that calls all the time, and how long its answers take. */
final class Bystander implements AutoCloseable {
  private static final int PAUSE_MS = 10;

  private final Peer peer;
  private final List<Long> micros = new ArrayList<>();

  Bystander(int port) {
    Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN);
    this.peer = Peer.connected(port, connect);
  }

  /** Calls while something goes on; returns the 99th percentile in milliseconds. */
  double during(Runnable flood) {
    micros.clear();
    AtomicBoolean over = new AtomicBoolean();
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    flood.run();
                  } finally {
                    over.set(true);
                  }
                });
    while (!over.get() || micros.size() < 50) {
      long begin = System.nanoTime();
      String id = peer.send("health", Json.object());
      assertThat(peer.answer(id).path("ok").asBoolean()).isTrue();
      micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
      peer.frames().clear();
      peer.take(PAUSE_MS);
    }
    try {
      other.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Long> sorted = micros.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100)) / 1_000.0;
  }

  @Override
  public void close() {
    peer.close();
  }
}
