package dev.krabkrab.gateway.platform.settings;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Records each written revision of the gateway document. */
@FunctionalInterface
public interface DocumentAudit {
  /** Records nothing. */
  DocumentAudit NONE = (change, write) -> write.get();

  /**
   * A change of the document.
   *
   * @param by who asked for it
   * @param before revision it is made from
   * @param after revision that is to be written
   */
  record Change(Caller by, GatewayDocument before, GatewayDocument after) {}

  /**
   * Writes a change, unless it could not be recorded, and records it.
   *
   * @param write tells whether it was written
   * @return the same when the record is kept; the change is not answered before
   */
  Future<Boolean> writing(Change change, Supplier<Future<Boolean>> write);
}
