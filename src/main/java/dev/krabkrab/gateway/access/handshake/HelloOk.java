package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.pairing.Admission;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.protocol.StateVersion;
import dev.krabkrab.gateway.platform.transport.LoopConnections;
import java.nio.charset.StandardCharsets;

/** Builds the answer that ends a handshake. Protocol 01b §2.4, 05 §4. */
final class HelloOk {
  private static final byte[] PRESENCE = utf8(",\"snapshot\":{\"presence\":");
  private static final byte[] HEALTH = utf8(",\"health\":");

  private final ServerFacts facts;

  HelloOk(ServerFacts facts) {
    this.facts = facts;
  }

  /** The payload in parts: those that are encoded already make up most of it. */
  byte[][] build(Caller caller, AdmissionStep.Result.Admitted admitted) {
    // The version first, so that the list is never the older one.
    StateVersion version = facts.stateVersion();
    String head =
        "{\"type\":\"hello-ok\",\"protocol\":"
            + caller.version().number()
            + ",\"server\":"
            + Json.text(server(caller))
            + ",\"features\":";
    String tail =
        ",\"stateVersion\":"
            + Json.text(version.toJson())
            + ",\"uptimeMs\":"
            + facts.uptimeMs()
            + ",\"sessionDefaults\":"
            + facts.sessionDefaults()
            + "}"
            + auth(caller, admitted)
            + ",\"policy\":"
            + Json.text(policy(caller.version()))
            + "}";
    return new byte[][] {
      utf8(head),
      facts.features().utf8(),
      PRESENCE,
      facts.presence().utf8(),
      HEALTH,
      facts.health().utf8(),
      utf8(tail)
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode server(Caller caller) {
    return Json.object()
        .put("version", facts.version())
        .put("host", facts.host())
        .put("connId", caller.connId());
  }

  /** With the comma before it, or nothing: protocol 3 leaves it out without a paired device. */
  private static String auth(Caller caller, AdmissionStep.Result.Admitted admitted) {
    boolean present = admitted.token() != null || caller.isV4();
    return present ? ",\"auth\":" + Json.text(authObject(caller, admitted)) : "";
  }

  private static ObjectNode authObject(Caller caller, AdmissionStep.Result.Admitted admitted) {
    Admission.IssuedToken token = admitted.token();
    ObjectNode auth = Json.object();
    if (caller.isV4()) {
      auth.put("method", admitted.method());
    }
    if (token == null) {
      auth.put("role", caller.role());
      auth.set("scopes", Json.texts(caller.scopes()));
      return auth;
    }
    auth.put("deviceToken", token.text()).put("role", token.role());
    auth.set("scopes", Json.texts(caller.isV4() ? caller.scopes() : token.scopes()));
    return auth.put("issuedAtMs", token.issuedAtMs());
  }

  private static ObjectNode policy(ProtocolVersion version) {
    return Json.object()
        .put("maxPayload", version.maxPayload())
        .put("maxBufferedBytes", version.maxBufferedBytes())
        .put("tickIntervalMs", LoopConnections.TICK_INTERVAL_MS);
  }
}
