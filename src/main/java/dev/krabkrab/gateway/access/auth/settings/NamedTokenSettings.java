package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.auth.NamedToken;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and checks {@code gateway.auth.tokens}. */
final class NamedTokenSettings {
  private static final String PATH = "gateway.auth.tokens";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern HASH = Pattern.compile("[0-9A-Fa-f]{64}");
  private static final int SHORTEST_TOKEN = 16;
  private static final String WRITE_IT = "needs the token itself, or its tokenHash";

  private NamedTokenSettings() {}

  /** The tokens that are set properly; what is not admits nobody. */
  static NamedTokens tokens(JsonNode auth) {
    List<NamedToken> found = new ArrayList<>();
    for (JsonNode entry : auth.path("tokens")) {
      if (problem(entry) == null) {
        found.add(token(entry));
      }
    }
    NamedTokens tokens = new NamedTokens(found);
    return tokens.isAmbiguous() ? NamedTokens.NONE : tokens;
  }

  /** Adds what is wrong with the tokens to the issues of a document. */
  static void check(JsonNode auth, ArrayNode issues) {
    Set<String> names = new HashSet<>();
    int before = issues.size();
    int index = 0;
    for (JsonNode entry : auth.path("tokens")) {
      String path = PATH + "." + index++;
      Problem problem = problem(entry);
      if (problem != null) {
        problem.addTo(issues, path);
      } else if (!names.add(entry.path("name").asText())) {
        new Problem(".name", "Another token has this name").addTo(issues, path);
      }
    }
    if (index > 0
        && !auth.path("mode").asText(AuthSettings.MODE_TOKEN).equals(AuthSettings.MODE_TOKEN)) {
      new Problem("", "Named tokens need gateway.auth.mode \"token\"").addTo(issues, PATH);
    }
    if (issues.size() == before) {
      refuseSameSecrets(auth, issues);
    }
  }

  private static void refuseSameSecrets(JsonNode auth, ArrayNode issues) {
    List<NamedToken> all = new ArrayList<>();
    auth.path("tokens").forEach(entry -> all.add(token(entry)));
    String shared = auth.path("token").asText("");
    NamedTokens tokens = new NamedTokens(all);
    if (tokens.isAmbiguous() || tokens.find(shared) != null) {
      new Problem("", "Two tokens have the same secret").addTo(issues, PATH);
    }
  }

  private static @Nullable Problem problem(JsonNode entry) {
    String text = entry.path("token").asText("");
    String hash = entry.path("tokenHash").asText("");
    if (!NAME.matcher(entry.path("name").asText("")).matches()) {
      return new Problem(".name", "Needs 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    if (text.isEmpty() == hash.isEmpty()) {
      return new Problem("", "Needs either token or tokenHash");
    }
    if (!text.isEmpty() && text.length() < SHORTEST_TOKEN) {
      return new Problem(".token", "Too short: expected at least 16 characters");
    }
    if (!hash.isEmpty() && !HASH.matcher(hash).matches()) {
      return new Problem(".tokenHash", "Needs the SHA-256 of the token: 64 hex digits");
    }
    if (Placeholders.isIn(text) || Placeholders.isHashOfOne(hash)) {
      return new Problem("", "Is a placeholder for a hidden secret: needs the secret itself");
    }
    if (Placeholders.isUnfilled(text)) {
      return new Problem(".token", "Names a variable, and none is filled in here: " + WRITE_IT);
    }
    if (!entry.path("scopes").isArray()) {
      return new Problem(".scopes", "Needs the scopes of the token; [] for none");
    }
    return Grants.problem(entry);
  }

  private static NamedToken token(JsonNode entry) {
    String name = entry.path("name").asText();
    String text = entry.path("token").asText("");
    List<String> scopes = Grants.scopes(entry);
    Set<Role> admitted = Grants.roles(entry);
    return text.isEmpty()
        ? NamedToken.ofHash(name, entry.path("tokenHash").asText(), scopes, admitted)
        : NamedToken.ofText(name, text, scopes, admitted);
  }
}
