package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One WebSocket as a queue of JSON frames, read by one thread; any may send. */
final class FrameSocket implements AutoCloseable {

  /** A frame that arrived, or the end of the connection. */
  sealed interface Incoming {
    /** A frame. */
    record Frame(JsonNode json) implements Incoming {}

    /** The end of the connection; code 1006 when it broke without a close frame. */
    record Closed(int code, String reason) implements Incoming {}
  }

  private static final int ABNORMAL = 1006;

  private final BlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>();
  private final HttpClient http;
  private final WebSocket socket;
  private volatile long heard = System.nanoTime();
  private CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(null);

  private FrameSocket(HttpClient http, ClientSettings settings) {
    this.http = http;
    this.socket = connect(settings);
  }

  /**
   * Opens a connection. With a pin the certificate is judged before this returns, and a wrong one
   * closes the connection with 1008.
   *
   * @throws CliException when no gateway answers there
   */
  static FrameSocket open(ClientSettings settings) {
    String pinned = settings.pin();
    TlsPin pin = pinned == null ? null : new TlsPin(pinned);
    FrameSocket socket = new FrameSocket(httpClient(settings, pin), settings);
    if (pin != null) {
      pin.problem().ifPresent(problem -> socket.refuse(problem, pin));
    }
    return socket;
  }

  private static HttpClient httpClient(ClientSettings settings, @Nullable TlsPin pin) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout());
    SSLContext tls = tls(settings, pin);
    return (tls == null ? builder : builder.sslContext(tls)).build();
  }

  private static @Nullable SSLContext tls(ClientSettings settings, @Nullable TlsPin pin) {
    if (pin != null) {
      return pin.context();
    }
    return settings.isTls() ? null : TlsPin.unused();
  }

  private WebSocket connect(ClientSettings settings) {
    try {
      return http.newWebSocketBuilder()
          .buildAsync(settings.uri(), new Receiver())
          .get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      http.shutdownNow();
      throw Unreachable.of(settings, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      http.shutdownNow();
      throw CliException.timeout("no answer from " + settings.uri());
    } catch (InterruptedException e) {
      http.shutdownNow();
      throw interrupted(e);
    }
  }

  private void refuse(String problem, TlsPin pin) {
    close(1008, problem);
    throw new CliException(
        ExitCodes.UNREACHABLE,
        problem,
        "The gateway presented "
            + pin.presented()
            + ".\nIf its certificate was renewed on purpose, pass the new fingerprint; otherwise"
            + " somebody is in between. Nothing was sent.");
  }

  /**
   * Sends a frame; a broken connection shows when reading. The answer to the frame before may have
   * come although the socket is not done with sending it, and it takes one at a time.
   */
  synchronized void send(JsonNode frame) {
    String text = Json.compact(frame);
    sent = sent.thenCompose(before -> socket.sendText(text, true));
    sent.whenComplete((done, failure) -> closedIf(failure != null));
  }

  /** Asks for a sign of life. */
  synchronized void ping() {
    sent = sent.thenCompose(before -> socket.sendPing(ByteBuffer.allocate(0)));
    sent.whenComplete((done, failure) -> closedIf(failure != null));
  }

  /** How long nothing came. */
  Duration quiet() {
    return Duration.ofNanos(System.nanoTime() - heard);
  }

  private void closedIf(boolean failed) {
    if (failed) {
      incoming.add(new Incoming.Closed(ABNORMAL, ""));
    }
  }

  /** The next arrival, or null when the wait is over. */
  @Nullable Incoming next(Duration wait) {
    try {
      return incoming.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static CliException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CliException(ExitCodes.UNREACHABLE, "interrupted", null, null, e);
  }

  @Override
  public void close() {
    close(WebSocket.NORMAL_CLOSURE, "");
  }

  private void close(int code, String reason) {
    if (!socket.isOutputClosed()) {
      socket
          .sendClose(code, reason)
          .orTimeout(500, TimeUnit.MILLISECONDS)
          .exceptionally(e -> socket)
          .join();
    }
    socket.abort();
    http.shutdownNow();
  }

  /** Collects text fragments into frames. */
  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      heard = System.nanoTime();
      text.append(data);
      if (last) {
        String frame = text.toString();
        text.setLength(0);
        try {
          incoming.add(new Incoming.Frame(Json.parse(frame)));
        } catch (JsonProcessingException e) {
          incoming.add(new Incoming.Closed(1007, "not a gateway: the peer sent no JSON"));
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
      heard = System.nanoTime();
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
      heard = System.nanoTime();
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      incoming.add(new Incoming.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      incoming.add(new Incoming.Closed(ABNORMAL, ""));
    }
  }
}
