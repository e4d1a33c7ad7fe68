package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters of a connect request, with every part free to be wrong. Protocol 01b §2.2. */
final class Connect {
  private final ObjectNode client =
      Json.object().put("id", "cli").put("version", "1.0").put("platform", "linux");
  private final ObjectNode auth = Json.object();
  private final ObjectNode more = Json.object();
  private Consumer<ObjectNode> spoil = params -> {};
  private int min;
  private int max;
  private String role = "operator";
  private List<String> scopes = List.of("operator.admin");
  private @Nullable DeviceKeys device;
  private int layout = 3;
  private long clockOffsetMs;
  private boolean withNonce = true;

  private Connect(int min, int max) {
    this.min = min;
    this.max = max;
    client.put("mode", "ui");
  }

  /** An operator that speaks exactly this protocol, without credentials. */
  static Connect operator(int protocol) {
    return new Connect(protocol, protocol);
  }

  /** A node that speaks exactly this protocol, without credentials. */
  static Connect node(int protocol) {
    Connect connect = new Connect(protocol, protocol).client("node-host", "node");
    connect.role = "node";
    connect.scopes = List.of();
    return connect;
  }

  Connect range(int from, int to) {
    min = from;
    max = to;
    return this;
  }

  Connect client(String id, String mode) {
    client.put("id", id).put("mode", mode);
    return this;
  }

  Connect about(String field, String value, String... moreFields) {
    client.put(field, value);
    for (int i = 0; i < moreFields.length; i += 2) {
      client.put(moreFields[i], moreFields[i + 1]);
    }
    return this;
  }

  Connect role(String name) {
    role = name;
    return this;
  }

  Connect scopes(String... names) {
    scopes = List.of(names);
    return this;
  }

  Connect token(String token) {
    auth.put("token", token);
    return this;
  }

  Connect auth(String field, String value) {
    auth.put(field, value);
    return this;
  }

  Connect device(DeviceKeys keys) {
    device = keys;
    return this;
  }

  /** Layout of the signed text: 1, 2 or 3; 1 sends no nonce. */
  Connect layout(int number) {
    layout = number;
    withNonce = number > 1;
    return this;
  }

  Connect clock(long offsetMs) {
    clockOffsetMs = offsetMs;
    return this;
  }

  Connect with(String field, Object... texts) {
    more.set(field, Json.mapper().valueToTree(texts));
    return this;
  }

  /** Changes the finished parameters, behind the signature. */
  Connect spoil(Consumer<ObjectNode> change) {
    spoil = spoil.andThen(change);
    return this;
  }

  ObjectNode params(String nonce, long now) {
    ObjectNode params = Json.object().put("minProtocol", min).put("maxProtocol", max);
    params.set("client", client.deepCopy());
    params.put("role", role);
    params.set("scopes", Json.texts(scopes));
    params.setAll(more);
    if (!auth.isEmpty()) {
      params.set("auth", auth.deepCopy());
    }
    if (device != null) {
      params.set("device", identity(device, nonce, now + clockOffsetMs));
    }
    spoil.accept(params);
    return params;
  }

  private ObjectNode identity(DeviceKeys keys, String nonce, long signedAt) {
    ObjectNode identity =
        Json.object()
            .put("id", keys.id())
            .put("publicKey", keys.publicKey())
            .put("signature", keys.sign(signedText(keys, nonce, signedAt)))
            .put("signedAt", signedAt);
    if (withNonce) {
      identity.put("nonce", nonce);
    }
    return identity;
  }

  private String signedText(DeviceKeys keys, String nonce, long signedAt) {
    String token =
        Stream.of("token", "deviceToken", "bootstrapToken")
            .map(field -> auth.path(field).asText(""))
            .filter(secret -> !secret.isEmpty())
            .findFirst()
            .orElse("");
    String text =
        String.join(
            "|",
            "v" + layout,
            keys.id(),
            client.path("id").asText(),
            client.path("mode").asText(),
            role,
            String.join(",", scopes),
            Long.toString(signedAt),
            token);
    if (layout == 1) {
      return text;
    }
    text += "|" + nonce;
    return layout == 2 ? text : text + "|" + lower("platform") + "|" + lower("deviceFamily");
  }

  private String lower(String field) {
    return client.path(field).asText("").strip().toLowerCase(Locale.ROOT);
  }
}
