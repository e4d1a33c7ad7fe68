package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Steps 1 to 4: is the first frame a connect this gateway can serve? Protocol 01a §1.4, 01b §2. */
final class FirstFrame {
  static final String NOT_CONNECT = "invalid handshake: first request must be connect";

  private final Schemas schemas;

  FirstFrame(Schemas schemas) {
    this.schemas = schemas;
  }

  /** What the first frame turned out to be. */
  sealed interface Reading {
    /** Closed without an answer. */
    record Unreadable(CloseReason close) implements Reading {}

    record Refused(String id, HandshakeFailure failure) implements Reading {}

    record Connect(String id, ConnectParams params) implements Reading {}
  }

  Reading read(byte[] utf8) {
    JsonNode frame = Json.tryParse(utf8);
    if (frame == null) {
      return new Reading.Unreadable(CloseReason.SILENT);
    }
    JsonNode params = frame.path("params");
    ProtocolVersion version = versionOf(params);
    int checkedAs = version == null ? ProtocolVersion.V3.number() : version.number();
    if (schemas.frameProblems(frame, checkedAs).isPresent()) {
      return new Reading.Unreadable(CloseReason.policy("invalid request frame"));
    }
    String id = frame.get("id").textValue();
    if (!frame.get("method").textValue().equals("connect")) {
      return new Reading.Refused(id, HandshakeFailure.invalid(NOT_CONNECT));
    }
    JsonNode object = params.isMissingNode() || params.isNull() ? Json.object() : params;
    Optional<String> problems =
        schemas.connectProblems(object, checkedAs).or(() -> ConnectBounds.problem(object));
    if (problems.isPresent()) {
      String message = "invalid connect params: " + problems.get();
      return new Reading.Refused(id, HandshakeFailure.invalid(message));
    }
    return version == null
        ? new Reading.Refused(id, mismatch(object))
        : readRole(id, object, version);
  }

  private static Reading readRole(String id, JsonNode params, ProtocolVersion version) {
    String wire = params.path("role").asText(Role.OPERATOR.wire());
    return Role.of(wire)
        .<Reading>map(role -> new Reading.Connect(id, ConnectParams.read(params, version, role)))
        .orElseGet(() -> new Reading.Refused(id, HandshakeFailure.invalid("invalid role")));
  }

  private static @Nullable ProtocolVersion versionOf(JsonNode params) {
    return ProtocolVersion.negotiate(
        params.path("minProtocol").asDouble(Double.MAX_VALUE),
        params.path("maxProtocol").asDouble(-1));
  }

  /** A client's fallback looks at the version expected here. Protocol 01b §2.5, 05 §1.3. */
  private static HandshakeFailure mismatch(JsonNode params) {
    double max = params.path("maxProtocol").asDouble();
    ProtocolVersion nearest = ProtocolVersion.nearest(max);
    var details = Json.object();
    if (nearest == ProtocolVersion.V4) {
      details
          .put("code", "PROTOCOL_MISMATCH")
          .put("clientMinProtocol", params.path("minProtocol").asLong())
          .put("clientMaxProtocol", params.path("maxProtocol").asLong())
          .put("minimumProbeProtocol", ProtocolVersion.V3.number());
    }
    details.put("expectedProtocol", nearest.number());
    return new HandshakeFailure(
        Outcome.PROTOCOL_MISMATCH,
        ErrorShape.of(ErrorShape.INVALID_REQUEST, "protocol mismatch", details),
        CloseReason.PROTOCOL_MISMATCH);
  }
}
