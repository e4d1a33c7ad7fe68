package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** Who may call a method: the node role, or an operator holding a scope. Protocol 01d §8.2. */
public enum Access {
  NODE("", ""),
  APPROVALS("operator.approvals", "operator.approvals"),
  PAIRING("operator.pairing", "operator.pairing"),
  READ("operator.read", "operator.write"),
  WRITE("operator.write", "operator.write"),
  ADMIN("operator.admin", "operator.admin");

  private final String scope;
  private final String implying;

  Access(String scope, String implying) {
    this.scope = scope;
    this.implying = implying;
  }

  /** The scope that it takes; empty for the node role. */
  public String scope() {
    return scope;
  }

  /** Returns the refusal, or null when the caller may call. */
  public @Nullable ErrorShape refusal(Caller caller) {
    if (this == NODE) {
      return caller.isNode() ? null : unauthorizedRole(caller);
    }
    if (caller.isNode()) {
      return unauthorizedRole(caller);
    }
    return caller.holds(scope) || caller.holds(implying) ? null : missingScope(caller, scope);
  }

  private static ErrorShape unauthorizedRole(Caller caller) {
    return ErrorShape.invalid("unauthorized role: " + caller.role());
  }

  /** The refusal for a lacking scope in the words of the caller's protocol version. 05 §9. */
  public static ErrorShape missingScope(Caller caller, String scope) {
    String message = "missing scope: " + scope;
    if (caller.version() == ProtocolVersion.V3) {
      return ErrorShape.invalid(message);
    }
    return ErrorShape.of(
        ErrorShape.FORBIDDEN,
        message,
        Json.object()
            .put("code", "MISSING_SCOPE")
            .put("missingScope", scope)
            .set("requiredScopes", Json.array().add(scope)));
  }
}
