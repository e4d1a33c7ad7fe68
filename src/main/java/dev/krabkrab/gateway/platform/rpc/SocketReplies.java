package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.CallMetrics.Outcome;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import dev.krabkrab.gateway.platform.transport.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that answers a request, and counts that it did. */
final class SocketReplies implements ReplySink {
  private static final Logger LOG = LoggerFactory.getLogger(SocketReplies.class);

  private final Connection connection;
  private final String id;
  private final @Nullable MethodSpec method;
  private final CallMetrics metrics;
  private final Trace trace;
  private final long arrivedAt;
  private boolean counted;
  private boolean begun;

  /** Made when the request arrives; method is null for one that is not in the catalogue. */
  SocketReplies(
      Connection connection,
      String id,
      @Nullable MethodSpec method,
      CallMetrics metrics,
      Trace trace) {
    this.connection = connection;
    this.id = id;
    this.method = method;
    this.metrics = metrics;
    this.trace = trace;
    this.arrivedAt = metrics.arrived(method);
  }

  @Override
  public void ok(JsonText payload) {
    byte[][] frame = Frames.okParts(id, payload.utf8());
    boolean first = count(Outcome.OK);
    connection.execute(
        () -> {
          over(first);
          connection.send(frame);
        });
  }

  @Override
  public void failed(ErrorShape error) {
    failed(error, Outcome.of(error));
  }

  @Override
  public void failed(ErrorShape error, @Nullable JsonText payload) {
    failed(error, payload, Outcome.of(error));
  }

  void failed(ErrorShape error, Outcome outcome) {
    failed(error, null, outcome);
  }

  private void failed(ErrorShape error, @Nullable JsonText payload, Outcome outcome) {
    byte[] frame = Frames.error(id, error, payload);
    boolean first = count(outcome);
    connection.execute(
        () -> {
          over(first);
          connection.send(frame);
        });
  }

  /** Of the request; ends with its first answer. */
  Trace trace() {
    return trace;
  }

  @Override
  public boolean open() {
    return connection.isOpen();
  }

  /** Whether its connection is about to close; a node still brings its results then. */
  boolean isLate(Caller caller) {
    return connection.calls().stopped() && !caller.isNode();
  }

  /** Takes the call up, on the connection's event loop; false when too many are unanswered. */
  boolean begin(int mostInFlight) {
    begun = connection.calls().begin(mostInFlight);
    return begun;
  }

  private void over(boolean first) {
    if (first && begun) {
      connection.calls().end();
    }
  }

  private boolean count(Outcome outcome) {
    boolean first = !counted;
    if (first) {
      counted = true;
      metrics.answered(method, arrivedAt, outcome);
      if (trace != Trace.NONE) {
        trace.end(outcome.label(), outcome == Outcome.FAILED);
      }
      if (LOG.isDebugEnabled()) {
        log(outcome);
      }
    }
    return first;
  }

  private void log(Outcome outcome) {
    LogFields.of(LogFields.of(LOG.atDebug(), connection.id(), connection.caller()), trace)
        .addKeyValue("method", method == null ? "unknown" : method.name())
        .addKeyValue("outcome", outcome.label())
        .log("answered");
  }
}
