package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents that are refused or warned of over one instance, as the other one shows them. */
class SettingsRefusalIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{gateway:{bind:'moon'}} ~ gateway.bind",
        "{gateway:{mode:'lunar'}} ~ gateway.mode",
        "{gateway:{auth:{mode:'passport'}}} ~ gateway.auth.mode",
        "{gateway:{auth:{mode:'password'}}} ~ gateway.auth",
        "{gateway:{auth:{mode:'trusted-proxy',trustedProxy:{userHeader:'x-user'}}}}"
            + " ~ gateway.trustedProxies",
        "{tools:{denny:['exec']}} ~ deny",
        "{agents:{list:[{id:'main'},{id:'main'}]}} ~ agents.list",
        "{channels:{carrierpigeon:{}}} ~ channels",
        "{session:{dmScope:'all-of-them'}} ~ session.dmScope",
      })
  void whatCannotBeMeantIsRefusedByNameAndChangesNothing(String patch, String named) {
    for (int protocol : new int[] {3, 4}) {
      try (Peer writer = cluster.operator(0, protocol, "operator.admin", "operator.read");
          Peer reader = cluster.operator(1, protocol, "operator.admin", "operator.read")) {
        String before = reader.ok("config.get", "{}").path("hash").asText();
        JsonNode error = writer.call("config.patch", patch(writer, patch)).path("error");

        assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(error.toString()).contains(named);
        assertThat(reader.ok("config.get", "{}").path("hash").asText()).isEqualTo(before);
      }
    }
  }

  @Test
  void whatLeadsNowhereIsSaidWhereItIsWrittenAndEverywhereAfterwards() {
    try (Peer writer = cluster.admin(0);
        Peer reader = cluster.admin(1)) {
      String patch = "{bindings:[{agentId:'ghost',match:{channel:'telegram'}}]}";
      JsonNode written = writer.ok("config.patch", patch(writer, patch));

      assertThat(written.path("warnings").toString()).contains("bindings").contains("ghost");
      await()
          .atMost(SOON)
          .until(() -> reader.ok("config.get", "{}").path("warnings").toString().contains("ghost"));
      JsonNode undone = writer.ok("config.patch", patch(writer, "{bindings:null}"));
      assertThat(undone.path("warnings").toString()).doesNotContain("ghost");
      await()
          .atMost(SOON)
          .until(
              () -> !reader.ok("config.get", "{}").path("warnings").toString().contains("ghost"));
    }
  }

  private static String patch(Peer writer, String json5) {
    String hash = writer.ok("config.get", "{}").path("hash").asText();
    return Json.text(Json.object().put("baseHash", hash).put("raw", json5));
  }
}
