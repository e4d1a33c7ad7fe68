package dev.krabkrab.gateway.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where an agent may write to. */
class SessionSendToolTest {
  private final List<SessionSendTool.Letter> sent = new ArrayList<>();
  private String document = "{}";

  private final SessionSendTool.Post post =
      new SessionSendTool.Post() {
        @Override
        public String canonical(String sessionKey) {
          return sessionKey.startsWith("agent:") ? sessionKey : "agent:main:" + sessionKey;
        }

        @Override
        public String agentOf(String sessionKey) {
          return sessionKey.split(":", -1)[1];
        }

        @Override
        public Future<SessionSendTool.Reply> send(SessionSendTool.Letter letter) {
          sent.add(letter);
          return Future.succeededFuture(
              new SessionSendTool.Reply("r2", letter.waitMs() == 0 ? null : "yes"));
        }
      };

  private AgentTool.Result send(String to, List<String> via) {
    AgentTool.Use use =
        new AgentTool.Use("agent:main:me", "main", "r1", via, Authority.OWNER, () -> false);
    ObjectNode arguments = Json.object().put("sessionKey", to).put("message", "hi");
    return new SessionSendTool(post, () -> (ObjectNode) Json5.parse(document))
        .call(use, arguments)
        .await();
  }

  @Test
  void aMessageSaysWhereItComesFromAndThroughWhom() {
    assertThat(send("you", List.of("agent:main:first")).text()).isEqualTo("yes");
    assertThat(sent)
        .containsExactly(
            new SessionSendTool.Letter(
                "agent:main:you",
                "[from the agent of session agent:main:me] hi",
                List.of("agent:main:first", "agent:main:me"),
                Authority.OWNER,
                30_000));
  }

  @Test
  void nothingGoesRoundInACircle() {
    assertThat(send("me", List.of()).text())
        .isEqualTo("a session may not send to itself; just answer");
    assertThat(send("first", List.of("agent:main:first")).failed()).isTrue();
    assertThat(send("you", List.of("agent:main:1", "agent:main:2", "agent:main:3")).text())
        .isEqualTo("this message came through 3 sessions already; it goes no further");
    assertThat(sent).isEmpty();
  }

  @Test
  void otherAgentsAreClosedUnlessBothAreNamed() {
    String other = "agent:ops:main";
    assertThat(send(other, List.of()).text())
        .isEqualTo("sessions of other agents are closed (tools.agentToAgent)");
    document = "{tools:{agentToAgent:{enabled:true,allow:['ops']}}}";
    assertThat(send(other, List.of()).failed()).isTrue();
    document = "{tools:{agentToAgent:{allow:['*']}}}";
    assertThat(send(other, List.of()).failed()).isTrue();
    document = "{tools:{agentToAgent:{enabled:true,allow:['ops','main']}}}";
    assertThat(send(other, List.of()).failed()).isFalse();
  }
}
