package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The device tokens gateways issued, by role, in {@code identity/device-auth.json} (01b §5.7). */
final class DeviceTokens {

  /** A stored token and what it was issued for. */
  record Stored(String token, List<String> scopes) {
    Stored {
      scopes = List.copyOf(scopes);
    }

    /** Whether it grants all these scopes; admin covers every operator scope, write covers read. */
    boolean covers(List<String> wanted) {
      return wanted.stream()
          .allMatch(
              scope ->
                  scopes.contains(scope)
                      || (scope.startsWith("operator.") && scopes.contains("operator.admin"))
                      || (scope.equals("operator.read") && scopes.contains("operator.write")));
    }

    @Override
    public String toString() {
      return "Stored[scopes=" + scopes + "]";
    }
  }

  private final Path file;
  private final String deviceId;

  DeviceTokens(Path stateDir, String deviceId) {
    this.file = stateDir.resolve("identity").resolve("device-auth.json");
    this.deviceId = deviceId;
  }

  Optional<Stored> find(String role) {
    JsonNode entry = load().path("tokens").path(role);
    String token = entry.path("token").asText("");
    if (token.isEmpty()) {
      return Optional.empty();
    }
    List<String> scopes = new ArrayList<>();
    entry.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    return Optional.of(new Stored(token, scopes));
  }

  /** Keeps the {@code auth} part of a hello-ok; does nothing when it holds no new token. */
  void keep(JsonNode auth, long nowMs) {
    String role = auth.path("role").asText("");
    String token = auth.path("deviceToken").asText("");
    if (role.isEmpty() || token.isEmpty()) {
      return;
    }
    ObjectNode document = load();
    ObjectNode entry = Json.object().put("token", token).put("role", role);
    entry.set("scopes", auth.path("scopes").deepCopy());
    JsonNode old = document.path("tokens").path(role);
    if (token.equals(old.path("token").asText())
        && entry.path("scopes").equals(old.path("scopes"))) {
      return;
    }
    document.withObjectProperty("tokens").set(role, entry.put("updatedAtMs", nowMs));
    save(document);
  }

  void remove(String role) {
    ObjectNode document = load();
    if (document.withObjectProperty("tokens").remove(role) != null) {
      save(document);
    }
  }

  private ObjectNode load() {
    try {
      JsonNode stored = Json.parse(PrivateFiles.read(file).orElse("{}"));
      if (stored instanceof ObjectNode object
          && object.path("deviceId").asText(deviceId).equals(deviceId)) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // An unreadable cache of tokens is as good as none: the shared secret brings new ones.
      return Json.object();
    }
    return Json.object();
  }

  private void save(ObjectNode document) {
    document.put("version", 1).put("deviceId", deviceId);
    PrivateFiles.replace(file, Json.pretty(document) + "\n");
  }
}
