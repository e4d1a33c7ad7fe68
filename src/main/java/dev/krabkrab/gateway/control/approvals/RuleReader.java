package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads of a request which rule an {@code allow-always} would make, and what is offered. */
final class RuleReader {
  /** Fields of a node's plan that a rule repeats, or that change nothing about what runs. */
  private static final Set<String> REPEATED =
      Set.of(
          "argv",
          "cwd",
          "commandText",
          "commandPreview",
          "rawCommand",
          "agentId",
          "sessionKey",
          "policySnapshot",
          "mutableFileOperand");

  private RuleReader() {}

  /** Whether this request can become a rule, and is answered by one. */
  static RuleEligibility storable(Caller caller, ObjectNode params, ExecPlan plan) {
    String policy = policy(params);
    if (policy != null) {
      return new RuleEligibility.No(policy);
    }
    String planned = planned(params.path("systemRunPlan"));
    if (planned != null) {
      return new RuleEligibility.No(planned);
    }
    String resolved = Json.nonBlank(params, "resolvedPath");
    RuleTerms terms =
        new RuleTerms(
            RuleTerms.asker(caller),
            orBlank(plan.agentId()),
            orBlank(plan.nodeId()),
            resolved == null ? orBlank(plan.executable()) : resolved,
            plan.argv(),
            orBlank(plan.cwd()),
            reviewers(params));
    return RuleEligibility.of(terms, plan.envNames());
  }

  /**
   * The decisions that are offered. A client of protocol 3 cannot say what will run word by word,
   * and keeps an allowlist of its own: it gets {@code allow-always}, and no rule is made here.
   */
  static List<String> allowed(
      Caller caller, ObjectNode params, ExecPlan plan, RuleEligibility storable) {
    List<String> allowed = new ArrayList<>(Decision.ALL);
    boolean ownList =
        !caller.isV4() && !plan.knowsArgv() && !RuleTerms.asker(caller).equals(RuleTerms.AGENTS);
    if (storable instanceof RuleEligibility.No && !ownList) {
      allowed.remove(Decision.ALLOW_ALWAYS);
    }
    if (caller.isV4()) {
      for (JsonNode barred : params.path("unavailableDecisions")) {
        if (!barred.asText().equals(Decision.DENY)) {
          allowed.remove(barred.asText());
        }
      }
    }
    return List.copyOf(allowed);
  }

  /** What one of them allowed always does not speak for others. */
  private static List<String> reviewers(ObjectNode params) {
    Set<String> reviewers = new TreeSet<>();
    params.path(Approval.REVIEWERS).forEach(device -> reviewers.add(device.asText()));
    return List.copyOf(reviewers);
  }

  private static @Nullable String policy(ObjectNode params) {
    if ("always".equals(Json.textOrNull(params, "ask"))) {
      return "a human is to be asked every time";
    }
    return "deny".equals(Json.textOrNull(params, "security"))
        ? "the policy allows no command"
        : null;
  }

  /** What a node's plan says that a rule does not keep. */
  private static @Nullable String planned(JsonNode plan) {
    if (plan.hasNonNull("mutableFileOperand")) {
      return "the command reads a file whose content was approved with it, and a rule does not";
    }
    for (Map.Entry<String, JsonNode> field : plan.properties()) {
      if (!field.getValue().isNull() && !REPEATED.contains(field.getKey())) {
        return "the node's plan has more in it than a rule keeps, such as "
            + shortened(field.getKey());
      }
    }
    return null;
  }

  private static String shortened(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "..." : name;
  }

  private static String orBlank(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
