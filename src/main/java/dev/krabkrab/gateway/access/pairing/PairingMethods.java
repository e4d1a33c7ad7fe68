package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.platform.protocol.AnswerPage;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Access;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code device.pair.*} and {@code device.token.*}. Protocol 01c §6.4, §7.4, 05 §14. */
public final class PairingMethods {
  private static final String UNKNOWN_REQUEST = "unknown requestId";
  private static final String UNKNOWN_ROLE = "unknown deviceId/role";
  private static final String REVOKED =
      "the device's token for this role was revoked and cannot be rotated; to give the role back,"
          + " let the device connect and approve its request (krabkrab devices approve)";
  private static final String UNKNOWN_DEVICE = "unknown deviceId";

  private final PairingService service;
  private final PairingEvents events;
  private final PairingJson shown;
  private final Supplier<Future<Set<String>>> connected;
  private final AuditTrail audit;

  /**
   * @param shown how records are shown
   * @param connected the devices that are connected now, to any instance
   */
  public PairingMethods(
      PairingService service,
      PairingEvents events,
      AuditTrail audit,
      PairingJson shown,
      Supplier<Future<Set<String>>> connected) {
    this.service = service;
    this.shown = shown;
    this.connected = connected;
    this.events = events;
    this.audit = audit;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "device.pair.list", this::list,
        "device.pair.approve", this::approve,
        "device.pair.reject", this::reject,
        "device.pair.remove", this::remove,
        "device.pair.rename", this::rename,
        "device.token.rotate", this::rotate,
        "device.token.revoke", this::revoke);
  }

  private Future<JsonText> list(Call call) {
    String cursor = Json.nonBlank(call.params(), "cursor");
    return service
        .list()
        .compose(listing -> online().map(online -> listing(listing, online, cursor)));
  }

  private JsonText listing(
      PairingService.Listing listing, Set<String> online, @Nullable String cursor) {
    ObjectNode json = Json.object();
    json.putArray("pending").addAll(listing.pending().stream().map(shown::request).toList());
    List<ObjectNode> paired =
        listing.paired().stream()
            .map(device -> shown.device(device, online.contains(device.deviceId())))
            .toList();
    AnswerPage page = AnswerPage.of(paired, "deviceId", cursor, AnswerPage.MOST_BYTES);
    json.set("paired", page.rows());
    Json.putIfPresent(json, "nextCursor", page.next());
    return JsonText.of(json);
  }

  /** Nobody, where that is not known now. */
  private Future<Set<String>> online() {
    return connected.get().otherwise(Set.of());
  }

  private Future<JsonText> approve(Call call) {
    List<String> scopes = scopes(call);
    return audit
        .entering(
            AuditEvent.unknown(AuditAction.DEVICE_PAIRED, call),
            () ->
                service
                    .approve(text(call, "requestId"), Approver.of(call.caller()), scopes)
                    .map(outcome -> done(call, outcome, UNKNOWN_REQUEST)),
            resolution ->
                PairingEntries.paired(
                    AuditActor.of(call.caller()),
                    resolution.requestId(),
                    resolution.deviceId(),
                    resolution.device(),
                    ApprovedVia.APPROVAL))
        .map(
            resolution -> {
              resolved(resolution, true);
              ObjectNode json = Json.object().put("requestId", resolution.requestId());
              PairedDevice device = resolution.device();
              if (device != null) {
                json.set("device", shown.device(device));
              }
              return JsonText.of(json);
            });
  }

  private Future<JsonText> reject(Call call) {
    return audit
        .entering(
            AuditEvent.unknown(AuditAction.DEVICE_REJECTED, call),
            () ->
                service
                    .reject(text(call, "requestId"))
                    .map(outcome -> done(call, outcome, UNKNOWN_REQUEST)),
            resolution ->
                PairingEntries.rejected(
                    AuditActor.of(call.caller()), resolution.requestId(), resolution.deviceId()))
        .map(
            resolution -> {
              resolved(resolution, false);
              return JsonText.of(
                  Json.object()
                      .put("requestId", resolution.requestId())
                      .put("deviceId", resolution.deviceId()));
            });
  }

  private Future<JsonText> remove(Call call) {
    return answerThen(
        AuditEvent.unknown(AuditAction.DEVICE_REMOVED, call),
        () ->
            service
                .remove(text(call, "deviceId"), call.caller())
                .map(outcome -> done(call, outcome, UNKNOWN_DEVICE)),
        removal -> PairingEntries.removed(AuditActor.of(call.caller()), removal.deviceId()),
        removal -> JsonText.of(Json.object().put("deviceId", removal.deviceId())),
        events::removed);
  }

  private Future<JsonText> rename(Call call) {
    String deviceId = text(call, "deviceId");
    String label = label(call);
    return audit
        .entering(
            AuditEvent.unknown(AuditAction.DEVICE_RENAMED, call),
            () -> service.rename(deviceId, label),
            known ->
                known
                    ? PairingEntries.renamed(AuditActor.of(call.caller()), deviceId, label)
                    : null)
        .map(
            known -> {
              if (!known) {
                throw GatewayError.invalid(UNKNOWN_DEVICE);
              }
              events.changed();
              return JsonText.of(Json.object().put("deviceId", deviceId).put("label", label));
            });
  }

  private Future<JsonText> rotate(Call call) {
    String deviceId = text(call, "deviceId");
    String role = text(call, "role").strip();
    List<String> scopes = scopes(call);
    return answerThen(
        AuditEvent.unknown(AuditAction.TOKEN_ROTATED, call),
        () ->
            service
                .rotate(deviceId, role, scopes, Approver.of(call.caller()))
                .map(outcome -> done(call, outcome, UNKNOWN_ROLE)),
        rotation ->
            PairingEntries.rotated(
                AuditActor.of(call.caller()), deviceId, role, rotation.token().scopes()),
        rotation -> JsonText.of(PairingJson.rotation(call.caller(), deviceId, rotation)),
        rotation -> {
          if (rotation.narrowed()) {
            events.tokenRevoked(deviceId, role, rotation.generation());
          }
        });
  }

  private Future<JsonText> revoke(Call call) {
    String deviceId = text(call, "deviceId");
    String role = text(call, "role").strip();
    return answerThen(
        AuditEvent.unknown(AuditAction.TOKEN_REVOKED, call),
        () ->
            service
                .revoke(deviceId, role, Approver.of(call.caller()))
                .map(outcome -> done(call, outcome, UNKNOWN_ROLE)),
        revocation -> PairingEntries.revoked(AuditActor.of(call.caller()), deviceId, role),
        revocation ->
            JsonText.of(
                Json.object()
                    .put("deviceId", deviceId)
                    .put("role", role)
                    .put("revokedAtMs", revocation.revokedAtMs())),
        revocation -> events.tokenRevoked(deviceId, role, revocation.generation()));
  }

  private void resolved(PairingService.Resolution resolution, boolean approved) {
    events.resolved(resolution.requestId(), resolution.deviceId(), approved, resolution.atMs());
  }

  private static <T> T done(Call call, ManagementResult<T> outcome, String unknown) {
    return switch (outcome) {
      case ManagementResult.Done<T>(T value) -> value;
      case ManagementResult.Unknown<T>() -> throw GatewayError.invalid(unknown);
      case ManagementResult.Missing<T>(String scope) ->
          throw new GatewayError(Access.missingScope(call.caller(), scope));
      case ManagementResult.Revoked<T>() -> throw GatewayError.invalid(REVOKED);
    };
  }

  /**
   * Answers first and acts then, so that a caller closing its own connection gets its answer. What
   * was withdrawn is acted on even when its entry has to wait.
   */
  private <T> Future<JsonText> answerThen(
      AuditEvent attempt,
      Supplier<Future<T>> step,
      Function<T, @Nullable AuditEvent> entry,
      Function<T, JsonText> answer,
      Consumer<T> act) {
    Promise<JsonText> answered = Promise.promise();
    Promise<Void> acting = Promise.promise();
    audit
        .entering(
            attempt,
            () ->
                step.get().onSuccess(value -> acting.future().onSuccess(now -> act.accept(value))),
            entry)
        .map(answer)
        .onComplete(
            result -> {
              answered.handle(result);
              acting.complete();
            });
    return answered.future();
  }

  private static @Nullable List<String> scopes(Call call) {
    JsonNode given = call.params().get("scopes");
    if (given == null || given.isNull()) {
      return null;
    }
    var scopes = new ArrayList<String>();
    given.forEach(scope -> scopes.add(scope.asText()));
    Scopes.firstUnclean(scopes)
        .ifPresent(
            scope -> {
              throw GatewayError.invalid("scope has characters that are not allowed");
            });
    return scopes;
  }

  private static String label(Call call) {
    String label = text(call, "label").strip();
    if (label.isEmpty()) {
      throw GatewayError.invalid("label must not be blank");
    }
    if (label.codePoints().anyMatch(Character::isISOControl)) {
      throw GatewayError.invalid("label must not have control characters");
    }
    return label;
  }

  private static String text(Call call, String field) {
    return call.params().path(field).asText("");
  }
}
