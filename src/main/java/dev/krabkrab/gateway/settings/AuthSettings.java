package dev.krabkrab.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.auth.NamedToken;
import dev.krabkrab.gateway.auth.NamedTokens;
import dev.krabkrab.gateway.auth.Role;
import dev.krabkrab.gateway.auth.Scopes;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Placeholders;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code gateway.auth}: how its tokens are read, and what must not stand there. */
final class AuthSettings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern HASH = Pattern.compile("[0-9A-Fa-f]{64}");
  private static final int SHORTEST_TOKEN = 16;
  private static final String WRITE_IT = "needs the token itself, or its tokenHash";

  private AuthSettings() {}

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

  /** What is wrong, in the form of the schema's issues. */
  static ArrayNode issues(JsonNode auth) {
    ArrayNode issues = Json.array();
    Set<String> names = new HashSet<>();
    int index = 0;
    for (JsonNode entry : auth.path("tokens")) {
      String path = "gateway.auth.tokens." + index++;
      Problem problem = problem(entry);
      if (problem != null) {
        add(issues, path + problem.field(), problem.message());
      } else if (!names.add(entry.path("name").asText())) {
        add(issues, path + ".name", "Another token has this name");
      }
    }
    if (index > 0 && !auth.path("mode").asText("token").equals("token")) {
      add(issues, "gateway.auth.tokens", "Named tokens need gateway.auth.mode \"token\"");
    }
    if (issues.isEmpty()) {
      refuseSameSecrets(auth, issues);
    }
    TrustedProxySettings.check(auth, issues);
    JwtSettings.check(auth, issues);
    return issues;
  }

  private static void refuseSameSecrets(JsonNode auth, ArrayNode issues) {
    List<NamedToken> all = new ArrayList<>();
    auth.path("tokens").forEach(entry -> all.add(token(entry)));
    String shared = auth.path("token").asText("");
    NamedTokens tokens = new NamedTokens(all);
    if (tokens.isAmbiguous() || tokens.find(shared) != null) {
      add(issues, "gateway.auth.tokens", "Two tokens have the same secret");
    }
  }

  /**
   * What is wrong.
   *
   * @param field behind the path of the object, with its dot
   */
  record Problem(String field, String message) {}

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
    return grantProblem(entry);
  }

  /** Whether scopes and roles are ones. */
  static @Nullable Problem grantProblem(JsonNode entry) {
    for (JsonNode scopes : entry.path("scopesByValue")) {
      if (Scopes.firstUnclean(texts(scopes)).isPresent()) {
        return new Problem(".scopesByValue", "A scope has characters that are not allowed");
      }
    }
    if (Scopes.firstUnclean(texts(entry.path("scopes"))).isPresent()) {
      return new Problem(".scopes", "A scope has characters that are not allowed");
    }
    return texts(entry.path("roles")).stream().allMatch(role -> Role.of(role).isPresent())
        ? null
        : new Problem(".roles", "Needs \"operator\", \"node\" or both");
  }

  private static NamedToken token(JsonNode entry) {
    String name = entry.path("name").asText();
    String text = entry.path("token").asText("");
    List<String> scopes = Scopes.normalise(texts(entry.path("scopes")));
    Set<Role> admitted = roles(entry);
    return text.isEmpty()
        ? NamedToken.ofHash(name, entry.path("tokenHash").asText(), scopes, admitted)
        : NamedToken.ofText(name, text, scopes, admitted);
  }

  /** The roles an entry names. */
  static Set<Role> roles(JsonNode entry) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    texts(entry.path("roles")).forEach(role -> Role.of(role).ifPresent(roles::add));
    // Whoever names no role means people and programs, not machines that run commands.
    return entry.has("roles") ? roles : Set.of(Role.OPERATOR);
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  static void add(ArrayNode issues, String path, String message) {
    issues.addObject().put("path", path).put("message", message);
  }
}
