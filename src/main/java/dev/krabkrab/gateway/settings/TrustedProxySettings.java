package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.auth.AllowedUsers;
import dev.krabkrab.gateway.auth.Scopes;
import dev.krabkrab.gateway.auth.TrustedProxyRules;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code gateway.auth.trustedProxy}: how it is read, and what must not stand there. */
final class TrustedProxySettings {
  private static final String PATH = "gateway.auth.trustedProxy";
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

  /** What the pairing of a device allows, as with the shared token. */
  private static final List<String> EVERYTHING = List.of("operator.admin");

  private TrustedProxySettings() {}

  /** The rules; null, so that nobody comes in, when they are not set properly. */
  static @Nullable TrustedProxyRules read(JsonNode object) {
    if (problem(object) != null) {
      return null;
    }
    List<String> scopes = Scopes.normalise(AuthSettings.texts(object.path("scopes")));
    return new TrustedProxyRules(
        object.path("userHeader").asText(),
        AuthSettings.texts(object.path("requiredHeaders")),
        new AllowedUsers(AuthSettings.texts(object.path("allowUsers"))),
        object.has("scopes") ? scopes : EVERYTHING,
        AuthSettings.roles(object));
  }

  static void check(JsonNode auth, ArrayNode issues) {
    boolean needed = auth.path("mode").asText().equals(GatewaySettings.MODE_TRUSTED_PROXY);
    JsonNode object = auth.path("trustedProxy");
    AuthSettings.Problem problem = needed || !object.isMissingNode() ? problem(object) : null;
    if (problem != null) {
      AuthSettings.add(issues, PATH + problem.field(), problem.message());
    }
  }

  private static AuthSettings.@Nullable Problem problem(JsonNode object) {
    if (!isHeader(object.path("userHeader").asText(""))) {
      return new AuthSettings.Problem(
          ".userHeader", "Needs the name of the header in which the proxy names the user");
    }
    if (!AuthSettings.texts(object.path("requiredHeaders")).stream()
        .allMatch(TrustedProxySettings::isHeader)) {
      return new AuthSettings.Problem(".requiredHeaders", "Needs names of headers");
    }
    return AuthSettings.grantProblem(object);
  }

  private static boolean isHeader(String text) {
    return HEADER.matcher(text).matches();
  }
}
