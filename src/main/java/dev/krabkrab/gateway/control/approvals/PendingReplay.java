package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import io.vertx.core.Context;
import java.util.Iterator;

/**
 * Shows an arriving approver what was pending when it came, page by page as fast as it reads. What
 * ends meanwhile is left out, so that nothing is requested after it was resolved. For the
 * approvals' context. Protocol 02 §16, E8.
 */
final class PendingReplay {
  private static final int PAGE_BYTES = 64 * 1024;

  private final Context context;
  private final PendingCache view;
  private final ProtocolVersion version;
  private final EventSink sink;
  private final Iterator<Approval> rest;

  PendingReplay(Context context, PendingCache view, Caller caller, EventSink sink) {
    this.context = context;
    this.view = view;
    this.version = caller.version();
    this.sink = sink;
    this.rest = view.pending(caller).iterator();
  }

  /** Shows the next page, and the others when the approver has read it. */
  void page() {
    int bytes = 0;
    while (rest.hasNext() && bytes < PAGE_BYTES) {
      EncodedEvent event = view.event(rest.next());
      if (event != null) {
        bytes += event.head(version).length;
        sink.numbered(event);
      }
    }
    if (rest.hasNext()) {
      sink.whenTaken(() -> context.runOnContext(later -> page()));
    }
  }
}
