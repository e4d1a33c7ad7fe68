package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Builds the params of {@code connect} with signature layout v3 (Protocol 01b §2.2, 05 §5.1). */
final class ConnectRequest {
  private ConnectRequest() {}

  /**
   * @param challenge payload of the gateway's {@code connect.challenge}
   * @param nowMs own clock, used when the challenge carries no time
   */
  static ObjectNode params(
      DeviceIdentity device,
      Session session,
      Credentials credentials,
      JsonNode challenge,
      long nowMs) {
    ObjectNode params = Json.object().put("minProtocol", 3).put("maxProtocol", 4);
    params
        .putObject("client")
        .put("id", session.part().client().id())
        .put("displayName", name(session.part()))
        .put("version", Version.current())
        .put("platform", platform())
        .put("mode", session.part().client().mode());
    params.put("role", session.role());
    session.scopes().forEach(params.withArrayProperty("scopes")::add);
    session.caps().forEach(params.withArrayProperty("caps")::add);
    params.setAll(session.part().declared().deepCopy());
    params.set("device", device(device, session, credentials, challenge, nowMs));
    ObjectNode auth = credentials.toJson();
    if (!auth.isEmpty()) {
      params.set("auth", auth);
    }
    return params;
  }

  private static ObjectNode device(
      DeviceIdentity device,
      Session session,
      Credentials credentials,
      JsonNode challenge,
      long nowMs) {
    JsonNode ts = challenge.path("ts");
    long signedAt = ts.canConvertToLong() && ts.asLong() > 0 ? ts.asLong() : nowMs;
    String nonce = challenge.path("nonce").asText("").strip();
    String text =
        String.join(
            "|",
            "v3",
            device.deviceId(),
            session.part().client().id(),
            session.part().client().mode(),
            session.role(),
            String.join(",", session.scopes()),
            Long.toString(signedAt),
            credentials.signedToken(),
            nonce,
            platform(),
            "");
    return Json.object()
        .put("id", device.deviceId())
        .put("publicKey", device.publicKey())
        .put("signature", device.sign(text))
        .put("signedAt", signedAt)
        .put("nonce", nonce);
  }

  /** The label by which people recognise this command line: who uses it where. */
  private static String name(Session.Part part) {
    if (!part.displayName().isBlank()) {
      return part.displayName();
    }
    String host = HostName.get();
    String user = System.getProperty("user.name", "");
    return "krabkrab cli (" + (user.isBlank() ? "?" : user) + "@" + host + ")";
  }

  /** One of {@code linux}, {@code darwin}, {@code win32}; lower case, as the signature wants it. */
  private static String platform() {
    String os = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
    if (os.startsWith("mac")) {
      return "darwin";
    }
    return os.startsWith("windows") ? "win32" : os.replace(' ', '-');
  }
}
