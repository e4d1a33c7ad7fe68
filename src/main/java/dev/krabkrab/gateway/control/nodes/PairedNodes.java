package dev.krabkrab.gateway.control.nodes;

import io.vertx.core.Future;
import java.util.List;

/** Paired devices whose roles include node. */
@FunctionalInterface
public interface PairedNodes {
  /** Reads all of them, in no order. */
  Future<List<PairedNode>> list();
}
