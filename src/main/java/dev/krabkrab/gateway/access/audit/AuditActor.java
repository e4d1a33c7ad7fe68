package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Who did something, and from where.
 *
 * @param deviceId verified device, or null
 * @param user name of the person or token, where the way in tells it, or null
 * @param address of the client, {@code local} for one on this host, null when unknown
 * @param role {@code operator} or {@code node}; null before a handshake says so
 * @param clientId as the client spells it, or null
 */
public record AuditActor(
    @Nullable String deviceId,
    @Nullable String user,
    @Nullable String address,
    @Nullable String role,
    @Nullable String clientId) {

  /** The gateway itself. */
  public static final AuditActor GATEWAY = new AuditActor(null, null, null, "gateway", null);

  private static final int MAX_TEXT = 128;
  private static final String LOCAL = "local";

  /** Cuts what clients may choose freely. */
  public AuditActor {
    user = bounded(user);
    address = bounded(address);
    clientId = bounded(clientId);
  }

  /** The one behind a connection. The only place that says who a caller is. */
  public static AuditActor of(Caller caller) {
    if (caller.isMachine()) {
      return new AuditActor(caller.deviceId(), null, null, Caller.NODE, caller.clientId());
    }
    String address = caller.remoteIp() == null && caller.local() ? LOCAL : caller.remoteIp();
    return new AuditActor(
        caller.deviceId(), caller.user(), address, caller.role(), caller.clientId());
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    Json.putIfPresent(json, "device", deviceId);
    Json.putIfPresent(json, "user", user);
    Json.putIfPresent(json, "address", address);
    Json.putIfPresent(json, "role", role);
    Json.putIfPresent(json, "client", clientId);
    return json;
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null || text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
