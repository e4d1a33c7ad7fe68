package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.schema.ResultDocuments;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What methods answer and events tell is what the published schema says, for both protocols. */
class ResultSchemaIT extends TwoInstances {
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static void fits(String name, JsonNode schema, JsonNode value) {
    assertThat(schema.isObject()).as("a schema of %s", name).isTrue();
    assertThat(SCHEMAS.getSchema(schema).validate(value)).as("%s: %s", name, value).isEmpty();
  }

  private static JsonNode ok(Peer peer, String method, ObjectNode params) {
    JsonNode answer = peer.ok(method, Json.text(params));
    fits(method, ResultDocuments.results().get(method).path("schema"), answer);
    return answer;
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void answersFit(int protocol) {
    try (Peer peer = cluster.admin(0, protocol)) {
      for (String method :
          Set.of(
              "agents.list",
              "audit.list",
              "channels.status",
              "config.get",
              "config.schema",
              "cron.list",
              "cron.status",
              "device.pair.list",
              "exec.approvals.get",
              "health",
              "logs.tail",
              "models.list",
              "node.list",
              "node.pair.list",
              "sessions.list",
              "skills.status",
              "status",
              "system-presence",
              "tts.providers",
              "tts.status",
              "usage.cost",
              "usage.status",
              "voicewake.get",
              "exec.approval.list",
              "exec.approval.grants.list",
              "channels.pairing.list")) {
        ok(peer, method, Json.object());
      }
    }
  }

  /** An approval, a job, a run and a node, asked for on one instance and seen on the other. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void whatHappensIsToldAsTheSchemaSays(int protocol) {
    try (Peer peer = cluster.admin(0, protocol)) {
      String id = UUID.randomUUID().toString();
      String run = UUID.randomUUID().toString();
      peer.send(
          "exec.approval.request",
          Json.object().put("id", id).put("command", "echo hi").put("host", "gateway"));
      b.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
      ok(b, "exec.approval.get", Json.object().put("id", id));
      ok(b, "exec.approval.resolve", Json.object().put("id", id).put("decision", "deny"));
      peer.event("exec.approval.resolved", event -> event.path("id").asText().equals(id));

      ok(
          peer,
          "chat.send",
          Json.object().put("sessionKey", "main").put("message", "hi").put("idempotencyKey", run));
      peer.chatEnd("runId", run);
      ok(peer, "chat.history", Json.object().put("sessionKey", "main"));

      ObjectNode job =
          Json.object().put("name", run).put("sessionTarget", "main").put("wakeMode", "now");
      job.putObject("schedule").put("kind", "every").put("everyMs", 86_400_000);
      job.putObject("payload").put("kind", "systemEvent").put("text", "hi");
      String made = ok(peer, "cron.add", job).path("id").asText();
      peer.event("cron", event -> event.path("jobId").asText().equals(made));
      ok(peer, "cron.runs", Json.object().put("id", made));
      ok(peer, "cron.remove", Json.object().put("id", made));

      eventsFit(peer);
    }
  }

  private static void eventsFit(Peer peer) {
    Set<String> seen = new TreeSet<>();
    for (JsonNode frame : peer.frames()) {
      String event = frame.path("event").asText();
      if (!event.isEmpty()) {
        seen.add(event);
        JsonNode described = Objects.requireNonNull(ResultDocuments.events().get(event), event);
        fits(event, described.path("schema"), frame.path("payload"));
      }
    }
    assertThat(seen).contains("chat", "connect.challenge", "cron", "exec.approval.requested");
  }

  /** A schema that takes everything would prove nothing. */
  @Test
  void anotherShapeDoesNotFit() {
    JsonNode schema = ResultDocuments.results().get("node.list").path("schema");
    assertThat(SCHEMAS.getSchema(schema).validate(Json.object().put("nodes", "none"))).isNotEmpty();
    assertThat(SCHEMAS.getSchema(schema).validate(Json.object())).isNotEmpty();
  }
}
