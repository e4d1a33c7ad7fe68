package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent on one instance, a human on the other, and this product's own node: what was planned on
 * the node is what people see and what runs. Protocol 02 §2.4, §14; 05 §13.2.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NodeAgentIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ModelServer models = closing(new ModelServer());

  @TempDir Path folder;

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "'}},"
        + models.document("tool-exec", 1)
        + "}";
  }

  private String send(String command) {
    String id = UUID.randomUUID().toString();
    ObjectNode params = Json.object().put("sessionKey", "agent:main:" + id);
    params.put("message", Json.text(Json.object().put("command", command)));
    a.ok("chat.send", Json.text(params.put("idempotencyKey", id)));
    return id;
  }

  private JsonNode asked(String id) {
    return b.event(
        "exec.approval.requested",
        event -> event.at("/request/sessionKey").asText().equals("agent:main:" + id));
  }

  private void decide(JsonNode asked, String decision) {
    ObjectNode params = Json.object().put("id", asked.path("id").asText());
    b.ok("exec.approval.resolve", Json.text(params.put("decision", decision)));
  }

  private void awaitNode() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              JsonNode nodes = a.ok("node.list", "{}").path("nodes");
              return nodes.size() == 1 && nodes.get(0).path("connected").asBoolean();
            });
  }

  @Test
  void whatAnAgentWantsIsPlannedSeenAndRun() throws Exception {
    String url = "ws://127.0.0.1:" + cluster.port(1);
    try (NodeProcess node =
        NodeProcess.start(
            folder.resolve("node"), Cluster.TOKEN, "--url", url, "--display-name", "build-box")) {
      node.awaitLine("connected to", 1);
      awaitNode();
      Path file = folder.resolve("made");

      String denied = send("touch " + file + "; echo hi");
      decide(asked(denied), "deny");
      assertThat(b.finalText(denied)).contains("denied");
      assertThat(file).doesNotExist();

      String allowed = send("touch " + file + "; echo hi");
      JsonNode asked = asked(allowed);
      assertThat(asked.at("/request/nodeName").asText()).isEqualTo("build-box");
      assertThat(asked.at("/request/cwd").asText()).isEqualTo(System.getProperty("user.home"));
      decide(asked, "allow-once");
      assertThat(b.finalText(allowed)).isEqualTo("it said: hi");
      assertThat(file).exists();

      Path script = Files.writeString(folder.resolve("deploy.sh"), "echo one\n");
      String changed = send("/bin/sh " + script + " ''");
      JsonNode question = asked(changed);
      Files.writeString(script, "echo two\n");
      decide(question, "allow-once");
      assertThat(b.finalText(changed)).doesNotContain("two");
    }
  }
}
