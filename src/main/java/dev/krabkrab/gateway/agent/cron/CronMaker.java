package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.Objects;

/**
 * The person or device that saved a job last. It runs as long as its maker has these rights: a job
 * is no way to keep them.
 *
 * @param name as people read it
 * @param grounds what his rights rest on; none of a job that was made before this was kept
 */
record CronMaker(String name, Grounds grounds) {
  private static final String FIELD = "maker";
  private static final CronMaker UNKNOWN = new CronMaker("", Grounds.NONE);

  /** A job outlives a sign-in that ends, but not the user's being allowed. */
  static CronMaker of(Caller caller) {
    String user = caller.user();
    return new CronMaker(user == null ? caller.label() : user, caller.grounds().lasting());
  }

  static CronMaker of(JsonNode definition) {
    JsonNode maker = definition.path(FIELD);
    return maker.isMissingNode()
        ? UNKNOWN
        : new CronMaker(maker.path("name").asText(), Grounds.of(maker.path("grounds")));
  }

  /** Enters it into a definition. */
  void into(ObjectNode definition) {
    definition.putObject(FIELD).put("name", name).set("grounds", grounds.toJson());
  }

  /** Takes it out of what clients are shown as the definition. */
  static void hide(ObjectNode definition) {
    definition.remove(FIELD);
  }

  /** Shows it to people. */
  void show(ObjectNode job) {
    if (!name.isEmpty()) {
      ObjectNode shown = job.putObject("madeBy").put("name", name);
      Json.putIfPresent(shown, "deviceId", grounds.deviceId());
    }
  }

  /** Why a job does not run any more. */
  String lost() {
    return "not run: "
        + SafeText.line(name)
        + " ("
        + Objects.requireNonNullElse(grounds.deviceId(), "no device")
        + "), who saved it last, has lost the right to; save the job again, or remove it";
  }
}
