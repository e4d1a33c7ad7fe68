package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.skills.SkillService;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

/** {@code skills}: what the operator has written down for particular tasks. Protocol 03 §18. */
public final class SkillTool implements GatewayTool {
  private static final int MOST_OUTPUT = 60_000;

  private final SkillService skills;

  public SkillTool(SkillService skills) {
    this.skills = skills;
  }

  @Override
  public String name() {
    return "skills";
  }

  @Override
  public List<String> methods() {
    return List.of("skills.status");
  }

  @Override
  public String description() {
    return "Instructions that the operator wrote for particular tasks. Without a name: which there"
        + " are and when each is of use. With a name: its instructions. Look here before a task"
        + " that one may be for.";
  }

  @Override
  public ObjectNode parameters() {
    return Json.parseObject(
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}");
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    String name = Json.nonBlank(arguments, "name");
    return name == null
        ? skills.offered().map(SkillTool::list)
        : skills
            .text(name.strip())
            .map(
                text ->
                    text.map(SkillTool::instructions)
                        .orElseGet(
                            () ->
                                Result.failed(
                                    "no skill "
                                        + name
                                        + "; call skills without a name for a list")));
  }

  private static Result list(List<SkillService.Offered> skills) {
    return Result.done(
        skills.isEmpty()
            ? "There are no skills."
            : skills.stream()
                .map(skill -> skill.name() + ": " + skill.description())
                .collect(Collectors.joining("\n")));
  }

  private static Result instructions(String text) {
    return Result.done(
        text.length() > MOST_OUTPUT ? text.substring(0, MOST_OUTPUT) + "\n… (cut)" : text);
  }
}
