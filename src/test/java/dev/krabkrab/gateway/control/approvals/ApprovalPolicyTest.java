package dev.krabkrab.gateway.control.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Protocol 02 §3.2. */
class ApprovalPolicyTest {
  private final AtomicInteger last = new AtomicInteger();
  private final ApprovalPolicy policy = new ApprovalPolicy(() -> "id" + last.incrementAndGet());

  private ObjectNode normalized(String json) {
    return policy.normalized(Json.parseObject(json));
  }

  @Test
  void isPrettyWithTwoBlanksAndANewlineAtTheEnd() {
    assertThat(ApprovalPolicy.text(normalized("{\"socket\":{\"path\":\"p\"}}")))
        .isEqualTo(
            """
            {
              "version": 1,
              "socket": {
                "path": "p"
              },
              "defaults": {},
              "agents": {}
            }
            """);
  }

  @Test
  void givesEntriesAnIdAndKeepsThoseTheyHave() {
    ObjectNode file =
        normalized(
            """
            {"agents":{"main":{"allowlist":[{"pattern":"/bin/ls"},{"id":"x","pattern":"b"}]}}}\
            """);

    assertThat(file.at("/agents/main/allowlist/0/id").asText()).isEqualTo("id1");
    assertThat(file.at("/agents/main/allowlist/1/id").asText()).isEqualTo("x");
    assertThat(policy.normalized(file)).isEqualTo(file);
  }

  @Test
  void mergesTheDefaultAgentIntoMain() {
    ObjectNode file =
        normalized(
            """
            {"version":7,"other":1,"agents":{
              "default":{"ask":"always","security":"full",
                "allowlist":[{"id":"d1","pattern":" /BIN/ls "},{"id":"d2","pattern":"/bin/cp"}]},
              "main":{"security":"deny","allowlist":[{"id":"m1","pattern":"/bin/ls"}]}}}\
            """);

    assertThat(file.path("version").asInt()).isEqualTo(1);
    assertThat(file.has("other")).isFalse();
    assertThat(file.at("/agents/default").isMissingNode()).isTrue();
    assertThat(file.at("/agents/main/security").asText()).isEqualTo("deny");
    assertThat(file.at("/agents/main/ask").asText()).isEqualTo("always");
    assertThat(file.at("/agents/main/allowlist").findValuesAsText("id"))
        .containsExactly("m1", "d2");
  }

  @Test
  void renamesTheDefaultAgentWhereThereIsNoMain() {
    assertThat(normalized("{\"agents\":{\"default\":{\"ask\":\"off\"}}}").at("/agents/main/ask"))
        .hasToString("\"off\"");
  }

  @Test
  void neverShowsTheToken() {
    ObjectNode file = Json.parseObject("{\"socket\":{\"path\":\"p\",\"token\":\"t\"}}");
    assertThat(ApprovalPolicy.redacted(file)).hasToString("{\"socket\":{\"path\":\"p\"}}");
    assertThat(ApprovalPolicy.redacted(Json.parseObject("{\"socket\":{\"token\":\"t\"}}")))
        .hasToString("{}");
  }

  @Test
  void keepsTheStoredSocketUnlessAnotherIsGiven() {
    ObjectNode stored = Json.object().put("path", "p").put("token", "t");

    assertThat(policy.withSocket(normalized("{}"), stored).path("socket")).isEqualTo(stored);
    ObjectNode given = normalized("{\"socket\":{\"path\":\"q\",\"token\":\" \"}}");
    assertThat(policy.withSocket(given, stored).get("socket").toString())
        .isEqualTo("{\"path\":\"q\",\"token\":\"t\"}");
  }
}
