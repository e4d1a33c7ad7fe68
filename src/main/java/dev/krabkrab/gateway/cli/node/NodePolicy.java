package dev.krabkrab.gateway.cli.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which commands a node runs for whom: what its own file says, and where that says nothing, only
 * what a human approved. Protocol 02 §4.
 *
 * @param defaults for agents that are not named
 * @param agents by id; {@code *} is every agent
 */
record NodePolicy(Part defaults, Map<String, Part> agents) {
  static final String EVERY = "*";
  private static final String MAIN = "main";

  /** Which commands may run. */
  enum Security {
    DENY,
    ALLOWLIST,
    FULL
  }

  /** When a human has to have approved. */
  enum Ask {
    OFF,
    ON_MISS,
    ALWAYS
  }

  /**
   * What is said for one agent.
   *
   * @param allowlist patterns of full paths
   */
  record Part(@Nullable Security security, @Nullable Ask ask, List<String> allowlist) {
    static final Part NOTHING = new Part(null, null, List.of());

    Part {
      allowlist = List.copyOf(allowlist);
    }
  }

  NodePolicy {
    agents = Map.copyOf(agents);
  }

  /**
   * Lets a command run, or not.
   *
   * @param agent whose command it is; null is the main agent
   * @param program full path of what would run
   * @param approved whether a human approved exactly this
   * @param home for patterns that begin with {@code ~/}
   * @throws NodeRefusal when it may not run
   */
  void check(@Nullable String agent, Path program, boolean approved, String home) {
    String id = agent == null || agent.isBlank() ? MAIN : agent;
    Security security = of(id, Part::security, Security.ALLOWLIST);
    Ask ask = of(id, Part::ask, Ask.ON_MISS);
    if (security == Security.DENY) {
      throw NodeRefusal.denied("SYSTEM_RUN_DISABLED: security=deny", "security=deny");
    }
    boolean fits = security == Security.FULL || isListed(id, program, home);
    boolean human = ask == Ask.ALWAYS || (ask == Ask.ON_MISS && !fits);
    if (approved) {
      return;
    }
    if (human) {
      throw NodeRefusal.denied("SYSTEM_RUN_DENIED: approval required", "approval-required");
    }
    if (!fits) {
      throw NodeRefusal.denied("SYSTEM_RUN_DENIED: allowlist miss", "allowlist-miss");
    }
  }

  private boolean isListed(String agent, Path program, String home) {
    List<String> patterns = new ArrayList<>(part(EVERY).allowlist());
    patterns.addAll(part(agent).allowlist());
    String path = program.toString();
    return patterns.stream()
        .anyMatch(pattern -> PathPattern.of(pattern, home).matcher(path).matches());
  }

  private <T> T of(String agent, Function<Part, @Nullable T> knob, T otherwise) {
    for (Part part : List.of(part(agent), part(EVERY), defaults)) {
      T said = knob.apply(part);
      if (said != null) {
        return said;
      }
    }
    return otherwise;
  }

  private Part part(String agent) {
    return agents.getOrDefault(agent, Part.NOTHING);
  }
}
