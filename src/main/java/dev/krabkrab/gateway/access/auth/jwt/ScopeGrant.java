package dev.krabkrab.gateway.access.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the claims of a token are worth here. Nothing is granted that is not named.
 *
 * @param scopes {@code scopes}: everybody's
 * @param claim {@code scopesClaim}: a claim with a list, or a text of words, such as {@code
 *     groups}; a name with dots reaches into objects; an empty text for none
 * @param byValue {@code scopesByValue}: the scopes of whoever has that value in the claim
 */
public record ScopeGrant(List<String> scopes, String claim, Map<String, List<String>> byValue) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  public ScopeGrant {
    scopes = List.copyOf(scopes);
    byValue = Map.copyOf(byValue);
  }

  /** The most a user with these claims may hold. */
  List<String> of(JsonNode claims) {
    List<String> granted = new ArrayList<>(scopes);
    for (String value : values(find(claims, claim))) {
      granted.addAll(byValue.getOrDefault(value, List.of()));
    }
    return granted.stream().distinct().toList();
  }

  /** A claim by its whole name or, failing that, by the way to it. */
  static JsonNode find(JsonNode claims, String name) {
    JsonNode whole = claims.path(name);
    if (!whole.isMissingNode()) {
      return whole;
    }
    JsonNode found = claims;
    for (String step : name.split("\\.", -1)) {
      found = found.path(step);
    }
    return found;
  }

  private static List<String> values(JsonNode claim) {
    if (claim.isTextual()) {
      return BLANKS.splitAsStream(claim.textValue()).toList();
    }
    List<String> values = new ArrayList<>();
    if (claim.isArray()) {
      claim.forEach(element -> values.add(element.asText()));
    }
    return values;
  }
}
