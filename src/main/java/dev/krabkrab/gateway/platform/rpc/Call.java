package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.telemetry.Trace;

/**
 * One request on its way to its handler.
 *
 * @param method what is called
 * @param requestId the frame's id, chosen by the client
 * @param caller who calls
 * @param params checked parameters, an empty object when absent; handlers do not change them
 * @param replies the way back
 * @param trace of the request
 */
public record Call(
    MethodSpec method,
    String requestId,
    Caller caller,
    ObjectNode params,
    ReplySink replies,
    Trace trace) {

  /** A call that is not traced. */
  public Call(
      MethodSpec method, String requestId, Caller caller, ObjectNode params, ReplySink replies) {
    this(method, requestId, caller, params, replies, Trace.NONE);
  }

  /** Sends a first answer ahead of the final one, under the same id. Protocol 05 §13.1. */
  public void interim(JsonText payload) {
    replies.ok(payload);
  }
}
