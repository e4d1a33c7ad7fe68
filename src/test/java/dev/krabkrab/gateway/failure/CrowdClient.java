package dev.krabkrab.gateway.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of many clients that always has one call in flight, and comes back as the protocol's own
 * clients do: after a second, then twice as long each time. Once told that its gateway stops, it
 * asks nothing more. It looks into the frames it needs only.
 */
final class CrowdClient implements AutoCloseable {
  static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  private final HttpClient http;
  private final int port;
  private final Tally tally;
  private final TestDevice device = TestDevice.fresh();
  private final Profile profile = Profile.approver(3);
  private final Thread life;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Link link;

  /** What all of them went through together. */
  static final class Tally {
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger cutOff = new AtomicInteger();
    final AtomicInteger hanging = new AtomicInteger();
    final AtomicInteger answeredTwice = new AtomicInteger();
    final AtomicInteger seqHoles = new AtomicInteger();
    final AtomicInteger connects = new AtomicInteger();
    final AtomicInteger slowConsumer = new AtomicInteger();

    @Override
    public String toString() {
      return "%s connects, %s answered, %s refused, %s cut off, %s hanging, %s sent away as slow"
          .formatted(connects, answered, refused, cutOff, hanging, slowConsumer);
    }
  }

  CrowdClient(HttpClient http, int port, Tally tally) {
    this.http = http;
    this.port = port;
    this.tally = tally;
    this.life = Thread.ofVirtual().start(this::live);
  }

  /** Whether it is connected and greeted now. */
  boolean connected() {
    Link current = link;
    return current != null && !current.ended.isDone();
  }

  @Override
  public void close() {
    closed.countDown();
    life.interrupt();
    Link current = link;
    if (current != null && current.socket != null) {
      current.socket.abort();
    }
  }

  private void live() {
    Duration wait = FIRST_RETRY;
    while (closed.getCount() > 0) {
      Link current = new Link();
      try {
        current.open();
        link = current;
        tally.connects.incrementAndGet();
        wait = FIRST_RETRY;
        work(current);
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        // Not now: the balancer found nobody, or the gateway is leaving.
      }
      current.abort();
      try {
        if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
      wait = wait.multipliedBy(2);
    }
  }

  /** Calls until the connection ends; a call ends in its answer or with the connection. */
  private void work(Link current) throws Exception {
    int number = 0;
    while (!current.ended.isDone()) {
      if (current.sentAway) {
        current.ended.get();
        return;
      }
      CompletableFuture<JsonNode> answer = current.call("c" + number++, "voicewake.get");
      CompletableFuture.anyOf(answer, current.ended)
          .orTimeout(30, TimeUnit.SECONDS)
          .exceptionally(late -> null)
          .get();
      if (answer.isDone()) {
        (answer.join().path("ok").asBoolean() ? tally.answered : tally.refused).incrementAndGet();
      } else if (current.ended.isDone()) {
        tally.cutOff.incrementAndGet();
      } else {
        tally.hanging.incrementAndGet();
      }
      CompletableFuture<Integer> pause = new CompletableFuture<>();
      pause.completeOnTimeout(0, 400, TimeUnit.MILLISECONDS);
      CompletableFuture.anyOf(pause, current.ended).get();
    }
  }

  private final class Link implements WebSocket.Listener {
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<JsonNode> challenge = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private volatile CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    private volatile String awaited = "";
    private volatile @Nullable WebSocket socket;
    private volatile boolean sentAway;
    private long lastSeq;

    void open() throws Exception {
      socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), this)
              .get(30, TimeUnit.SECONDS);
      ObjectNode params =
          profile.connectParams(
              device, challenge.get(30, TimeUnit.SECONDS), GatewayProcesses.TOKEN);
      JsonNode hello = send("hello", "connect", params).get(30, TimeUnit.SECONDS);
      if (!hello.path("ok").asBoolean()) {
        throw new IllegalStateException(hello.toString());
      }
    }

    CompletableFuture<JsonNode> call(String id, String method) {
      return send(id, method, Json.object());
    }

    private CompletableFuture<JsonNode> send(String id, String method, ObjectNode params) {
      CompletableFuture<JsonNode> waiting = new CompletableFuture<>();
      answer = waiting;
      awaited = id;
      ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
      frame.set("params", params);
      Objects.requireNonNull(socket).sendText(Json.text(frame), true);
      return waiting;
    }

    void abort() {
      WebSocket open = socket;
      if (open != null) {
        open.abort();
      }
    }

    private void arrived(String frame) {
      if (!frame.startsWith("{\"type\":\"event\"")) {
        JsonNode response = Objects.requireNonNull(Json.tryParse(frame));
        if (!response.path("id").asText().equals(awaited) || !answer.complete(response)) {
          tally.answeredTwice.incrementAndGet();
        }
        return;
      }
      if (frame.startsWith("{\"type\":\"event\",\"event\":\"connect.challenge\"")) {
        challenge.complete(Objects.requireNonNull(Json.tryParse(frame)).path("payload"));
        return;
      }
      if (frame.startsWith("{\"type\":\"event\",\"event\":\"shutdown\"")) {
        sentAway = true;
      }
      int at = frame.lastIndexOf("\"seq\":");
      if (at >= 0) {
        long seq = Long.parseLong(frame.substring(at + 6, frame.length() - 1));
        if (seq != lastSeq + 1) {
          tally.seqHoles.incrementAndGet();
        }
        lastSeq = seq;
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String frame = text.toString();
        text.setLength(0);
        arrived(frame);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      if (code == 1008) {
        tally.slowConsumer.incrementAndGet();
      }
      ended.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      ended.complete(1006);
    }
  }
}
