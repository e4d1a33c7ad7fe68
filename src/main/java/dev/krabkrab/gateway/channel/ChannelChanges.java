package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.function.UnaryOperator;

/** Changes the gateway document. */
public interface ChannelChanges {
  /** Whether it may be changed as it is. */
  boolean valid();

  /** See {@code DocumentChanges}. */
  Future<ObjectNode> change(Caller by, UnaryOperator<ObjectNode> change);
}
