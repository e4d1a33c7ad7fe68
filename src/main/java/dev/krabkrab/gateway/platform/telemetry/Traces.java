package dev.krabkrab.gateway.platform.telemetry;

import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Begins the spans of an instance. They are exported in the background and dropped when the
 * collector does not keep up: no call waits for them. Safe from any thread.
 */
public final class Traces implements AutoCloseable {
  /** Traces nothing. */
  public static final Traces OFF = new Traces(null);

  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("krabkrab.outcome");

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> CONNECTION =
      AttributeKey.stringKey("krabkrab.connection");
  private static final AttributeKey<String> DEVICE = AttributeKey.stringKey("krabkrab.device");
  private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("krabkrab.message");

  static final String HEADER = "traceparent";

  private static final TextMapGetter<String> ONLY_HEADER =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String header, String key) {
          return key.equals(HEADER) ? header : null;
        }
      };

  /** Longest wait for the last spans at the end, in milliseconds. */
  private static final long LAST_MS = 1_000;

  private final @Nullable Tracer tracer;
  private final @Nullable OtlpExport export;

  private Traces(@Nullable OtlpExport export) {
    this.export = export;
    this.tracer = export == null ? null : export.tracer();
  }

  /**
   * Exports by OTLP over HTTP.
   *
   * @param endpoint base address of the collector
   * @param sampleRatio share of traces that begin here and are exported, 0 to 1; a trace that a
   *     client began is exported when the client says so
   * @param instance value of {@code service.instance.id}
   * @param egress the way to the collector
   */
  public static Traces export(
      String endpoint, double sampleRatio, String instance, String version, Egress egress) {
    return new Traces(new OtlpExport(endpoint, sampleRatio, instance, version, egress));
  }

  /** Whether anything is traced. */
  public boolean isOn() {
    return tracer != null;
  }

  /**
   * A request arrived.
   *
   * @param method name in the catalogue, or null for one that is not in it
   * @param traceparent of the frame, or null; one that is malformed is ignored
   */
  public Trace call(@Nullable String method, Caller caller, @Nullable String traceparent) {
    if (tracer == null) {
      return Trace.NONE;
    }
    String name = method == null ? "unknown" : method;
    SpanBuilder span =
        tracer
            .spanBuilder("rpc " + name)
            .setParent(parent(traceparent))
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(SYSTEM, "krabkrab")
            .setAttribute(METHOD, name)
            .setAttribute(CONNECTION, caller.connId());
    String device = caller.deviceId();
    if (device != null) {
      span.setAttribute(DEVICE, device);
    }
    return new Trace(span.startSpan());
  }

  /** A message leaves for other instances; nothing where nothing is traced. */
  public Trace send(String message, Trace cause) {
    return tracer == null || cause.id() == null
        ? Trace.NONE
        : message(tracer, "send", message, Context.root().with(cause.span()), SpanKind.PRODUCER);
  }

  /** A message came from another instance, with what its sender carried on, or null. */
  public Trace receive(String message, @Nullable String header) {
    return tracer == null || header == null
        ? Trace.NONE
        : message(tracer, "receive", message, parent(header), SpanKind.CONSUMER);
  }

  /** The parent to begin a span under; the root without a header, or with one that is none. */
  static Context parent(@Nullable String header) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), header, ONLY_HEADER);
  }

  private static Trace message(
      Tracer tracer, String what, String message, Context parent, SpanKind kind) {
    Span span =
        tracer
            .spanBuilder("backplane " + what)
            .setParent(parent)
            .setSpanKind(kind)
            .setAttribute(MESSAGE, message)
            .startSpan();
    return new Trace(span);
  }

  /** Exports what is left; blocks, for a second at most. */
  @Override
  public void close() {
    if (export != null) {
      export.close(LAST_MS, TimeUnit.MILLISECONDS);
    }
  }
}
