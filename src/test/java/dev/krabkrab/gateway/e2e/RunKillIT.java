package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of runs when the instance that has them dies, or stops for a while. Protocol 04 §26.
 */
@Timeout(170)
class RunKillIT {
  /** A lease and the look behind it. */
  private static final double LONGEST_SECONDS = 45;

  private final String session = "agent:main:" + UUID.randomUUID();
  @TempDir private Path folder;
  private ModelServer models;
  private GatewayProcesses gateways;

  @BeforeEach
  void start() throws IOException {
    models = new ModelServer();
    gateways = GatewayProcesses.start(3, folder, models.document("asked"));
  }

  @AfterEach
  void stop() {
    gateways.close();
    models.close();
  }

  private void send(Peer peer, String message, String id) {
    ObjectNode params =
        Json.object().put("sessionKey", session).put("message", message).put("idempotencyKey", id);
    assertThat(peer.ok("chat.send", Json.text(params)).path("status").asText())
        .isEqualTo("started");
  }

  private static JsonNode end(Peer peer, String id) {
    long deadline = System.nanoTime() + (long) (LONGEST_SECONDS * 1e9);
    while (System.nanoTime() < deadline) {
      for (JsonNode frame : peer.frames()) {
        JsonNode event = frame.path("payload");
        if (frame.path("event").asText().equals("chat")
            && event.path("runId").asText().equals(id)
            && !event.path("state").asText().equals("delta")) {
          return event;
        }
      }
      peer.take(200);
    }
    throw new AssertionError("no end of " + id + " in " + LONGEST_SECONDS + " s");
  }

  /** On the first instance, which may have to find itself before it lets anybody in. */
  private Peer awakened() {
    AtomicReference<Peer> peer = new AtomicReference<>();
    await().untilAsserted(() -> peer.set(gateways.admin(0)));
    return peer.get();
  }

  private JsonNode history(Peer peer) {
    return peer.ok("chat.history", "{\"sessionKey\":\"" + session + "\"}").path("messages");
  }

  @Test
  void whatRanIsLostAndWhatWaitedIsCarriedOutElsewhere() {
    try (Peer a = gateways.admin(0);
        Peer b = gateways.admin(1);
        Peer c = gateways.admin(2)) {
      send(a, "100000-20", "first");
      c.event("chat", event -> event.path("runId").asText().equals("first"));
      send(a, "1-1", "second");
      send(b, "2-1", "third");
      String waiting =
          b.send("agent.wait", Json.object().put("runId", "first").put("timeoutMs", 90_000));
      long killed = System.nanoTime();
      gateways.kill(0);

      JsonNode lost = end(c, "first");
      System.out.printf("run: told lost after %.1f s%n", (System.nanoTime() - killed) / 1e9);
      assertThat(lost.path("state").asText()).isEqualTo("error");
      assertThat(lost.path("errorMessage").asText()).isEqualTo("gateway instance lost");
      JsonNode waited = b.answer(waiting).path("payload");
      assertThat(waited.path("status").asText()).isEqualTo("error");
      assertThat(waited.path("error").asText()).isEqualTo("gateway instance lost");
      assertThat(end(c, "second").path("state").asText()).isEqualTo("final");
      assertThat(end(c, "third").path("state").asText()).isEqualTo("final");

      JsonNode said = history(c);
      assertThat(said).hasSize(5);
      assertThat(text(said, 0)).isEqualTo("100000-20");
      assertThat(text(said, 1)).isEqualTo("1-1");
      assertThat(text(said, 2)).isEqualTo("w0 ");
      assertThat(text(said, 3)).isEqualTo("2-1");
      assertThat(text(said, 4)).isEqualTo("w0 w1 ");
      assertThat(ends(c, "first")).isEqualTo(1);
    }
  }

  /** The device goes while nobody owns its run, so that no order to end it finds it. */
  @Test
  void whatWaitedForADeviceThatWasRemovedMeanwhileIsNotDone() {
    DeviceKeys lost = DeviceKeys.fresh();
    Connect asLost = Connect.operator(3).device(lost).token(GatewayProcesses.TOKEN);
    try (Peer a = gateways.admin(0);
        Peer c = gateways.admin(2);
        Peer asker = Peer.connected(gateways.port(0), asLost)) {
      send(a, "100000-20", "first");
      c.event("chat", event -> event.path("runId").asText().equals("first"));
      send(asker, "1-1", "second");
      send(a, "2-1", "third");
      gateways.kill(0);
      c.ok("device.pair.remove", "{\"deviceId\":\"" + lost.id() + "\"}");

      assertThat(end(c, "first").path("state").asText()).isEqualTo("error");
      assertThat(end(c, "second").path("state").asText()).isIn("error", "aborted");
      assertThat(end(c, "third").path("state").asText()).isEqualTo("final");
      assertThat(history(c).findValuesAsText("text")).containsExactly("100000-20", "2-1", "w0 w1 ");
    }
  }

  @Test
  void whoeverStoppedForTooLongSaysNothingMoreOfItsRuns() {
    try (Peer a = gateways.admin(0);
        Peer c = gateways.admin(2)) {
      send(a, "100000-20", "first");
      c.event("chat", event -> event.path("runId").asText().equals("first"));
      gateways.suspend(0);
      assertThat(end(c, "first").path("state").asText()).isEqualTo("error");
      send(c, "1-1", "second");
      assertThat(end(c, "second").path("state").asText()).isEqualTo("final");
      int before = history(c).size();
      gateways.resume(0);
      try (Peer again = awakened()) {
        send(again, "2-1", "third");
        assertThat(end(c, "third").path("state").asText()).isEqualTo("final");
        assertThat(history(again)).hasSize(before + 2);
      }
      assertThat(ends(c, "first")).isEqualTo(1);
    }
  }

  @Test
  void anInstanceThatIsToldToStopHandsOverWhatWaits() {
    try (Peer a = gateways.admin(0);
        Peer c = gateways.admin(2)) {
      send(a, "15-20", "first");
      send(a, "1-1", "second");
      gateways.terminate(0);
      JsonNode first = end(c, "first");
      assertThat(first.path("state").asText()).isEqualTo("final");
      assertThat(end(c, "second").path("state").asText()).isEqualTo("final");
    }
  }

  private static String text(JsonNode messages, int at) {
    return messages.path(at).path("content").path(0).path("text").asText();
  }

  private static long ends(Peer peer, String id) {
    return peer.frames().stream()
        .filter(frame -> frame.path("event").asText().equals("chat"))
        .map(frame -> frame.path("payload"))
        .filter(event -> event.path("runId").asText().equals(id))
        .filter(event -> !event.path("state").asText().equals("delta"))
        .count();
  }
}
