package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many answers on their way at once, on one instance as a process. {@code -Druns=200}. */
@Timeout(170)
class RunLoadIT {
  private static final int RUNS = Integer.getInteger("runs", 200);
  private static final int WORDS = 100;

  @TempDir private Path folder;

  @Test
  void twoHundredAnswersAtOnceCostLittleMemory() throws IOException {
    try (ModelServer models = new ModelServer()) {
      try (GatewayProcesses gateways =
          GatewayProcesses.start(1, folder, models.document("words-" + WORDS + "-50"))) {
        Connect connect =
            Connect.operator(3).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN);
        try (Peer peer = Peer.connected(gateways.port(0), connect)) {
          round(peer, models, "warm");
          long before = rssMegabytes(gateways.pid(0));
          round(peer, models, "measured");
          long after = rssMegabytes(gateways.pid(0));
          System.out.printf("runs: %d MB before, %d MB after%n", before, after);
          assertThat(after - before).isLessThan(120);
        }
      }
    }
  }

  private static void round(Peer peer, ModelServer models, String name) {
    long begun = System.nanoTime();
    Map<String, Long> sent = new HashMap<>();
    for (int i = 0; i < RUNS; i++) {
      String id = name + "-" + i;
      sent.put(id, System.nanoTime());
      peer.send(
          "chat.send",
          Json.object()
              .put("sessionKey", "agent:main:" + id)
              .put("message", "x")
              .put("idempotencyKey", id));
    }
    Set<String> open = new HashSet<>(sent.keySet());
    Map<String, Double> first = new HashMap<>();
    int most = 0;
    while (!open.isEmpty()) {
      assertThat(peer.take(20_000)).as("%s of %s runs have not ended", open.size(), RUNS).isTrue();
      most = Math.max(most, models.streaming());
      JsonNode frame = peer.frames().removeLast();
      JsonNode event = frame.path("payload");
      if (frame.path("event").asText().equals("chat")) {
        String id = event.path("runId").asText();
        first.computeIfAbsent(
            id, unseen -> (System.nanoTime() - sent.getOrDefault(id, begun)) / 1e6);
        if (!event.path("state").asText().equals("delta")) {
          assertThat(event.path("state").asText()).isEqualTo("final");
          open.remove(id);
        }
      }
    }
    double[] firsts = first.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        "runs: %d of %d words in %.1f s, %d at once; first words after %.0f ms (half), %.0f ms"
            + " (most)%n",
        RUNS,
        WORDS,
        (System.nanoTime() - begun) / 1e9,
        most,
        firsts[firsts.length / 2],
        firsts[firsts.length - 1]);
    assertThat(most).isGreaterThan(RUNS / 2);
  }

  private static long rssMegabytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
