package dev.krabkrab.gateway.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.Roamer;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two clients who talk with an agent in one session while everything breaks, and take notes. The id
 * of a run ends with the number of words that its answer has.
 */
final class ChaosTalk extends ChaosWorkers {
  static final String SESSION = "agent:main:chaos";

  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Pattern MESSAGE_ID = Pattern.compile("\\[message_id: ([^\\]]+)]");

  private final Map<WireClient, Integer> connections = new ConcurrentHashMap<>();
  private final AtomicInteger lastConnection = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();

  /**
   * @param trouble longest time that anything may take, faults included
   */
  ChaosTalk(GatewayProcesses gateways, History history, Duration trouble) {
    super(history, trouble);
    for (int i = 0; i < 2; i++) {
      String prefix = "r" + i;
      Roamer roamer =
          add(new Roamer(gateways, i, TestDevice.fresh(), Profile.admin(), this::heard, trouble));
      work(() -> talk(roamer, prefix));
    }
  }

  /** Runs that ended with an answer. */
  int answered() {
    return answered.get();
  }

  /** Lets both finish what they are at, and notes what is in the transcript. */
  void finish() throws InterruptedException {
    finish("a talk", trouble.multipliedBy(4));
    read();
  }

  private void heard(WireClient over, JsonNode event) {
    JsonNode payload = event.path("payload");
    String state = payload.path("state").asText();
    if (event.path("event").asText().equals("chat") && !state.equals("delta")) {
      int connection = connections.computeIfAbsent(over, fresh -> lastConnection.incrementAndGet());
      history.add(
          new Entry.RunTold(
              "talk " + connection, payload.path("runId").asText(), state.equals("final")));
    }
  }

  private void talk(Roamer roamer, String prefix) {
    for (int n = 0; !over(); n++) {
      int words = 5 + n % 7;
      String id = prefix + "-" + n + "-" + words;
      ObjectNode send =
          Json.object()
              .put("sessionKey", SESSION)
              .put("message", words + "-20")
              .put("idempotencyKey", id);
      if (until("chat.send " + id, roamer, "chat.send", send) == null) {
        return;
      }
      ObjectNode wait = Json.object().put("runId", id).put("timeoutMs", WAIT.toMillis());
      JsonNode end = until("agent.wait " + id, roamer, "agent.wait", wait);
      if (end == null) {
        return;
      }
      boolean well = end.path("status").asText().equals("ok");
      answered.addAndGet(well ? 1 : 0);
      history.add(new Entry.RunEnded(id, well));
    }
  }

  /** Repeats a call until it succeeds and has an end to tell; null when that takes too long. */
  private @Nullable JsonNode until(String what, Roamer roamer, String method, JsonNode params) {
    return until(
        what,
        3,
        () -> roamer.client().request(method, params),
        payload -> !payload.path("status").asText().equals("timeout"));
  }

  private void read() {
    ObjectNode query = Json.object().put("key", SESSION).put("stored", true);
    while (true) {
      JsonNode page = until("sessions.export", firstRoamer(), "sessions.export", query);
      if (page == null) {
        return;
      }
      page.path("lines").forEach(line -> note(line.path("message")));
      if (!page.has("next")) {
        return;
      }
      query.put("cursor", page.path("next").asText());
    }
  }

  private void note(JsonNode message) {
    String text = message.at("/content/0/text").asText();
    Matcher id = MESSAGE_ID.matcher(text);
    if (message.path("role").asText().equals("user") && id.find()) {
      history.add(new Entry.RunAsked(id.group(1)));
    } else if (message.path("role").asText().equals("assistant")) {
      history.add(new Entry.RunSaid(text.isBlank() ? 0 : text.strip().split(" ").length));
    }
  }
}
