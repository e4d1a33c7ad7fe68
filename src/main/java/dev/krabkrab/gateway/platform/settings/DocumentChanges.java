package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.function.UnaryOperator;

/** Changes of the gateway document that begin from whatever it is at that moment. */
@FunctionalInterface
public interface DocumentChanges {
  /**
   * Changes the document: checked, stamped and entered in the audit trail like every other change.
   *
   * @param by who asks for it
   * @param change turns a copy of the content into the new content; called again when another
   *     change came in between, so it must do nothing else
   * @return the new content, without the stamp; fails with {@code invalid config} when the result
   *     is no valid document
   */
  Future<ObjectNode> change(Caller by, UnaryOperator<ObjectNode> change);
}
