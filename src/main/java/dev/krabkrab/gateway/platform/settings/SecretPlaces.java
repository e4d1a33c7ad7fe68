package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where secrets stand in a gateway document: the keys the schema's hints mark as sensitive, what is
 * below those of them that hold values of any name, and every key that calls its value a secret.
 * Immutable.
 */
public final class SecretPlaces {
  private static final String ANY = "*";

  /** Sections that take anything, as variables of an environment. */
  private static final List<String> OPEN = List.of("env");

  private static final List<String> NAMES =
      List.of("token", "tokenhash", "password", "secret", "apikey", "privatekey", "credential");

  private static final List<List<String>> FILLED =
      List.of(
          List.of("models", "providers", ANY, "apiKey"),
          List.of("models", "providers", ANY, "headers", ANY));

  private final Set<List<String>> marked;

  private SecretPlaces(Set<List<String>> marked) {
    this.marked = Set.copyOf(marked);
  }

  /** Reads the hints that come with the gateway. */
  public static SecretPlaces load() {
    return of(SettingsParts.load().hints());
  }

  static SecretPlaces of(JsonNode hints) {
    return new SecretPlaces(
        hints.properties().stream()
            .filter(hint -> hint.getValue().path("sensitive").asBoolean(false))
            .map(Map.Entry::getKey)
            .map(key -> List.of(key.split("\\.", -1)))
            .collect(Collectors.toSet()));
  }

  /** Paths of the hints that are marked, with {@code *} for any key or index. */
  Set<List<String>> marked() {
    return marked;
  }

  /**
   * Whether a text there is a secret.
   *
   * @param path keys and indexes from the top
   */
  public boolean isSecret(List<String> path) {
    if (path.isEmpty()) {
      return false;
    }
    return isNamedSo(path.getLast())
        || OPEN.contains(path.getFirst())
        || marked.stream().anyMatch(mark -> fits(mark, path) || isBelow(mark, path));
  }

  /**
   * Whether variables of the environment are filled in there; anywhere else one stands for itself.
   *
   * @param path keys and indexes from the top
   */
  boolean isFilledIn(List<String> path) {
    return path.getFirst().equals("channels") || FILLED.stream().anyMatch(mark -> fits(mark, path));
  }

  /** Whether a key calls its value a secret. */
  private static boolean isNamedSo(String key) {
    String name = key.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    return NAMES.stream().anyMatch(name::endsWith);
  }

  /** Below a mark that says nothing of its parts, everything is a secret. */
  private boolean isBelow(List<String> mark, List<String> path) {
    return path.size() > mark.size()
        && fits(mark, path.subList(0, mark.size()))
        && marked.stream()
            .noneMatch(
                other ->
                    other.size() > mark.size() + 1 && other.subList(0, mark.size()).equals(mark));
  }

  private static boolean fits(List<String> mark, List<String> path) {
    if (mark.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < mark.size(); i++) {
      if (!mark.get(i).equals(ANY) && !mark.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }
}
