package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;

/**
 * A dialogue under way.
 *
 * @param id of the session
 * @param stepId of the question that waits for its answer
 * @param remote whether a remote gateway is set up
 * @param workspace folder that agents work in, or an empty text
 * @param offer a fresh secret, for whoever wants one
 * @param answers by the keys of their questions; they may hold secrets
 */
record WizardDialogue(
    String id, String stepId, boolean remote, String workspace, String offer, ObjectNode answers) {

  static WizardDialogue decode(String id, String stepId, String state) {
    ObjectNode json = Json.parseObject(state);
    return new WizardDialogue(
        id,
        stepId,
        json.path("remote").asBoolean(),
        json.path("workspace").asText(""),
        json.path("offer").asText(""),
        json.get("answers") instanceof ObjectNode answers ? answers : Json.object());
  }

  String encode() {
    ObjectNode json = Json.object().put("remote", remote).put("workspace", workspace);
    json.put("offer", offer);
    json.set("answers", answers);
    return Json.text(json);
  }

  /** The same with one more answer, and the id of the question after it. */
  WizardDialogue with(String key, JsonNode value, String nextStepId) {
    ObjectNode more = answers.deepCopy();
    more.set(key, value);
    return new WizardDialogue(id, nextStepId, remote, workspace, offer, more);
  }

  /** Without the answers. */
  @Override
  public String toString() {
    return "WizardDialogue[" + id + ", step=" + stepId + "]";
  }
}
