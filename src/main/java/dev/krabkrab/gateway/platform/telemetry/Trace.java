package dev.krabkrab.gateway.platform.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * A span of a trace, passed along with the work it stands for: a call, a message. Safe from any
 * thread.
 */
public final class Trace {
  /** Where nothing is traced; everything about it does nothing. */
  public static final Trace NONE = new Trace(Span.getInvalid());

  private final Span span;

  Trace(Span span) {
    this.span = span;
  }

  /** The id of the whole trace, 32 hex digits, or null when nothing is traced. */
  public @Nullable String id() {
    SpanContext context = span.getSpanContext();
    return context.isValid() ? context.getTraceId() : null;
  }

  /** How others carry it on, a W3C {@code traceparent}, or null when nothing is traced. */
  public @Nullable String header() {
    String[] header = new String[1];
    W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), header, Trace::write);
    return header[0];
  }

  private static void write(String @Nullable [] header, String key, String value) {
    if (header != null && key.equals(Traces.HEADER)) {
      header[0] = value;
    }
  }

  /** Says that this belongs together with something in another trace. */
  public void link(@Nullable String header) {
    SpanContext other = Span.fromContext(Traces.parent(header)).getSpanContext();
    if (other.isValid()) {
      span.addLink(other);
    }
  }

  /** It is over, and went well. */
  public void end() {
    span.end();
  }

  /**
   * It is over.
   *
   * @param outcome value of {@code krabkrab.outcome}
   * @param failed through a fault on this side
   */
  public void end(String outcome, boolean failed) {
    span.setAttribute(Traces.OUTCOME, outcome);
    if (failed) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  Span span() {
    return span;
  }
}
