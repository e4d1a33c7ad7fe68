package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.platform.settings.SettingsPart;
import java.util.Map;

/** {@code gateway.auth} and {@code gateway.controlUi} of the gateway document. */
public final class AuthSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "access/auth";
  }

  @Override
  public void check(JsonNode document, ArrayNode issues) {
    JsonNode auth = document.at("/gateway/auth");
    NamedTokenSettings.check(auth, issues);
    TrustedProxySettings.check(auth, issues);
    JwtSettings.check(auth, issues);
    ControlUiSettings.check(document.at("/gateway/controlUi"), issues);
  }

  @Override
  public Map<String, Reference> references(JsonNode document) {
    return Map.of(
        "scope",
        scope ->
            Scope.ALL.contains(scope)
                ? ""
                : "grants nothing; scopes that do: " + String.join(", ", Scope.ALL));
  }
}
