package dev.krabkrab.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/** Reads {@code traceparent}. W3C Trace Context, section 3.2. */
final class TraceParent {
  private static final TextMapGetter<String> ONLY_HEADER =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String header, String key) {
          return key.equals("traceparent") ? header : null;
        }
      };

  private TraceParent() {}

  /** What it names; invalid for a text that is none. */
  static SpanContext read(String header) {
    return Span.fromContext(context(header)).getSpanContext();
  }

  /** The parent to begin a span under; the root for a text that is none. */
  static Context context(String header) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), header, ONLY_HEADER);
  }
}
