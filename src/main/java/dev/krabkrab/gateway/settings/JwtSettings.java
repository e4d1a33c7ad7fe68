package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.auth.AllowedUsers;
import dev.krabkrab.gateway.auth.Scopes;
import dev.krabkrab.gateway.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.auth.jwt.KeySource;
import dev.krabkrab.gateway.auth.jwt.ScopeGrant;
import dev.krabkrab.gateway.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code gateway.auth.jwt}: how it is read, and what must not stand there. */
final class JwtSettings {
  private static final String PATH = "gateway.auth.jwt.issuers";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Names that the audit trail uses for others. */
  private static final Set<String> TAKEN = Set.of("token", "proxy");

  private JwtSettings() {}

  /** The issuers that are set properly; of others no token is accepted. */
  static List<JwtIssuer> issuers(JsonNode jwt) {
    List<JwtIssuer> found = new ArrayList<>();
    for (JsonNode entry : jwt.path("issuers")) {
      if (problem(entry) == null) {
        found.add(issuer(entry));
      }
    }
    return found;
  }

  static void check(JsonNode auth, ArrayNode issues) {
    Set<String> names = new HashSet<>();
    int index = 0;
    for (JsonNode entry : auth.path("jwt").path("issuers")) {
      String path = PATH + "." + index++;
      AuthSettings.Problem problem = problem(entry);
      if (problem != null) {
        AuthSettings.add(issues, path + problem.field(), problem.message());
      } else if (!names.add(entry.path("name").asText())) {
        AuthSettings.add(issues, path + ".name", "Another issuer has this name");
      }
    }
    if (index == 0 && auth.path("mode").asText().equals(GatewaySettings.MODE_JWT)) {
      AuthSettings.add(issues, PATH, "Mode \"jwt\" needs an issuer");
    }
  }

  private static AuthSettings.@Nullable Problem problem(JsonNode entry) {
    String name = entry.path("name").asText("");
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      return new AuthSettings.Problem(
          ".name", "Needs 1 to 64 of A-Z a-z 0-9 . _ - and not \"token\" or \"proxy\"");
    }
    if (entry.path("issuer").asText("").isBlank()) {
      return new AuthSettings.Problem(".issuer", "Needs what stands in iss of its tokens");
    }
    if (AuthSettings.texts(list(entry.path("audience"))).isEmpty()) {
      return new AuthSettings.Problem(
          ".audience", "Needs what stands in aud of tokens for this gateway: a text or several");
    }
    String keys = entry.path("jwksUri").asText("");
    if (!KeySource.isSafe(keys.isEmpty() ? entry.path("issuer").asText() : keys)) {
      return new AuthSettings.Problem(
          keys.isEmpty() ? ".issuer" : ".jwksUri",
          "Keys are read by https only, or from this host by http");
    }
    for (String field : List.of("caFile", "tokenFile")) {
      if (entry.has(field) && !KeySource.isFileName(entry.path(field).asText(""))) {
        return new AuthSettings.Problem(
            "." + field, "Needs the name of a file in the folder gateway.issuerFiles");
      }
    }
    if (!JwtIssuer.ALGORITHMS.containsAll(AuthSettings.texts(entry.path("algorithms")))) {
      return new AuthSettings.Problem(
          ".algorithms", "Needs some of " + String.join(", ", JwtIssuer.ALGORITHMS));
    }
    return values(entry).isEmpty() || entry.has("scopesClaim")
        ? AuthSettings.grantProblem(entry)
        : new AuthSettings.Problem(".scopesClaim", "Needs the claim that scopesByValue looks at");
  }

  private static JwtIssuer issuer(JsonNode entry) {
    String issuer = entry.path("issuer").asText();
    List<String> algorithms = AuthSettings.texts(entry.path("algorithms"));
    return new JwtIssuer(
        entry.path("name").asText(),
        issuer,
        AuthSettings.texts(list(entry.path("audience"))),
        algorithms.isEmpty() ? JwtIssuer.USUAL_ALGORITHMS : algorithms,
        new KeySource(
            issuer, text(entry, "jwksUri"), text(entry, "caFile"), text(entry, "tokenFile")),
        entry.path("userClaim").asText("sub"),
        new AllowedUsers(AuthSettings.texts(entry.path("allowUsers"))),
        new ScopeGrant(
            Scopes.normalise(AuthSettings.texts(entry.path("scopes"))),
            entry.path("scopesClaim").asText(""),
            values(entry)),
        AuthSettings.roles(entry),
        entry.path("pairDevices").asBoolean(false));
  }

  private static Map<String, List<String>> values(JsonNode entry) {
    Map<String, List<String>> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> value : entry.path("scopesByValue").properties()) {
      values.put(value.getKey(), Scopes.normalise(AuthSettings.texts(value.getValue())));
    }
    return values;
  }

  private static JsonNode list(JsonNode oneOrMore) {
    return oneOrMore.isTextual() ? Json.array().add(oneOrMore) : oneOrMore;
  }

  private static @Nullable String text(JsonNode entry, String field) {
    String text = entry.path(field).asText("").strip();
    return text.isEmpty() ? null : text;
  }
}
