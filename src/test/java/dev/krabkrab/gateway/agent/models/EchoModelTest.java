package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the built-in model says. */
class EchoModelTest {
  @Test
  void whatHappenedIsNoWordOfTheQuestion() {
    ObjectNode message = Json.object().put("role", "user");
    message.putArray("content").addObject().put("type", "text").put("text", "hi");
    message.withArray("content").addObject().put("type", "image");
    message.withArray("content").addObject().put("type", "text").put("text", "System: x");
    ModelRequest request =
        new ModelRequest(
            new ModelName("krabkrab", "echo"),
            "",
            List.of(message),
            List.of(),
            Thinking.OFF,
            0,
            false);
    String answer = new EchoModel().ask(request, piece -> {}).answer().result().text();
    assertThat(answer).contains("You said:\n\nhi\n\nSystem: x\n\n");
  }
}
