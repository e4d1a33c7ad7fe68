package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something to be entered. Details never hold a secret, a value of the configuration or what a
 * command wrote.
 *
 * @param details fills in what the action was about; called later, on the trail's own context, so
 *     that whoever reports an event does not pay for its words
 */
public record AuditEvent(AuditAction action, AuditActor actor, Consumer<ObjectNode> details) {
  /** Parameters of methods that say what they are about. */
  private static final List<String> NAMING =
      List.of("id", "requestId", "deviceId", "nodeId", "role", "decision", "grantId");

  /** An action that a call asks for, and of which is not known whether it was done. */
  public static AuditEvent unknown(AuditAction action, Call call) {
    List<String> named = new ArrayList<>();
    for (String name : NAMING) {
      String value = Json.nonBlank(call.params(), name);
      if (value != null) {
        named.addAll(List.of(name, value));
      }
    }
    return unknown(action, call.caller(), named.toArray(String[]::new));
  }

  /**
   * The same of somebody who asked without a call.
   *
   * @param about names and values in turn
   */
  public static AuditEvent unknown(AuditAction action, Caller by, String... about) {
    return unknown(action, AuditActor.of(by), about);
  }

  /** The same of an actor that is no caller yet. */
  public static AuditEvent unknown(AuditAction action, AuditActor by, String... about) {
    return new AuditEvent(
        AuditAction.OUTCOME_UNKNOWN,
        by,
        details -> {
          details.put("of", action.wire());
          for (int i = 0; i + 1 < about.length; i += 2) {
            details.put(about[i], about[i + 1]);
          }
        });
  }
}
