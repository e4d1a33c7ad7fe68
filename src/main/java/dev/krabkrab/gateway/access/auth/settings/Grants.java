package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the scopes and roles that an entry below {@code gateway.auth} grants. */
final class Grants {
  private Grants() {}

  /** What is wrong with scopes and roles, or null. */
  static @Nullable Problem problem(JsonNode entry) {
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

  /** The scopes an entry names, in their one form. */
  static List<String> scopes(JsonNode entry) {
    return Scopes.normalise(texts(entry.path("scopes")));
  }

  /** The roles an entry names. */
  static Set<Role> roles(JsonNode entry) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    texts(entry.path("roles")).forEach(role -> Role.of(role).ifPresent(roles::add));
    // Whoever names no role means people and programs, not machines that run commands.
    return entry.has("roles") ? roles : Set.of(Role.OPERATOR);
  }

  /** Every element of an array as a text. */
  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
