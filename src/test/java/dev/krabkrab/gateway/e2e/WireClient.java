package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One connection of a protocol client: requests, answers, events, and how it ended. */
public final class WireClient implements AutoCloseable, WebSocket.Listener {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private final Consumer<JsonNode> onEvent;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, CompletableFuture<JsonNode>> requests = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new ArrayList<>();
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private @Nullable Ended over;
  private final AtomicInteger lastId = new AtomicInteger();
  private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
  private @Nullable WebSocket socket;
  private JsonNode hello = Json.object();

  /** How a connection ended; code 1006 when there was no close frame. */
  public record Ended(int code, String reason) {}

  /** The connection ended before the answer came. */
  public static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoneException(Ended how) {
      super("connection ended: " + how, null, false, false);
    }
  }

  private WireClient(Consumer<JsonNode> onEvent) {
    this.onEvent = onEvent;
  }

  /**
   * Connects and waits for hello-ok.
   *
   * @param onEvent sees every event frame, on the connection's own thread
   * @throws IOException when there is no gateway or it is leaving
   * @throws RefusedException when the gateway refuses
   */
  public static WireClient connect(
      int port, TestDevice device, Profile profile, Consumer<JsonNode> onEvent) throws IOException {
    WireClient client = new WireClient(onEvent);
    try {
      URI uri = URI.create("ws://127.0.0.1:" + port + "/");
      client.socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(uri, client)
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      JsonNode challenge = client.event("connect.challenge", any -> true);
      ObjectNode params = profile.connectParams(device, challenge, GatewayProcesses.TOKEN);
      JsonNode answer =
          client.request("connect", params).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!answer.path("ok").asBoolean()) {
        client.close();
        throw new RefusedException(answer.path("error"));
      }
      client.hello = answer.path("payload");
      return client;
    } catch (ExecutionException | TimeoutException | GoneException e) {
      client.close();
      throw new IOException("not connected to " + port, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public static WireClient connect(int port, TestDevice device, Profile profile)
      throws IOException {
    return connect(port, device, profile, event -> {});
  }

  /** The gateway answered connect with an error. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient JsonNode error;

    RefusedException(JsonNode error) {
      super(error.toString());
      this.error = error;
    }

    /** The {@code error} of the answer. */
    public JsonNode error() {
      return error;
    }
  }

  public JsonNode hello() {
    return hello;
  }

  /** Sends a request; the future holds the response frame, or fails with GoneException. */
  public CompletableFuture<JsonNode> request(String method, JsonNode params) {
    String id = "r" + lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    requests.put(id, answer);
    Ended before = isOver();
    if (before != null) {
      answer.completeExceptionally(new GoneException(before));
      return answer;
    }
    ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
    frame.set("params", params);
    send(Json.text(frame));
    return answer;
  }

  /** The response frame. */
  public JsonNode call(String method, JsonNode params) {
    try {
      return request(method, params).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(method, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer to " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public JsonNode call(String method, String params) {
    return call(method, Objects.requireNonNull(Json.tryParse(params)));
  }

  /** The payload of the first such event, waiting for it when it has not come yet. */
  public JsonNode event(String name, Predicate<JsonNode> payload) {
    return event(name, payload, PATIENCE);
  }

  public JsonNode event(String name, Predicate<JsonNode> payload, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    synchronized (events) {
      while (true) {
        for (JsonNode event : events) {
          if (event.path("event").asText().equals(name) && payload.test(event.path("payload"))) {
            return event.path("payload");
          }
        }
        long leftMs = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (leftMs <= 0 || ended.isDone()) {
          throw new GoneException(ended.getNow(new Ended(0, "no event " + name)));
        }
        try {
          events.wait(leftMs);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Payloads of all such events up to now. */
  public List<JsonNode> events(String name) {
    synchronized (events) {
      return events.stream()
          .filter(event -> event.path("event").asText().equals(name))
          .map(event -> event.path("payload"))
          .toList();
    }
  }

  public CompletableFuture<Ended> ended() {
    return ended;
  }

  /** Cuts the connection without a close frame. */
  public void abort() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
    end(new Ended(1006, "aborted"));
  }

  @Override
  public void close() {
    abort();
  }

  private @Nullable Ended isOver() {
    synchronized (requests) {
      return over;
    }
  }

  private synchronized void send(String frame) {
    WebSocket open = Objects.requireNonNull(socket);
    sending = sending.handle((done, failed) -> open.sendText(frame, true)).thenCompose(f -> f);
  }

  /** Whoever sees the end sees what became of every request, too. */
  private void end(Ended how) {
    synchronized (requests) {
      if (over == null) {
        over = how;
      }
    }
    requests.values().forEach(answer -> answer.completeExceptionally(new GoneException(how)));
    ended.complete(how);
    synchronized (events) {
      events.notifyAll();
    }
  }

  private void arrived(JsonNode frame) {
    if (frame.path("type").asText().equals("event")) {
      synchronized (events) {
        events.add(frame);
        events.notifyAll();
      }
      onEvent.accept(frame);
      return;
    }
    CompletableFuture<JsonNode> waiting = requests.remove(frame.path("id").asText());
    if (waiting != null) {
      waiting.complete(frame);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      JsonNode frame = Objects.requireNonNull(Json.tryParse(text.toString()));
      text.setLength(0);
      arrived(frame);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    end(new Ended(1003, "a binary frame"));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end(new Ended(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end(new Ended(1006, String.valueOf(error.getMessage())));
  }
}
