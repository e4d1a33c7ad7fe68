package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long after {@code chat.send} the first words arrive, compared with asking the provider
 * itself, one run at a time: alone, and while other runs are on their way. {@code -Dfirsts=300}.
 */
@Timeout(170)
class FirstWordIT {
  private static final int RUNS = Integer.getInteger("firsts", 300);
  private static final int OTHERS = 20;
  private static final int ROUNDS = 3;
  private static final double LONGEST_MS = 100;

  @TempDir private Path folder;

  @Test
  void firstWordsComeSoonAfterTheProvidersOwn() throws IOException, InterruptedException {
    try (ModelServer models = new ModelServer()) {
      try (GatewayProcesses gateways = GatewayProcesses.start(1, folder, models.document("asked"));
          HttpClient http = HttpClient.newHttpClient()) {
        Connect connect =
            Connect.operator(3).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN);
        try (Peer peer = Peer.connected(gateways.port(0), connect);
            Peer other = Peer.connected(gateways.port(0), connect.device(DeviceKeys.fresh()))) {
          gateway(peer, "warm");
          provider(http, models);
          Times own = provider(http, models);
          Times alone = gateway(peer, "alone");
          // The best of some rounds: others may have the processor now and then.
          for (int i = 1; i < ROUNDS && alone.half() - own.half() >= LONGEST_MS; i++) {
            own = provider(http, models);
            alone = gateway(peer, "alone-" + i);
          }
          for (int i = 0; i < OTHERS; i++) {
            send(other, "other-" + i, "100000-50");
          }
          Times loadedOwn = provider(http, models);
          Times loaded = gateway(peer, "loaded");
          System.out.printf(
              "first words of %d runs: provider %s, gateway %s; with %d other runs: provider %s,"
                  + " gateway %s%n",
              RUNS, own, alone, OTHERS, loadedOwn, loaded);
          assertThat(alone.half() - own.half()).isLessThan(LONGEST_MS);
        }
      }
    }
  }

  private record Times(double half, double most) {
    static Times of(double[] ms) {
      Arrays.sort(ms);
      return new Times(ms[ms.length / 2], ms[ms.length * 95 / 100]);
    }

    @Override
    public String toString() {
      return "p50 %.1f ms, p95 %.1f ms".formatted(half, most);
    }
  }

  private static void send(Peer peer, String id, String message) {
    peer.send(
        "chat.send",
        Json.object()
            .put("sessionKey", "agent:main:" + id)
            .put("message", message)
            .put("idempotencyKey", id));
  }

  /** Each in a session of its own, as a new conversation is. */
  private static Times gateway(Peer peer, String name) {
    double[] ms = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      String id = name + "-" + i;
      long sent = System.nanoTime();
      send(peer, id, "2-5");
      while (ms[i] == 0) {
        if (isOf(next(peer), id)) {
          ms[i] = (System.nanoTime() - sent) / 1e6;
        }
      }
      JsonNode frame = next(peer);
      while (!(isOf(frame, id) && frame.at("/payload/state").asText().equals("final"))) {
        frame = next(peer);
      }
    }
    return Times.of(ms);
  }

  private static JsonNode next(Peer peer) {
    assertThat(peer.take(30_000)).as("nothing arrives").isTrue();
    return peer.frames().removeLast();
  }

  private static boolean isOf(JsonNode frame, String id) {
    return frame.path("event").asText().equals("chat")
        && frame.at("/payload/runId").asText().equals(id);
  }

  private static Times provider(HttpClient http, ModelServer models)
      throws IOException, InterruptedException {
    ObjectNode body = Json.object().put("model", "asked").put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", "2-5");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(models.url() + "/chat/completions"))
            .version(HttpClient.Version.HTTP_1_1)
            .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)))
            .build();
    double[] ms = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long sent = System.nanoTime();
      try (Stream<String> lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
        int at = i;
        lines
            .filter(line -> line.startsWith("data: {"))
            .forEach(line -> ms[at] = ms[at] == 0 ? (System.nanoTime() - sent) / 1e6 : ms[at]);
      }
    }
    return Times.of(ms);
  }
}
