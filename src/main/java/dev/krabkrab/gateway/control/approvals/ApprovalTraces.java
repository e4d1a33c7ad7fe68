package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.telemetry.Trace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which trace an approval was requested, so that the call that decides it can point there. A
 * convenience for people: bounded, lost with the instance, empty when nothing is traced.
 */
final class ApprovalTraces {
  private static final int MOST = 10_000;

  private final Map<String, String> headers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  void requested(String approvalId, Trace trace) {
    String header = trace.header();
    if (header != null) {
      headers.put(approvalId, header);
    }
  }

  /** The {@code traceparent}, or null when it is not known. */
  @Nullable String of(String approvalId) {
    return headers.get(approvalId);
  }

  void resolved(String approvalId) {
    headers.remove(approvalId);
  }
}
