package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/** The failures of an invoke, in the words clients know. Protocol 02 §10.3. */
final class NodeErrors {
  private static final String NOT_CONNECTED = "NOT_CONNECTED";

  /** Clients come back a second after they were sent away. */
  private static final long RETURN_MS = 1_000;

  private NodeErrors() {}

  /**
   * The node was not there when the call came in.
   *
   * @param returns it left a moment ago, and is expected back
   */
  static GatewayError notConnected(boolean returns) {
    return offline(Json.object().put("code", NOT_CONNECTED), returns);
  }

  /**
   * The node was there when the call came in, but not when it was to be sent.
   *
   * @param returns it left a moment ago, and is expected back
   */
  static GatewayError wentOffline(boolean returns) {
    return offline(nodeError(NOT_CONNECTED, "node not connected").shape().details(), returns);
  }

  private static GatewayError offline(@Nullable JsonNode details, boolean returns) {
    return new GatewayError(
        new ErrorShape(
            ErrorShape.UNAVAILABLE,
            "node not connected",
            details,
            returns ? true : null,
            returns ? RETURN_MS : null));
  }

  static GatewayError sendFailed() {
    return nodeError(ErrorShape.UNAVAILABLE, "failed to send invoke to node");
  }

  static GatewayError timedOut() {
    return nodeError("TIMEOUT", "node invoke timed out");
  }

  static GatewayError disconnected(String command) {
    return GatewayError.unavailable("Error: node disconnected (" + command + ")");
  }

  static GatewayError withdrawn(String command) {
    return GatewayError.unavailable(
        "whoever asked for it has lost the right to it (" + command + ")");
  }

  static GatewayError tooManyInvokes(int most) {
    return GatewayError.overLimit(
        "pending node invokes on this connection",
        most,
        "pendingInvokesPerCaller",
        "wait for answers");
  }

  static GatewayError tooManySubscriptions(int most) {
    return GatewayError.overLimit(
        "chat subscriptions of this node",
        most,
        "chatSubscriptionsPerNode",
        "unsubscribe from some of them");
  }

  /** What the node itself refused with. */
  static GatewayError refusedByNode(@Nullable JsonNode error) {
    String message = Json.textOrNull(error, "message");
    return GatewayError.unavailable(
        message == null || message.isEmpty() ? "node invoke failed" : message,
        Json.object().set("nodeError", error == null ? NullNode.instance : error));
  }

  /** Whether the node may have got the invoke before the call failed so. */
  static boolean mayHaveRun(ErrorShape error) {
    if (!error.code().equals(ErrorShape.UNAVAILABLE)) {
      return false;
    }
    JsonNode details = error.details();
    if (details == null) {
      return error.message().startsWith("Error: node disconnected");
    }
    boolean unsent =
        NOT_CONNECTED.equals(Json.textOrNull(details, "code"))
            || error.message().equals("failed to send invoke to node")
            || error.message().equals("node not connected");
    return !unsent;
  }

  /** The same failure as protocol 4 words it. Protocol 05 §15.3. */
  static ErrorShape inProtocol4(ErrorShape error) {
    JsonNode nodeError = error.details() == null ? null : error.details().get("nodeError");
    if (!"TIMEOUT".equals(Json.textOrNull(nodeError, "code"))
        || !error.message().equals("node invoke timed out")) {
      return error;
    }
    return ErrorShape.of(
        error.code(),
        "TIMEOUT: " + error.message(),
        Json.object().put("nodeCommandDispatched", true).set("nodeError", nodeError));
  }

  private static GatewayError nodeError(String code, String message) {
    return GatewayError.unavailable(
        message,
        Json.object().set("nodeError", Json.object().put("code", code).put("message", message)));
  }
}
