package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an instance answered is in the trail, though it is killed in the next moment. */
class AuditKillIT {
  private static final int ROUNDS = 4;

  @Test
  void anAnsweredDecisionIsInTheTrail() throws Exception {
    try (GatewayProcesses gateways = GatewayProcesses.start(2)) {
      List<String> answered = new ArrayList<>();
      TestDevice requester = TestDevice.fresh();
      TestDevice approver = TestDevice.fresh();
      try (WireClient asking =
          WireClient.connect(gateways.port(0), requester, Profile.approver(3))) {
        for (int round = 0; round < ROUNDS; round++) {
          String id = "kill-" + round;
          try (WireClient deciding =
              WireClient.connect(gateways.port(1), approver, Profile.approver(3))) {
            ObjectNode ask = Json.object().put("id", id).put("command", "make").put("host", "node");
            CompletableFuture<JsonNode> asked =
                asking.request("exec.approval.request", ask.put("timeoutMs", 60_000));
            deciding.event(
                "exec.approval.requested", payload -> payload.path("id").asText().equals(id));
            JsonNode answer =
                deciding.call(
                    "exec.approval.resolve", Json.object().put("id", id).put("decision", "deny"));
            gateways.kill(1);
            assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
            assertThat(asked.join().at("/payload/decision").asText()).isEqualTo("deny");
            answered.add(id);
          }
          gateways.repair();
        }
      }
      try (WireClient admin =
          WireClient.connect(gateways.port(0), TestDevice.fresh(), Profile.admin())) {
        JsonNode page =
            admin.call("audit.list", "{\"action\":\"approval.resolved\",\"oldestFirst\":true}");
        List<String> entered = new ArrayList<>();
        page.at("/payload/entries")
            .forEach(
                entry -> {
                  entered.add(entry.at("/details/approval").asText());
                  assertThat(entry.at("/actor/device").asText()).isEqualTo(approver.id());
                  assertThat(entry.path("instance").asText()).startsWith("i1-");
                });
        assertThat(entered).isEqualTo(answered);
      }
    }
  }
}
