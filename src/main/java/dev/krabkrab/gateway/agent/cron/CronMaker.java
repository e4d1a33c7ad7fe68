package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The person or device that saved a job last. It runs as long as its maker has these rights: a job
 * is no way to keep them.
 *
 * @param name as people read it
 * @param user as those who decide and those who ask are compared, or null where a device alone is
 *     known
 * @param grounds what his rights rest on; none of a job that was made before this was kept
 */
record CronMaker(String name, @Nullable String user, Grounds grounds) {
  private static final String FIELD = "maker";
  private static final CronMaker UNKNOWN = new CronMaker("", null, Grounds.NONE);

  /** A job outlives a sign-in that ends, but not the user's being allowed. */
  static CronMaker of(Caller caller) {
    String user = caller.user();
    return new CronMaker(user == null ? caller.label() : user, user, caller.grounds().lasting());
  }

  static CronMaker of(JsonNode definition) {
    JsonNode maker = definition.path(FIELD);
    if (maker.isMissingNode()) {
      return UNKNOWN;
    }
    Grounds grounds = Grounds.of(maker.path("grounds"));
    String name = maker.path("name").asText();
    // Before the user was kept, the name was his wherever a credential was.
    String user = maker.path("user").asText(grounds.credential() == null ? null : name);
    return new CronMaker(name, user, grounds);
  }

  /** Enters it into a definition. */
  void into(ObjectNode definition) {
    ObjectNode maker = definition.putObject(FIELD).put("name", name);
    Json.putIfPresent(maker, "user", user);
    maker.set("grounds", grounds.toJson());
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
