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

  /** By branch, the first release without CVE-2025-49844 and its siblings; other branches: none. */
  private static final Map<String, Map<String, Integer>> FIXED =
      Map.of(
          "redis", Map.of("7.2", 11, "7.4", 6, "8.0", 4, "8.2", 2),
          "valkey", Map.of("7.2", 11, "8.0", 6, "8.1", 4));

  /** The last branch of the table; what came later has the fixes from its beginning. */
  private static final Map<String, Integer> LAST = Map.of("redis", 802, "valkey", 801);

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
    return "This release has known holes (CVE-2025-49844 and others) unless your distribution"
        + " closed them: install Redis 7.2.11, 7.4.6, 8.0.4, 8.2.2, or Valkey 7.2.11, 8.0.6, 8.1.4,"
        + " or a newer one; KRABKRAB_REDIS_SERVER names the program";
  }

  /** Like {@code valkey-server 8.1.4}. */
  @Override
  public String toString() {
    return name + "-server " + major + "." + minor + "." + patch;
  }
}
