package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Versions of the two snapshots that clients keep; both only grow, cluster-wide. Protocol 01a §3.5.
 *
 * @param presence at least 0
 * @param health at least 0
 */
public record StateVersion(long presence, long health) {
  public ObjectNode toJson() {
    return Json.object().put("presence", presence).put("health", health);
  }
}
