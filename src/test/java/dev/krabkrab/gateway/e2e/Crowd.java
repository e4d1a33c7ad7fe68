package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of clients that behave as the reference's do: a connection that ends is made again
 * after one second, then two, up to thirty, all of them without jitter; a refusal that names a time
 * is believed.
 */
final class Crowd implements AutoCloseable {
  private static final int MOST_FRAME = 26_000_000;
  private static final int SMALL_WINDOW = 8 * 1024;
  private static final int USUAL_WINDOW = 256 * 1024;
  private static final int FIRST_WAIT_MS = 1_000;
  private static final int LONGEST_WAIT_MS = 30_000;

  /** The clients' own patience with a handshake. */
  private static final long TIMEOUT_MS = 10_000;

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient http;
  private final IntSupplier ports;
  private final String token;
  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger timeouts = new AtomicInteger();
  private final Map<String, LongAdder> ends = new ConcurrentSkipListMap<>();
  private volatile boolean closing;
  private volatile boolean reading = true;

  /**
   * @param ports where each attempt goes
   * @param small whether little fits into the clients' own buffers
   */
  Crowd(IntSupplier ports, String token, boolean small) {
    this.ports = ports;
    this.token = token;
    this.http =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setReceiveBufferSize(small ? SMALL_WINDOW : USUAL_WINDOW)
                .setConnectTimeout((int) TIMEOUT_MS)
                .setMaxConnections(100_000)
                .setMaxFrameSize(MOST_FRAME)
                .setMaxMessageSize(MOST_FRAME));
  }

  /** Adds clients, each with a device of its own, a bounded number of them at a time. */
  void add(int count, int atOnce) {
    int from = clients.size();
    for (int i = 0; i < count; i++) {
      clients.add(new Client());
    }
    long since = System.nanoTime();
    for (int i = from; i < clients.size(); i++) {
      while (i - connected.get() >= atOnce) {
        assertThat(System.nanoTime() - since).as("%s", ends).isLessThan(PATIENCE_NANOS);
        pause();
      }
      clients.get(i).connect();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** From now on nobody reads what arrives. */
  void stopReading() {
    reading = false;
    clients.forEach(Client::stopReading);
  }

  int connected() {
    return connected.get();
  }

  /** Handshakes that took longer than a client waits, on either side's account. */
  int timeouts() {
    return timeouts.get();
  }

  /** How connections and attempts ended, counted. */
  Map<String, Long> ends() {
    Map<String, Long> counted = new TreeMap<>();
    ends.forEach((end, count) -> counted.put(end, count.sum()));
    return counted;
  }

  @Override
  public void close() {
    closing = true;
    vertx.close().await();
  }

  private void ended(String how) {
    ends.computeIfAbsent(how, first -> new LongAdder()).increment();
  }

  private final class Client {
    private final DeviceKeys keys = DeviceKeys.fresh();
    private int waitMs = FIRST_WAIT_MS;
    private long askedToWaitMs;
    private boolean in;
    private long since;
    private volatile @Nullable WebSocket socket;

    void connect() {
      since = System.nanoTime();
      in = false;
      askedToWaitMs = 0;
      WebSocketConnectOptions to =
          new WebSocketConnectOptions().setHost("127.0.0.1").setPort(ports.getAsInt()).setURI("/");
      http.connect(to)
          .onSuccess(this::opened)
          .onFailure(
              refused -> {
                ended("no connection");
                again();
              });
    }

    void stopReading() {
      WebSocket open = socket;
      if (open != null) {
        open.pause();
      }
    }

    private void opened(WebSocket opened) {
      socket = opened;
      opened.frameHandler(frame -> frame(opened, frame.isFinal() ? frame.binaryData() : null));
      opened.exceptionHandler(ignored -> {});
      opened.closeHandler(ignored -> closed(opened));
    }

    private void frame(WebSocket from, @Nullable Buffer whole) {
      if (in || whole == null) {
        return;
      }
      String head =
          whole.slice(0, Math.min(whole.length(), 32)).toString(StandardCharsets.US_ASCII);
      if (head.startsWith("{\"type\":\"event\"")) {
        greet(from, whole);
      } else if (head.startsWith("{\"type\":\"res\"")) {
        answered(from, whole);
      }
    }

    private void greet(WebSocket to, Buffer event) {
      JsonNode challenge = Objects.requireNonNull(Json.tryParse(event.getBytes())).path("payload");
      Connect connect = Connect.operator(3).device(keys).token(token);
      String params =
          Json.text(
              connect.params(challenge.path("nonce").asText(), challenge.path("ts").asLong()));
      to.writeTextMessage(
          "{\"type\":\"req\",\"id\":\"c\",\"method\":\"connect\",\"params\":" + params + "}");
    }

    private void answered(WebSocket from, Buffer answer) {
      String start = answer.slice(0, Math.min(answer.length(), 64)).toString();
      if (start.contains("\"ok\":true")) {
        in = true;
        late();
        waitMs = FIRST_WAIT_MS;
        connected.incrementAndGet();
        if (!reading) {
          from.pause();
        }
      } else {
        JsonNode error = Objects.requireNonNull(Json.tryParse(answer.getBytes())).path("error");
        askedToWaitMs = error.path("retryAfterMs").asLong();
        ended("refused: " + error.path("message").asText());
      }
    }

    private void closed(WebSocket which) {
      if (in) {
        connected.decrementAndGet();
      } else {
        late();
      }
      ended((in ? "after hello " : "before hello ") + which.closeStatusCode());
      again();
    }

    private void late() {
      if (System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS)) {
        timeouts.incrementAndGet();
      }
    }

    private void again() {
      if (closing) {
        return;
      }
      long wait = askedToWaitMs > 0 ? askedToWaitMs : waitMs;
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
      vertx.setTimer(wait, due -> connect());
    }
  }
}
