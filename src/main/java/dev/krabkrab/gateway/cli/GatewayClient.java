package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.FrameSocket.Incoming;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gateway, used by one thread: request, wait for the answer (Protocol 01a §3).
 * Events that arrive meanwhile are kept for {@link #nextEvent}.
 */
public final class GatewayClient implements AutoCloseable {
  private static final int POLICY_VIOLATION = 1008;
  private static final long DEFAULT_TICK_MS = 30_000;

  private final FrameSocket socket;
  private final Duration timeout;
  private final Queue<JsonNode> events = new ArrayDeque<>();
  private final AtomicInteger requests = new AtomicInteger();
  private JsonNode hello = Json.object();

  private GatewayClient(FrameSocket socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /**
   * Opens a connection and performs one handshake.
   *
   * @throws CliException when there is no gateway, or it refuses
   */
  static GatewayClient handshake(
      ClientSettings settings,
      DeviceIdentity device,
      Session session,
      Credentials credentials,
      long nowMs) {
    GatewayClient client = new GatewayClient(FrameSocket.open(settings), settings.timeout());
    try {
      JsonNode challenge = client.challenge();
      ObjectNode params = ConnectRequest.params(device, session, credentials, challenge, nowMs);
      client.hello = client.call("connect", params);
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private JsonNode challenge() {
    JsonNode event = nextEvent(timeout);
    if (event == null) {
      throw CliException.timeout("the gateway sent no challenge");
    }
    if (!event.path("event").asText().equals("connect.challenge")) {
      throw new CliException(
          ExitCodes.UNREACHABLE, "the peer does not speak the gateway protocol", "Check --url.");
    }
    return event.path("payload");
  }

  /** The payload of the gateway's hello-ok. */
  public JsonNode hello() {
    return hello;
  }

  /** Whether this gateway has a method. */
  boolean offers(String method) {
    for (JsonNode name : hello.path("features").path("methods")) {
      if (name.asText().equals(method)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Calls a method and waits for its answer, as long as the connection's time-out.
   *
   * @throws CliException when the gateway answers an error, stays silent or goes away
   */
  public JsonNode call(String method, JsonNode params) {
    return call(method, params, timeout, false);
  }

  /**
   * Calls a method.
   *
   * @param wait longest wait for the answer
   * @param untilFinal pass over a first answer whose status is {@code accepted}
   */
  public JsonNode call(String method, JsonNode params, Duration wait, boolean untilFinal) {
    String id = post(method, params);
    Deadline deadline = Deadline.in(wait);
    while (true) {
      JsonNode frame = nextFrame(deadline);
      if (frame == null) {
        throw CliException.timeout("no answer to " + method + " within " + wait.toMillis() + " ms");
      }
      if (isEvent(frame)) {
        events.add(frame);
      } else if (frame.path("id").asText().equals(id)) {
        JsonNode payload = payload(frame, method);
        if (!untilFinal || !payload.path("status").asText("").equals("accepted")) {
          return payload;
        }
      }
    }
  }

  /**
   * Sends a request whose answer is read by {@link #nextFrame}; for any thread.
   *
   * @return its id
   */
  String post(String method, JsonNode params) {
    String id = Integer.toString(requests.incrementAndGet());
    ObjectNode request = Json.object().put("type", "req").put("id", id).put("method", method);
    request.set("params", params);
    socket.send(request);
    return id;
  }

  /** Makes the gateway show that it is there. */
  void ping() {
    socket.ping();
  }

  /** How long nothing was heard of the gateway. */
  Duration quiet() {
    return socket.quiet();
  }

  /**
   * The next frame, an answer or an event, or null when none came in time.
   *
   * @throws CliException when the connection ends
   */
  @Nullable JsonNode nextFrame(Duration wait) {
    JsonNode event = events.poll();
    return event != null ? event : nextFrame(Deadline.in(wait));
  }

  /**
   * Calls a method that takes its time and hands on events as they come, those kept so far first.
   *
   * @return the answer, or null when the time is over
   * @throws CliException like {@link #call}; also when the gateway does not even send a tick
   */
  @Nullable JsonNode follow(
      String method, JsonNode params, Deadline deadline, Consumer<JsonNode> event) {
    String id = post(method, params);
    Duration silence = silence();
    while (!events.isEmpty()) {
      event.accept(events.remove());
    }
    while (true) {
      Duration left = deadline.left();
      boolean last = left.compareTo(silence) <= 0;
      JsonNode frame = nextFrame(last ? deadline : Deadline.in(silence));
      if (frame == null && last) {
        return null;
      }
      if (frame == null) {
        throw silent();
      }
      if (isEvent(frame)) {
        event.accept(frame);
      } else if (frame.path("id").asText().equals(id)) {
        return payload(frame, method);
      }
    }
  }

  /** How long a gateway that is there may send nothing: two of its ticks. */
  Duration silence() {
    long tick = hello.path("policy").path("tickIntervalMs").asLong(0);
    return Duration.ofMillis(2 * (tick > 0 ? tick : DEFAULT_TICK_MS));
  }

  static CliException silent() {
    return new CliException(ExitCodes.UNREACHABLE, "the gateway has gone silent", null);
  }

  private static JsonNode payload(JsonNode response, String method) {
    if (response.path("ok").asBoolean(false)) {
      return response.path("payload");
    }
    throw Refusals.of(new GatewayError(response.path("error")), method);
  }

  /**
   * The next event frame, or null when none came in time.
   *
   * @throws CliException when the connection ends
   */
  public @Nullable JsonNode nextEvent(Duration wait) {
    Deadline deadline = Deadline.in(wait);
    JsonNode frame = events.poll();
    while (frame == null || !isEvent(frame)) {
      frame = nextFrame(deadline);
      if (frame == null) {
        return null;
      }
    }
    return frame;
  }

  private @Nullable JsonNode nextFrame(Deadline deadline) {
    return switch (socket.next(deadline.left())) {
      case null -> null;
      case Incoming.Frame frame -> frame.json();
      case Incoming.Closed closed -> throw disconnected(closed);
    };
  }

  private CliException disconnected(Incoming.Closed closed) {
    String reason = closed.reason().isEmpty() ? "" : ": " + Text.safe(closed.reason());
    // Once connected, the same code only means that this client read too slowly.
    boolean refused = closed.code() == POLICY_VIOLATION && hello.isEmpty();
    return new CliException(
        refused ? ExitCodes.REFUSED : ExitCodes.UNREACHABLE,
        "the gateway closed the connection (" + closed.code() + ")" + reason,
        refused ? null : "Run the command again.");
  }

  private static boolean isEvent(JsonNode frame) {
    return frame.path("type").asText().equals("event");
  }

  @Override
  public void close() {
    socket.close();
  }
}
