package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The first minutes of somebody who has no key yet: an agent asks, a human agrees, a node runs. */
class FirstRunIT extends TwoInstances {
  @Test
  void theBuiltInModelRunsACommandAfterAHumanAgreed() {
    Connect connect = Connect.node(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer node =
        Peer.connected(
            cluster.port(1), connect.about("platform", "linux").with("commands", "system.run"))) {
      String id = UUID.randomUUID().toString();
      String session = "agent:main:" + id;
      a.ok(
          "chat.send",
          Json.text(
              Json.object()
                  .put("sessionKey", session)
                  .put("message", "run: uname -a")
                  .put("idempotencyKey", id)));
      JsonNode asked =
          b.event(
              "exec.approval.requested",
              event -> event.at("/request/sessionKey").asText().equals(session));
      assertThat(asked.at("/request/command").asText()).contains("uname -a");
      b.ok(
          "exec.approval.resolve",
          Json.text(
              Json.object().put("id", asked.path("id").asText()).put("decision", "allow-once")));

      JsonNode invoked = node.event("node.invoke.request", event -> true);
      node.ok(
          "node.invoke.result",
          Json.text(
              Json.object()
                  .put("id", invoked.path("id").asText())
                  .put("nodeId", invoked.path("nodeId").asText())
                  .put("ok", true)
                  .put("payloadJSON", "{\"exitCode\":0,\"stdout\":\"Linux krab\"}")));
      JsonNode end =
          a.event(
              "chat",
              event ->
                  event.path("runId").asText().equals(id)
                      && event.path("state").asText().equals("final"));
      assertThat(end.at("/message/content/0/text").asText()).isEqualTo("Linux krab");
    }
  }
}
