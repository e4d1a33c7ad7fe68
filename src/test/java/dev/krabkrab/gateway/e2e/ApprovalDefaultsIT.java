package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of protocol 4 show what goes for agents that the approval policy does not name. */
class ApprovalDefaultsIT extends TwoInstances {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | allowlist,on-miss,deny,false",
        "{\"security\":\"full\",\"ask\":\"off\"} | full,off,deny,false",
        "{\"security\":\"deny\",\"askFallback\":\"allowlist\"} | deny,on-miss,allowlist,false",
        "{\"ask\":\"always\",\"autoAllowSkills\":true} | allowlist,always,deny,true",
        "{\"security\":\"moon\",\"ask\":\" ALWAYS \"} | allowlist,always,deny,false",
      })
  void areThoseOfTheDocumentAndElseOfTheGateway(String defaults, String shown) {
    ObjectNode file = Json.object().put("version", 1);
    file.set("defaults", Json.tryParse(defaults));
    try (Peer writer = cluster.admin(0, 4);
        Peer reader = cluster.admin(1, 4)) {
      String hash = writer.ok("exec.approvals.get", "{}").path("hash").asText();
      ObjectNode params = Json.object().put("baseHash", hash);
      params.set("file", file);
      JsonNode written = writer.ok("exec.approvals.set", Json.text(params));
      JsonNode read = reader.ok("exec.approvals.get", "{}");
      for (JsonNode snapshot : new JsonNode[] {written, read}) {
        JsonNode levels = snapshot.path("resolvedDefaults");
        assertThat(levels.fieldNames())
            .toIterable()
            .containsExactlyInAnyOrder("security", "ask", "askFallback", "autoAllowSkills");
        assertThat(
                levels.path("security").asText()
                    + ","
                    + levels.path("ask").asText()
                    + ","
                    + levels.path("askFallback").asText()
                    + ","
                    + levels.path("autoAllowSkills").asBoolean())
            .isEqualTo(shown);
      }
    }
    // The answer of protocol 3 is closed.
    assertThat(b.ok("exec.approvals.get", "{}").has("resolvedDefaults")).isFalse();
  }
}
