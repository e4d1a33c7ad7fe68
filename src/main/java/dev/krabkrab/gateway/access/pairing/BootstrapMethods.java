package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.auth.settings.ControlUiSettings;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Access;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code device.bootstrap.create}, a method of this gateway alone. */
public final class BootstrapMethods {
  private static final long USUAL_TTL_MS = Duration.ofMinutes(10).toMillis();

  private final BootstrapService service;
  private final AuditTrail audit;
  private final Supplier<ControlUiSettings> console;

  /**
   * @param console where it is now
   */
  public BootstrapMethods(
      BootstrapService service, AuditTrail audit, Supplier<ControlUiSettings> console) {
    this.service = service;
    this.audit = audit;
    this.console = console;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of("device.bootstrap.create", this::create);
  }

  private Future<JsonText> create(Call call) {
    Role role =
        Role.of(call.params().path("role").asText())
            .orElseThrow(() -> GatewayError.invalid("role must be operator or node"));
    Duration ttl = Duration.ofMillis(call.params().path("ttlMs").asLong(USUAL_TTL_MS));
    List<String> scopes = scopes(call, role);
    Approver by = Approver.of(call.caller());
    return audit
        .entering(
            AuditEvent.unknown(AuditAction.BOOTSTRAP_CREATED, call),
            () ->
                service
                    .make(role, scopes, ttl, by, call.caller().credential())
                    .map(outcome -> done(call, outcome)),
            made -> PairingEntries.bootstrap(AuditActor.of(call.caller()), made))
        .map(made -> JsonText.of(json(made, console.get())));
  }

  private static List<String> scopes(Call call, Role role) {
    List<String> scopes = new ArrayList<>();
    call.params().path("scopes").forEach(scope -> scopes.add(scope.asText()));
    if (Scopes.firstUnclean(scopes).isPresent()) {
      throw GatewayError.invalid("scope has characters that are not allowed");
    }
    if (role == Role.OPERATOR && Scopes.normalise(scopes).isEmpty()) {
      throw GatewayError.invalid("scopes are required for an operator");
    }
    return scopes;
  }

  private static BootstrapService.Made done(
      Call call, ManagementResult<BootstrapService.Made> outcome) {
    return switch (outcome) {
      case ManagementResult.Done<BootstrapService.Made>(BootstrapService.Made made) -> made;
      case ManagementResult.Missing<BootstrapService.Made>(String scope) ->
          throw new GatewayError(Access.missingScope(call.caller(), scope));
      case ManagementResult.Unknown<BootstrapService.Made>() ->
          throw GatewayError.invalid("only a paired device can make bootstrap tokens");
      case ManagementResult.Revoked<BootstrapService.Made>() ->
          throw GatewayError.invalid("this device's token was taken back");
    };
  }

  private static ObjectNode json(BootstrapService.Made made, ControlUiSettings console) {
    ObjectNode json = Json.object().put("token", made.text()).put("role", made.role().wire());
    json.set("scopes", Json.texts(made.scopes()));
    json.put("expiresAtMs", made.expiresAtMs());
    return console.enabled() && made.role() == Role.OPERATOR
        ? json.put("consolePath", console.home())
        : json;
  }
}
