package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import dev.krabkrab.gateway.platform.rpc.CallMetrics.Outcome;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import dev.krabkrab.gateway.platform.telemetry.Traces;
import dev.krabkrab.gateway.platform.transport.Connection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages of a connection that is through its handshake: frame check, access, parameter
 * check, then the bus. Protocol 01a §3.2–3.4. Stateless.
 */
public final class Dispatcher {
  /** A protocol 4 client that keeps calling what it may not is closed. Protocol 05 §7. */
  private static final int MAX_DENIED_CALLS = 10;

  /** The answer of a method whose work this gateway does not do yet. */
  public static final String NOT_AVAILABLE = "not available on this gateway yet";

  /** Its load balancer has another instance for whoever comes back. */
  private static final String STOPPING = "gateway stopping; connect again";

  private static final long RECONNECT_MS = 1_000;

  private final Schemas schemas;
  private final MethodBus bus;
  private final int mostInFlight;
  private final CallMetrics metrics;
  private final Refusals refusals;
  private final Traces traces;

  /**
   * @param mostInFlight unanswered requests one connection may have
   */
  public Dispatcher(
      Schemas schemas,
      MethodBus bus,
      int mostInFlight,
      CallMetrics metrics,
      Refusals refusals,
      Traces traces) {
    this.schemas = schemas;
    this.bus = bus;
    this.mostInFlight = mostInFlight;
    this.metrics = metrics;
    this.refusals = refusals;
    this.traces = traces;
  }

  public void message(Connection connection, Caller caller, byte[] utf8) {
    JsonNode frame = Json.tryParse(utf8);
    if (frame == null) {
      if (!isUtf8(utf8)) {
        connection.close(CloseReason.BAD_UTF8);
      }
      return;
    }
    Optional<String> problems = schemas.frameProblems(frame, caller.version().number());
    if (problems.isPresent()) {
      ErrorShape error = ErrorShape.invalid("invalid request frame: " + problems.get());
      new SocketReplies(connection, Frames.echoId(frame), null, metrics, Trace.NONE).failed(error);
      return;
    }
    String method = frame.get("method").textValue();
    MethodSpec spec = MethodCatalog.find(method);
    SocketReplies replies =
        new SocketReplies(
            connection, frame.get("id").textValue(), spec, metrics, trace(spec, caller, frame));
    try {
      request(connection, caller, spec, method, frame, replies);
    } catch (RuntimeException e) {
      // A fault of ours must not leave the caller waiting.
      replies.failed(Failures.toError("dispatch", e, connection.id(), caller));
    }
  }

  private Trace trace(@Nullable MethodSpec spec, Caller caller, JsonNode frame) {
    return traces.isOn()
        ? traces.call(
            spec == null ? null : spec.name(), caller, Json.textOrNull(frame, "traceparent"))
        : Trace.NONE;
  }

  private void request(
      Connection connection,
      Caller caller,
      @Nullable MethodSpec spec,
      String method,
      JsonNode frame,
      SocketReplies replies) {
    ErrorShape refusal = (spec == null ? Access.ADMIN : spec.access()).refusal(caller);
    if (refusal != null) {
      replies.failed(refusal, Outcome.DENIED);
      refusals.call(caller, spec == null ? "unknown" : method, refusal.message());
      if (caller.isV4() && caller.isNode() && connection.calls().deny() > MAX_DENIED_CALLS) {
        connection.close(CloseReason.REPEATED_UNAUTHORIZED);
      }
    } else if (spec == null) {
      replies.failed(ErrorShape.invalid("unknown method: " + method));
    } else if (method.equals("connect")) {
      replies.failed(ErrorShape.invalid("connect is only valid as the first request"));
    } else {
      call(caller, spec, frame.get("params"), frame.get("id").textValue(), replies);
    }
  }

  private void call(
      Caller caller, MethodSpec spec, @Nullable JsonNode params, String id, SocketReplies replies) {
    int version = caller.version().number();
    Optional<String> problems = schemas.problems(spec.name(), params, version);
    if (problems.isPresent()) {
      String message = "invalid " + spec.name() + " params: " + problems.get();
      replies.failed(ErrorShape.invalid(message));
      return;
    }
    if (!bus.serves(spec.name())) {
      replies.failed(ErrorShape.unavailable(NOT_AVAILABLE), Outcome.UNSERVED);
      return;
    }
    if (replies.isLate(caller)) {
      replies.failed(ErrorShape.retryable(STOPPING, RECONNECT_MS), Outcome.UNAVAILABLE);
      return;
    }
    if (!replies.begin(mostInFlight)) {
      replies.failed(
          ErrorShape.overLimit(
              "unanswered requests on this connection",
              mostInFlight,
              "requestsInFlight",
              "wait for answers"),
          Outcome.UNAVAILABLE);
      return;
    }
    JsonNode repaired = schemas.normalized(spec.name(), params);
    ObjectNode object = repaired instanceof ObjectNode given ? given : Json.object();
    bus.send(new Call(spec, id, caller, object, replies, replies.trace()));
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
