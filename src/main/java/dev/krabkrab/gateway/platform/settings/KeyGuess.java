package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Guesses which key was meant by one that is not known. */
final class KeyGuess {
  /** So many keys are listed when none of them looks like the one that was written. */
  private static final int MOST_LISTED = 12;

  private static final int SHORTEST_STEM = 3;

  private KeyGuess() {}

  /**
   * What to say of an unknown key, with a blank in front; empty when nothing comes near.
   *
   * @param schema the whole schema
   * @param known the keys that are known where it stands
   */
  static String hint(JsonNode schema, List<String> known, String key) {
    String near = nearest(known, key);
    if (!near.isEmpty()) {
      return " (did you mean \"" + near + "\"?)";
    }
    List<String> elsewhere = new ArrayList<>();
    find(schema, key, "", elsewhere);
    if (elsewhere.size() == 1) {
      return " (did you mean \"" + elsewhere.getFirst() + "\"?)";
    }
    return known.isEmpty() || known.size() > MOST_LISTED
        ? ""
        : known.stream().sorted().collect(Collectors.joining("\", \"", " (known here: \"", "\")"));
  }

  /** The known name that is most like it; empty when none is like it. */
  static String nearest(List<String> known, String key) {
    return known.stream()
        .filter(name -> isNear(name, key))
        .min(
            Comparator.<String>comparingInt(name -> distance(plain(name), plain(key)))
                .thenComparing(Comparator.naturalOrder()))
        .orElse("");
  }

  private static boolean isNear(String name, String key) {
    String one = plain(name);
    String other = plain(key);
    int shorter = Math.min(one.length(), other.length());
    boolean stem = shorter >= SHORTEST_STEM && (one.startsWith(other) || other.startsWith(one));
    return stem
        || distance(one, other) <= Math.max(1, (Math.max(one.length(), other.length()) + 1) / 3);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.\\s]", "");
  }

  /** Letters to insert, leave out, exchange or swap with their neighbour. */
  private static int distance(String from, String to) {
    int[][] steps = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int exchange = steps[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        steps[i][j] = Math.min(exchange, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[from.length()][to.length()];
  }

  private static void find(JsonNode schema, String key, String path, List<String> found) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String below = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      if (property.getKey().equalsIgnoreCase(key)) {
        found.add(below);
      }
      find(property.getValue(), key, below, found);
    }
  }
}
