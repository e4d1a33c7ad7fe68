package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.http.Probe;
import dev.krabkrab.gateway.edge.metrics.Exposition;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Everybody at once: instances as processes, clients by the thousand. */
class StormIT {
  private static final int CLIENTS = Integer.getInteger("storm", 5_000);
  private static final int SLOW = 1_000;
  private static final int OUTBOX_MB = 48;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void whenAnInstanceDiesItsClientsAllComeBackAndNoHandshakeTakesTooLong() {
    try (GatewayProcesses gateways = GatewayProcesses.startLarge(2)) {
      AtomicInteger target = new AtomicInteger(gateways.port(0));
      try (Crowd crowd = new Crowd(target::get, GatewayProcesses.TOKEN, false)) {
        crowd.add(CLIENTS, 100);
        await().atMost(LIMIT).until(() -> crowd.connected() == CLIENTS);
        target.set(gateways.port(1));
        long killed = System.nanoTime();
        gateways.kill(0);

        await().atMost(LIMIT).until(() -> crowd.ends().getOrDefault("after hello 1006", 0L) > 0);
        await().atMost(LIMIT).until(() -> crowd.connected() == CLIENTS);
        System.out.printf(
            "storm: %d clients back after %.1f s; %s%n",
            CLIENTS, (System.nanoTime() - killed) / 1e9, crowd.ends());
        assertThat(crowd.timeouts()).isZero();
        assertThat(crowd.ends()).doesNotContainKey("before hello 1000");
      }
    }
  }

  @Test
  void aThousandClientsThatDoNotReadCostNoMoreThanTheBoundAndTheOthersMissNothing()
      throws IOException {
    try (GatewayProcesses gateways = GatewayProcesses.start(1)) {
      int management = RedisProcess.freePort();
      int limited =
          gateways.add(
              Map.of(
                  "KRABKRAB_LIMIT_OUTBOX_MEGABYTES",
                  Integer.toString(OUTBOX_MB),
                  "KRABKRAB_MANAGEMENT_PORT",
                  Integer.toString(management)));
      gateways.awaitAll();
      int port = gateways.port(limited);
      try (Crowd slow = new Crowd(() -> port, GatewayProcesses.TOKEN, true);
          Peer reader = admin(port);
          Peer asker = admin(gateways.port(0))) {
        slow.add(SLOW, 50);
        await().atMost(LIMIT).until(() -> slow.connected() == SLOW);
        slow.stopReading();
        long before = rssMegabytes(gateways.pid(limited));
        long most = before;

        for (int i = 0; i < 250; i++) {
          String id = "s" + i;
          ObjectNode params = Json.object().put("id", id).put("command", "x".repeat(6_500));
          String request = asker.send("exec.approval.request", params);
          reader.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
          reader.ok("exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"deny\"}");
          assertThat(asker.answer(request).at("/payload/decision").asText()).isEqualTo("deny");
          reader.frames().clear();
          asker.frames().clear();
          most = Math.max(most, rssMegabytes(gateways.pid(limited)));
        }
        System.out.printf("slow: %d MB before, %d MB at most%n", before, most);
        assertThat(most - before).isLessThan(OUTBOX_MB + 100);
        Exposition page = Exposition.parse(new Probe(management).get("/metrics").body());
        assertThat(page.value("krabkrab_slow_consumer_closes_total")).isBetween(1.0, (double) SLOW);
        assertThat(page.value("krabkrab_outbox_pending_bytes")).isLessThan(OUTBOX_MB * 1024 * 1024);
      }
    }
  }

  private static Peer admin(int port) {
    Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN);
    return Peer.connected(port, connect);
  }

  /** Memory of a process, of the kernel's own account. */
  private static long rssMegabytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
