package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.auth.AllowedUsers;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.jwt.KeySource;
import dev.krabkrab.gateway.access.auth.jwt.ScopeGrant;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and checks {@code gateway.auth.jwt}. */
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
      Problem problem = problem(entry);
      if (problem != null) {
        problem.addTo(issues, path);
      } else if (!names.add(entry.path("name").asText())) {
        new Problem(".name", "Another issuer has this name").addTo(issues, path);
      }
    }
    if (index == 0 && auth.path("mode").asText().equals(AuthSettings.MODE_JWT)) {
      new Problem("", "Mode \"jwt\" needs an issuer").addTo(issues, PATH);
    }
  }

  private static @Nullable Problem problem(JsonNode entry) {
    String name = entry.path("name").asText("");
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      return new Problem(
          ".name", "Needs 1 to 64 of A-Z a-z 0-9 . _ - and not \"token\" or \"proxy\"");
    }
    if (entry.path("issuer").asText("").isBlank()) {
      return new Problem(".issuer", "Needs what stands in iss of its tokens");
    }
    if (Grants.texts(list(entry.path("audience"))).isEmpty()) {
      return new Problem(
          ".audience", "Needs what stands in aud of tokens for this gateway: a text or several");
    }
    String keys = entry.path("jwksUri").asText("");
    if (!KeySource.isSafe(keys.isEmpty() ? entry.path("issuer").asText() : keys)) {
      return new Problem(
          keys.isEmpty() ? ".issuer" : ".jwksUri",
          "Keys are read by https only, or from this host by http");
    }
    for (String field : List.of("caFile", "tokenFile")) {
      if (entry.has(field) && !KeySource.isFileName(entry.path(field).asText(""))) {
        return new Problem(
            "." + field, "Needs the name of a file in the folder gateway.issuerFiles");
      }
    }
    if (!JwtIssuer.ALGORITHMS.containsAll(Grants.texts(entry.path("algorithms")))) {
      return new Problem(".algorithms", "Needs some of " + String.join(", ", JwtIssuer.ALGORITHMS));
    }
    return values(entry).isEmpty() || entry.has("scopesClaim")
        ? Grants.problem(entry)
        : new Problem(".scopesClaim", "Needs the claim that scopesByValue looks at");
  }

  private static JwtIssuer issuer(JsonNode entry) {
    String issuer = entry.path("issuer").asText();
    List<String> algorithms = Grants.texts(entry.path("algorithms"));
    return new JwtIssuer(
        entry.path("name").asText(),
        issuer,
        Grants.texts(list(entry.path("audience"))),
        algorithms.isEmpty() ? JwtIssuer.USUAL_ALGORITHMS : algorithms,
        new KeySource(
            issuer, text(entry, "jwksUri"), text(entry, "caFile"), text(entry, "tokenFile")),
        entry.path("userClaim").asText("sub"),
        new AllowedUsers(Grants.texts(entry.path("allowUsers"))),
        new ScopeGrant(Grants.scopes(entry), entry.path("scopesClaim").asText(""), values(entry)),
        Grants.roles(entry),
        entry.path("pairDevices").asBoolean(false));
  }

  private static Map<String, List<String>> values(JsonNode entry) {
    Map<String, List<String>> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> value : entry.path("scopesByValue").properties()) {
      values.put(value.getKey(), Scopes.normalise(Grants.texts(value.getValue())));
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
