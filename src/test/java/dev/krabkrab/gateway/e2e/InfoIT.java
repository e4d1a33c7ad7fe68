package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Channels, talk mode, updates, skills, onboarding and the configuration's form, on two instances.
 * Protocol 03 §5 to §7, §9, §14, §15, §18, §19.
 */
@Timeout(60)
class InfoIT extends TwoInstances {
  @TempDir private static Path skills;

  @Override
  Map<String, String> environment() throws IOException {
    Files.createDirectories(skills.resolve("sky"));
    Files.writeString(
        skills.resolve("sky/SKILL.md"),
        """
        ---
        name: sky
        description: Tells the weather
        metadata: {"openclaw":{"requires":{"bins":["no-such-program"],"env":["SKY_KEY"]},"primaryEnv":"SKY_KEY"}}
        ---
        """);
    return Map.of("KRABKRAB_SKILLS_DIR", skills.toString());
  }

  @Test
  void aGatewayWithoutChannelsSaysSo() {
    ObjectNode status = (ObjectNode) b.ok("channels.status", "{\"probe\":true}");
    assertThat(status.remove("ts").asLong()).isPositive();
    assertThat(Json.text(status))
        .isEqualTo(
            "{\"channelOrder\":[],\"channelLabels\":{},\"channelDetailLabels\":{},"
                + "\"channelSystemImages\":{},\"channelMeta\":[],\"channels\":{},"
                + "\"channelAccounts\":{},\"channelDefaultAccountId\":{}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "channels.logout ~ {\"channel\":\"telegram\"} ~ invalid channels.logout channel",
        "web.login.start ~ {} ~ web login provider is not available",
        "web.login.wait ~ {} ~ web login provider is not available",
        "wizard.next ~ {\"sessionId\":\"nope\"} ~ wizard not found",
        "wizard.cancel ~ {\"sessionId\":\"nope\"} ~ wizard not found",
        "wizard.status ~ {\"sessionId\":\"nope\"} ~ wizard not found",
        "browser.request ~ {\"method\":\"GET\"} ~ method and path are required",
        "browser.request ~ {\"method\":\"PUT\",\"path\":\"/\"} ~ method must be GET, POST, or"
            + " DELETE",
        "tts.convert ~ {\"text\":\" \"} ~ tts.convert requires text",
        "tts.setProvider ~ {\"provider\":\"x\"} ~ Invalid provider. Use openai, elevenlabs, or"
            + " edge.",
      })
  void whatCannotBeIsRefused(String method, String params, String message) {
    JsonNode error = a.call(method, params).path("error");
    assertThat(error.path("message").asText()).isEqualTo(message);
    assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void whatIsServedIsListed() {
    try (Peer peer = Peer.open(cluster.port(0))) {
      JsonNode hello =
          peer.hello(Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN));
      assertThat(HandshakeIT.texts(hello.at("/features/methods")))
          .contains("logs.tail", "channels.status", "channels.logout", "usage.status", "usage.cost")
          .contains("tts.status", "tts.providers", "tts.enable", "tts.disable", "tts.convert")
          .contains("tts.setProvider", "config.schema", "wizard.start", "wizard.next")
          .contains("wizard.cancel", "wizard.status", "talk.mode", "skills.status", "skills.bins")
          .contains("skills.install", "skills.update", "update.run", "browser.request", "send")
          .doesNotContain("web.login.start", "web.login.wait");
    }
  }

  @Test
  void talkModeIsAnnouncedEverywhere() {
    JsonNode answer = a.ok("talk.mode", "{\"enabled\":true,\"phase\":\"p-1\"}");
    assertThat(b.event("talk.mode", e -> e.path("phase").asText().equals("p-1"))).isEqualTo(answer);
  }

  @Test
  void anUpdateIsRefusedWithTheWayItIsDone() {
    JsonNode answer = a.ok("update.run", "{\"note\":\" n \",\"sessionKey\":\"k\"}");
    assertThat(answer.path("ok").asBoolean()).isTrue();
    assertThat(answer.at("/result/status").asText()).isEqualTo("skipped");
    assertThat(answer.at("/result/mode").asText()).isEqualTo("unknown");
    assertThat(answer.at("/result/reason").asText()).isEqualTo("managed-deployment");
    assertThat(answer.at("/restart/ok").asBoolean(true)).isFalse();
    assertThat(answer.at("/sentinel/path").isNull()).isTrue();
    assertThat(answer.at("/sentinel/payload/message").asText()).isEqualTo("n");
    assertThat(answer.at("/sentinel/payload/doctorHint").asText()).contains("new image");
  }

  @Test
  void skillsAreWhatTheFolderHolds() {
    JsonNode status = a.ok("skills.status", "{}");
    assertThat(status).isEqualTo(b.ok("skills.status", "{}"));
    assertThat(status.path("managedSkillsDir").asText()).isEqualTo(skills.toString());
    JsonNode sky = status.at("/skills/0");
    assertThat(sky.path("filePath").asText()).isEqualTo(skills + "/sky/SKILL.md");
    assertThat(sky.path("eligible").asBoolean()).isFalse();
    assertThat(sky.at("/missing/bins/0").asText()).isEqualTo("no-such-program");
    assertThat(sky.path("install")).isEmpty();

    Connect node = Connect.node(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer peer = Peer.connected(cluster.port(1), node)) {
      assertThat(Json.text(peer.ok("skills.bins", "{}")))
          .isEqualTo("{\"bins\":[\"no-such-program\"]}");
    }
  }

  @Test
  void aSkillIsSetUpForAllInstances() {
    JsonNode answer =
        a.ok(
            "skills.update",
            "{\"skillKey\":\"sky\",\"enabled\":false,\"apiKey\":\" K \",\"env\":{\"A\":\"1\"}}");
    assertThat(Json.text(answer))
        .isEqualTo(
            "{\"ok\":true,\"skillKey\":\"sky\",\"config\":"
                + "{\"enabled\":false,\"apiKey\":\"K\",\"env\":{\"A\":\"1\"}}}");
    assertThat(b.ok("config.get", "{}").at("/config/skills/entries/sky"))
        .isEqualTo(answer.path("config"));
    assertThat(b.ok("skills.status", "{}").at("/skills/0/disabled").asBoolean()).isTrue();
    assertThat(b.ok("skills.status", "{}").at("/skills/0/missing/env")).isEmpty();

    b.ok("skills.update", "{\"skillKey\":\"sky\",\"apiKey\":\"\",\"enabled\":true}");
    assertThat(a.ok("config.get", "{}").at("/config/skills/entries/sky/apiKey").isMissingNode())
        .isTrue();
  }

  @Test
  void changesOfTwoSkillsAtOnceBothCount() {
    for (int round = 0; round < 10; round++) {
      String first = a.send("skills.update", skill("one", round));
      String second = b.send("skills.update", skill("two", round));
      assertThat(a.answer(first).path("ok").asBoolean()).isTrue();
      assertThat(b.answer(second).path("ok").asBoolean()).isTrue();
      JsonNode entries = a.ok("config.get", "{}").at("/config/skills/entries");
      assertThat(entries.at("/one/env/N").asInt()).isEqualTo(round);
      assertThat(entries.at("/two/env/N").asInt()).isEqualTo(round);
    }
  }

  private static ObjectNode skill(String key, int number) {
    ObjectNode params = Json.object().put("skillKey", key);
    params.putObject("env").put("N", Integer.toString(number));
    return params;
  }

  @Test
  void nothingIsInstalled() {
    for (String name : new String[] {"sky", "zz"}) {
      JsonNode frame =
          a.call("skills.install", "{\"name\":\"" + name + "\",\"installId\":\"brew\"}");
      String message = name.equals("zz") ? "Skill not found: zz" : "Installer not found: brew";
      assertThat(frame.path("ok").asBoolean(true)).isFalse();
      assertThat(frame.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(frame.at("/error/message").asText()).isEqualTo(message);
      assertThat(Json.text(frame.path("payload")))
          .isEqualTo(
              "{\"ok\":false,\"message\":\""
                  + message
                  + "\",\"stdout\":\"\",\"stderr\":\"\",\"code\":null}");
    }
  }

  @Test
  void theFormKnowsWhatItsHintsName() {
    JsonNode form = b.ok("config.schema", "{}");
    assertThat(form.path("version").asText()).isEqualTo("test");
    assertThat(form.path("generatedAt").asText()).endsWith("Z");
    assertThat(form.at("/schema/properties/gateway/properties/auth").isObject()).isTrue();
    assertThat(form.at("/uiHints/gateway.auth.token/sensitive").asBoolean()).isTrue();
  }
}
