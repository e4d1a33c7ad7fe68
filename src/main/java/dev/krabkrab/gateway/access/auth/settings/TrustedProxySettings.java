package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.auth.AllowedUsers;
import dev.krabkrab.gateway.access.auth.TrustedProxyRules;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and checks {@code gateway.auth.trustedProxy}. */
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
    List<String> scopes = Grants.scopes(object);
    return new TrustedProxyRules(
        object.path("userHeader").asText(),
        Grants.texts(object.path("requiredHeaders")),
        new AllowedUsers(Grants.texts(object.path("allowUsers"))),
        object.has("scopes") ? scopes : EVERYTHING,
        Grants.roles(object));
  }

  static void check(JsonNode auth, ArrayNode issues) {
    boolean needed = auth.path("mode").asText().equals(AuthSettings.MODE_TRUSTED_PROXY);
    JsonNode object = auth.path("trustedProxy");
    Problem problem = needed || !object.isMissingNode() ? problem(object) : null;
    if (problem != null) {
      problem.addTo(issues, PATH);
    }
  }

  private static @Nullable Problem problem(JsonNode object) {
    if (!isHeader(object.path("userHeader").asText(""))) {
      return new Problem(
          ".userHeader", "Needs the name of the header in which the proxy names the user");
    }
    if (!Grants.texts(object.path("requiredHeaders")).stream()
        .allMatch(TrustedProxySettings::isHeader)) {
      return new Problem(".requiredHeaders", "Needs names of headers");
    }
    return Grants.problem(object);
  }

  private static boolean isHeader(String text) {
    return HEADER.matcher(text).matches();
  }
}
