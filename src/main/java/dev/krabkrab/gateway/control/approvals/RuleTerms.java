package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule is bound to: a request that differs in any of it is another request. ADR 20.
 *
 * @param asker the requester: a device, or the gateway's own agents
 * @param agentId the agent that requests, as the requester names it
 * @param nodeId the machine it runs on
 * @param program full path of the program
 * @param argv the words that run, the first one included
 * @param cwd folder it runs in, blank for the node's own
 * @param reviewers devices that alone may decide it, in order, empty when nobody is named
 */
record RuleTerms(
    String asker,
    String agentId,
    String nodeId,
    String program,
    List<String> argv,
    String cwd,
    List<String> reviewers) {

  RuleTerms {
    argv = List.copyOf(argv);
    reviewers = List.copyOf(reviewers);
  }

  /** The requester of the gateway's own agents, whichever instance they run on. */
  static final String AGENTS = "agents";

  private static final String DEVICE = "device:";

  /** What runs of the gateway's agents call their connections; sockets are named by UUIDs. */
  private static final String RUN = "run:";

  /**
   * Who asks, as rules are bound to it; blank for one who cannot be known again. Which agent a
   * client asks for is only what it says, so that its rules are for itself.
   */
  static String asker(Caller caller) {
    String device = caller.deviceId();
    if (device != null) {
      return deviceAsker(device);
    }
    return caller.connId().startsWith(RUN) ? AGENTS : "";
  }

  private static String deviceAsker(String deviceId) {
    return DEVICE + deviceId;
  }

  /** The device that asks; null for the gateway's own agents. */
  @Nullable String askingDevice() {
    return asker.startsWith(DEVICE) ? asker.substring(DEVICE.length()) : null;
  }

  /** The same for the same terms only. */
  String key() {
    ArrayNode all = Json.array().add(asker).add(agentId).add(nodeId).add(program);
    all.add(Json.texts(argv)).add(cwd).add(Json.texts(reviewers));
    return Hashes.sha256(Json.text(all));
  }

  /** As Redis keeps them. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("asker", asker).put("agentId", agentId);
    json.put("nodeId", nodeId).put("pattern", program);
    json.set("argv", Json.texts(argv));
    json.set("reviewers", Json.texts(reviewers));
    return json.put("cwd", cwd);
  }

  static RuleTerms of(JsonNode json) {
    return new RuleTerms(
        json.path("asker").asText(),
        json.path("agentId").asText(),
        json.path("nodeId").asText(),
        json.path("pattern").asText(),
        texts(json.path("argv")),
        json.path("cwd").asText(),
        texts(json.path("reviewers")));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
