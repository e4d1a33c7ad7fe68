package dev.krabkrab.gateway.agent.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelRequest;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the calls of a model. */
class TurnToolsTest {
  private static final AgentTool.Use USE =
      new AgentTool.Use("agent:main:x", "main", "r", List.of(), Authority.OWNER, () -> false);

  private final TurnTools tools =
      new TurnTools(List.of(tool("mine", false), tool("theirs", true), tool("theirs-too", true)));

  private static AgentTool tool(String name, boolean ofClient) {
    return new AgentTool() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return name;
      }

      @Override
      public ObjectNode parameters() {
        return Json.object();
      }

      @Override
      public boolean isOfClient() {
        return ofClient;
      }

      @Override
      public Future<Result> call(Use use, ObjectNode arguments) {
        throw new IllegalStateException("out of order");
      }
    };
  }

  private static ToolCall call(String name) {
    return new ToolCall("id-" + name, name, Json.object());
  }

  @Test
  void oneCallOfTheClientCountsAndTheThoughtBeforeItIsKept() {
    ObjectNode thought = Json.object().put("type", "thinking");
    ModelAnswer answer =
        tools.withOneOfClient(
            new ModelAnswer(
                "so",
                List.of(call("theirs"), call("mine"), call("theirs-too")),
                ModelUsage.NONE,
                thought,
                "toolUse"));
    assertThat(answer.calls()).extracting(ToolCall::name).containsExactly("theirs", "mine");
    assertThat(answer.thought()).isEqualTo(thought);
  }

  @Test
  void aModelThatHasToCallAToolOfTheClientIsOfferedNoOthers() {
    assertThat(tools.offered(true))
        .extracting(ModelRequest.Tool::name)
        .containsExactly("theirs", "theirs-too");
    assertThat(tools.offered(false)).hasSize(3);
  }

  @Test
  void whatGoesWrongIsAResultForTheModel() {
    assertThat(tools.use(call("nothing"), USE).await().text()).isEqualTo("no such tool: nothing");
    assertThat(tools.use(call("mine"), USE).await().text()).isEqualTo("out of order");
  }
}
