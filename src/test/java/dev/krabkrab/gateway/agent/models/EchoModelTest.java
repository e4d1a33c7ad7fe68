package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelRequest.Tool;
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
    assertThat(ask(List.of(), message).text()).contains("You said:\n\nhi\n\nSystem: x\n\n");
  }

  private static ModelAnswer ask(List<Tool> tools, ObjectNode... messages) {
    ModelRequest request =
        new ModelRequest(
            new ModelName("krabkrab", "echo"),
            "",
            List.of(messages),
            tools,
            Thinking.OFF,
            0,
            false);
    return new EchoModel().ask(request, piece -> {}).answer().result();
  }

  private static ObjectNode said(String role, String text) {
    ObjectNode message = Json.object().put("role", role);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message;
  }

  @Test
  void aCommandIsAskedForOnceAndItsResultIsTold() {
    List<Tool> tools = List.of(new Tool("exec", "", Json.object()));
    ObjectNode run = said("user", " Run: uname -a\n");
    ModelAnswer asked = ask(tools, said("user", "hi"), said("assistant", "ho"), run);
    assertThat(asked.stopReason()).isEqualTo("toolUse");
    assertThat(asked.calls())
        .containsExactly(new ToolCall("echo_3", "exec", Json.object().put("command", "uname -a")));
    ModelAnswer told = ask(tools, run, said("assistant", ""), said("toolResult", "Linux"));
    assertThat(told.text()).isEqualTo("Linux");
    assertThat(told.calls()).isEmpty();
    assertThat(ask(tools, run, said("assistant", "Linux"), said("user", "thanks")).calls())
        .isEmpty();
    assertThat(ask(tools, said("user", "run:")).calls()).isEmpty();
    assertThat(ask(tools, said("user", "do not run: this")).calls()).isEmpty();
    assertThat(ask(List.of(), run).text()).contains("exec is not mine");
  }
}
