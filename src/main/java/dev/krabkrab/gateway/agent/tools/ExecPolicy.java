package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands that an agent may run: the policy document of {@code exec.approvals.get}, for one
 * agent. Protocol 02 §4. Only plain commands are looked up in the allowlist: whatever a shell would
 * make more of is a human's business.
 */
record ExecPolicy(Security security, Ask ask, Security fallback, List<String> allowlist) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./\\- ]+");

  /** Levels of what may run; the strictest first. */
  enum Security {
    DENY,
    ALLOWLIST,
    FULL
  }

  /** Conditions under which a human has to decide; the most demanding last. */
  enum Ask {
    OFF,
    ON_MISS,
    ALWAYS
  }

  /** The decision about a command. */
  enum Judgement {
    REFUSE,
    ASK,
    RUN
  }

  ExecPolicy {
    allowlist = List.copyOf(allowlist);
  }

  /**
   * Reads it.
   *
   * @param file of {@code exec.approvals.get}
   * @param tools {@code tools.exec} of the gateway document, which may only make it stricter
   */
  static ExecPolicy of(JsonNode file, JsonNode tools, String agentId) {
    JsonNode own = file.path("agents").path(agentId);
    JsonNode all = file.path("agents").path("*");
    JsonNode defaults = file.path("defaults");
    Security security = security(first("security", own, all, defaults), Security.ALLOWLIST);
    Ask ask = ask(first("ask", own, all, defaults), Ask.ON_MISS);
    Security wanted = security(Json.nonBlank(tools, "security"), Security.FULL);
    Ask wantedAsk = ask(Json.nonBlank(tools, "ask"), Ask.OFF);
    List<String> patterns = new ArrayList<>();
    for (JsonNode from : List.of(all, own)) {
      from.path("allowlist").forEach(entry -> patterns.add(entry.path("pattern").asText()));
    }
    return new ExecPolicy(
        security.compareTo(wanted) <= 0 ? security : wanted,
        ask.compareTo(wantedAsk) >= 0 ? ask : wantedAsk,
        security(first("askFallback", own, all, defaults), Security.DENY),
        patterns);
  }

  Judgement judge(String command) {
    if (security == Security.DENY) {
      return Judgement.REFUSE;
    }
    if (ask == Ask.ALWAYS) {
      return Judgement.ASK;
    }
    if (security == Security.FULL || isAllowed(command)) {
      return Judgement.RUN;
    }
    return ask == Ask.ON_MISS ? Judgement.ASK : Judgement.REFUSE;
  }

  /** Whether it may run when nobody decided in time. */
  boolean runsUndecided(String command) {
    return switch (fallback) {
      case DENY -> false;
      case ALLOWLIST -> isAllowed(command);
      case FULL -> true;
    };
  }

  private boolean isAllowed(String command) {
    String text = command.strip();
    if (!PLAIN.matcher(text).matches()) {
      return false;
    }
    String program = text.split(" ", 2)[0];
    // Where a bare name leads is decided on the node.
    return program.startsWith("/")
        && !program.contains("/../")
        && allowlist.stream()
            .filter(pattern -> pattern.contains("/"))
            .anyMatch(pattern -> glob(pattern).matcher(program).matches());
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    String text = pattern.strip();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' && i + 1 < text.length() && text.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
  }

  private static @Nullable String first(String field, JsonNode... from) {
    for (JsonNode policy : from) {
      String value = Json.nonBlank(policy, field);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static Security security(@Nullable String text, Security otherwise) {
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "deny" -> Security.DENY;
      case "allowlist" -> Security.ALLOWLIST;
      case "full" -> Security.FULL;
      default -> otherwise;
    };
  }

  private static Ask ask(@Nullable String text, Ask otherwise) {
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "off" -> Ask.OFF;
      case "on-miss" -> Ask.ON_MISS;
      case "always" -> Ask.ALWAYS;
      default -> otherwise;
    };
  }
}
