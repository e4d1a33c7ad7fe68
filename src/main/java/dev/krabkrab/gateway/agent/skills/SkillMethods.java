package dev.krabkrab.gateway.agent.skills;

import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** {@code skills.*}. Protocol 03 §18, 02 §12. */
public final class SkillMethods {
  private final SkillService skills;

  public SkillMethods(SkillService skills) {
    this.skills = skills;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "skills.status", call -> skills.status(),
        "skills.bins", call -> skills.bins(),
        "skills.install", this::install,
        "skills.update", call -> skills.update(call.caller(), call.params()));
  }

  private Future<JsonText> install(Call call) {
    return skills.install(
        call.params().path("name").asText(), call.params().path("installId").asText());
  }
}
