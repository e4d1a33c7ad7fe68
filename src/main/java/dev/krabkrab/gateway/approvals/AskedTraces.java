package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.telemetry.Trace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which trace an approval was asked for, so that the call that decides it can point there. A
 * convenience for people: bounded, lost with the instance, empty when nothing is traced.
 */
final class AskedTraces {
  private static final int MOST = 10_000;

  private final Map<String, String> headers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  void asked(String approvalId, Trace trace) {
    String header = trace.header();
    if (header != null) {
      headers.put(approvalId, header);
    }
  }

  /** The {@code traceparent}, or null when it is not known. */
  @Nullable String of(String approvalId) {
    return headers.get(approvalId);
  }

  void ended(String approvalId) {
    headers.remove(approvalId);
  }
}
