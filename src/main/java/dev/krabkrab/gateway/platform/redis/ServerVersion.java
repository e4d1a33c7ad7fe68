package dev.krabkrab.gateway.platform.redis;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which server it is, and whether its release has the known holes closed. */
record ServerVersion(String name, int major, int minor, int patch) {
  private static final Pattern PROGRAM =
      Pattern.compile("(?i)(Redis|Valkey) server v=(\\d+)\\.(\\d+)\\.(\\d+).*", Pattern.DOTALL);
  private static final Pattern INFO =
      Pattern.compile("(redis|valkey)_version:(\\d+)\\.(\\d+)\\.(\\d+).*");

  /**
   * By branch, the first release without CVE-2026-81934 (Redis), CVE-2026-56684 and CVE-2026-63639
   * (Valkey) and what came before them; Redis 8.8 and 8.10 have fixes of September 2026 too. None
   * in other branches: Redis 8.0 ended before, and so did Valkey 7.2 as far as is known.
   */
  private static final Map<String, Map<String, Integer>> FIXED =
      Map.of(
          "redis", Map.of("7.2", 16, "7.4", 11, "8.2", 9, "8.4", 6, "8.6", 7, "8.8", 3, "8.10", 2),
          "valkey", Map.of("8.0", 10, "8.1", 9, "9.0", 5, "9.1", 1));

  /** The last branch of the table; what came later has the fixes from its beginning. */
  private static final Map<String, Integer> LAST = Map.of("redis", 810, "valkey", 901);

  /** What {@code --version} of a server program prints. */
  static Optional<ServerVersion> ofProgram(String text) {
    return of(PROGRAM.matcher(text.strip()));
  }

  /** What a line of {@code INFO server} says. Valkey calls itself a Redis too, in another line. */
  static Optional<ServerVersion> ofInfo(String line) {
    return of(INFO.matcher(line.strip()));
  }

  private static Optional<ServerVersion> of(Matcher matcher) {
    return matcher.matches()
        ? Optional.of(
            new ServerVersion(
                matcher.group(1).toLowerCase(Locale.ROOT),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4))))
        : Optional.empty();
  }

  boolean isValkey() {
    return name.equals("valkey");
  }

  /** Whether the release has the fixes. What a distribution puts into an older one is not seen. */
  boolean isFixed() {
    Integer first = FIXED.getOrDefault(name, Map.of()).get(major + "." + minor);
    return first != null
        ? patch >= first
        : major * 100 + minor > LAST.getOrDefault(name, Integer.MAX_VALUE);
  }

  /** What to tell the operator of one that is not fixed. */
  String advice() {
    String holes = isValkey() ? "CVE-2026-56684" : "CVE-2026-81934";
    return "This release has known holes ("
        + holes
        + " and others) unless your distribution closed them: install Redis 7.2.16, 7.4.11, 8.2.9,"
        + " 8.4.6, 8.6.7, 8.8.3, 8.10.2, or Valkey 8.0.10, 8.1.9, 9.0.5, 9.1.1, or a newer one of"
        + " these; KRABKRAB_REDIS_SERVER names the program";
  }

  /** Like {@code valkey-server 8.1.9}. */
  @Override
  public String toString() {
    return name + "-server " + major + "." + minor + "." + patch;
  }
}
