package dev.krabkrab.gateway.platform.settings;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;

/** Records each written revision of the gateway document. */
@FunctionalInterface
public interface DocumentAudit {
  /** Records nothing. */
  DocumentAudit NONE = (by, before, after) -> Future.succeededFuture();

  /**
   * Records a change that has been written.
   *
   * @param by who asked for it
   * @param before revision it was made from
   * @param after revision that was written
   * @return complete when the record is kept; the change is not answered before
   */
  Future<Void> changed(Caller by, GatewayDocument before, GatewayDocument after);
}
