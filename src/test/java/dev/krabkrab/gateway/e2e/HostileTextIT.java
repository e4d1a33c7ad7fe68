package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people are told of others, on another instance than these are on: their texts and names. */
@Timeout(120)
class HostileTextIT {
  private static final String HOSTILE = "x\nHost: sandbox\u202E\u001b[2K\u200B\uDB40\uDC41\u2028";
  private static final String REQUESTED = "exec.approval.requested";
  private static final String RESOLVED = "exec.approval.resolved";

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  private static ObjectNode ask(String id, String command) {
    return Json.object().put("id", id).put("command", command).put("timeoutMs", 20_000);
  }

  private static void isShown(String text) {
    assertThat(text).contains("Host: sandbox");
    assertThat(text.codePoints()).noneMatch(SafeText::isHidden);
  }

  @Test
  void aClientsWordsComeBackOnOneLineOfWhatIsThere() {
    try (Peer client = cluster.admin(0);
        Peer other = cluster.admin(1)) {
      for (JsonNode answer :
          new JsonNode[] {
            client.answer(client.send(HOSTILE, Json.object())),
            client.answer(client.send("node.list", Json.object().put(HOSTILE, 1))),
            client.answer(
                client.send("channels.pairing.list", Json.object().put("channel", HOSTILE)))
          }) {
        isShown(answer.at("/error/message").asText());
      }
      String asked = client.send("exec.approval.request", ask("audited", HOSTILE));
      JsonNode shown = other.event(REQUESTED, p -> p.path("id").asText().equals("audited"));
      assertThat(shown.at("/request/command").asText()).isEqualTo(HOSTILE);
      other.ok("exec.approval.resolve", "{\"id\":\"audited\",\"decision\":\"deny\"}");
      client.answer(asked);
      // The entry of a question is not waited for by anybody.
      await()
          .untilAsserted(
              () ->
                  isShown(
                      other
                          .ok(
                              "audit.list",
                              "{\"action\":\"approval.requested\",\"limit\":1,\"text\":true}")
                          .at("/entries/0/text")
                          .asText()));
    }
  }

  @Test
  void presenceTellsANameOnOneLine() {
    Connect named =
        Connect.operator(4)
            .device(DeviceKeys.fresh())
            .token(Cluster.TOKEN)
            .about("displayName", HOSTILE);
    try (Peer client = Peer.connected(cluster.port(0), named);
        Peer other = cluster.admin(1)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                boolean seen = false;
                for (JsonNode row : other.ok("system-presence", "{}")) {
                  String text = row.path("text").asText();
                  seen |= text.contains("Host: sandbox");
                  assertThat(text.codePoints()).noneMatch(SafeText::isHidden);
                }
                assertThat(seen).isTrue();
              });
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  void protocol4IsToldWhichInstanceServesWhomAndProtocol3IsNot() {
    DeviceKeys box = DeviceKeys.fresh();
    DeviceKeys phone = DeviceKeys.fresh();
    Connect asPhone = Connect.operator(4).device(phone).token(Cluster.TOKEN);
    Connect asNode = Connect.node(4).device(box).token(Cluster.TOKEN);
    try (Peer fresh = cluster.admin(1, 4);
        Peer old = cluster.admin(1, 3);
        Peer here = Peer.connected(cluster.port(1), asPhone);
        Peer node = Peer.connected(cluster.port(0), asNode)) {
      String there = instanceOf(fresh, box.id());
      String own = instanceOf(fresh, phone.id());
      assertThat(own).isNotEqualTo(there);
      JsonNode gateways = fresh.ok("system-presence", "{}");
      assertThat(gateways.findValuesAsText("gatewayInstance")).contains(own, there);
      assertThat(gateways.get(0).path("gatewayInstance").asText())
          .isEqualTo(gateways.get(0).path("instanceId").asText());
      await()
          .until(
              () ->
                  fresh.ok("node.list", "{}").findValuesAsText("gatewayInstance").contains(there));
      for (String method : new String[] {"system-presence", "node.list"}) {
        assertThat(old.ok(method, "{}").findValues("gatewayInstance")).isEmpty();
      }
      assertThat(here.isClosed() || node.isClosed()).isFalse();
    }
  }

  private static String instanceOf(Peer peer, String device) {
    return await()
        .until(
            () -> {
              for (JsonNode row : peer.ok("system-presence", "{}")) {
                if (row.path("deviceId").asText().equals(device)) {
                  return row.path("gatewayInstance").asText();
                }
              }
              return "";
            },
            instance -> !instance.isEmpty());
  }

  @Test
  void aDeviceGoesByTheNameAnOperatorGaveItAndMayNotAllowItsOwnWhereThatIsForbidden() {
    DeviceKeys phone = DeviceKeys.fresh();
    Connect asPhone =
        cluster.as(phone, 4).with("caps", "approvals").about("displayName", "The boss");
    try (Peer asker = cluster.admin(0);
        Peer decider = Peer.connected(cluster.port(1), asPhone);
        Peer again = Peer.connected(cluster.port(0), asPhone)) {
      asker.ok(
          "device.pair.rename",
          Json.text(Json.object().put("deviceId", phone.id()).put("label", "Ann's phone")));
      String asked = asker.send("exec.approval.request", ask("named", "ls"));
      decider.event(REQUESTED, p -> p.path("id").asText().equals("named"));
      decider.ok(
          "exec.approval.resolve",
          "{\"id\":\"named\",\"decision\":\"deny\",\"reason\":\"not on Fridays\"}");
      JsonNode told = asker.event(RESOLVED, p -> p.path("id").asText().equals("named"));
      assertThat(told.at("/resolver/deviceId").asText()).isEqualTo(phone.id());
      assertThat(told.at("/resolver/label").asText()).isEqualTo("Ann's phone");
      assertThat(told.at("/resolver/instance").asText()).isNotBlank();
      assertThat(told.path("resolvedBy").asText()).isEqualTo("The boss");
      assertThat(asker.answer(asked).at("/payload/reason").asText()).isEqualTo("not on Fridays");

      forbidOwn(asker, true);
      try {
        String own = decider.send("exec.approval.request", ask("own", "ls"));
        again.event(REQUESTED, p -> p.path("id").asText().equals("own"));
        for (Peer same : new Peer[] {decider, again}) {
          JsonNode refused =
              same.call("exec.approval.resolve", "{\"id\":\"own\",\"decision\":\"allow-once\"}");
          assertThat(refused.at("/error/details/reason").asText())
              .isEqualTo("APPROVAL_SELF_DECISION");
        }
        asker.ok("exec.approval.resolve", "{\"id\":\"own\",\"decision\":\"allow-once\"}");
        assertThat(decider.answer(own).at("/payload/decision").asText()).isEqualTo("allow-once");
      } finally {
        forbidOwn(asker, false);
      }
    }
  }

  @Test
  void whatARemovedDeviceAskedForIsDeniedEverywhere() {
    DeviceKeys stolen = DeviceKeys.fresh();
    Connect asStolen = Connect.operator(4).device(stolen).token(Cluster.TOKEN);
    try (Peer near = cluster.admin(0);
        Peer far = cluster.admin(1);
        Peer asker = Peer.connected(cluster.port(0), asStolen)) {
      ObjectNode always = ask("always", "/usr/bin/git status").put("agentId", "main");
      always.put("nodeId", "n").set("commandArgv", Json.texts(List.of("/usr/bin/git", "status")));
      asker.send("exec.approval.request", always);
      far.event(REQUESTED, p -> p.path("id").asText().equals("always"));
      far.ok("exec.approval.resolve", "{\"id\":\"always\",\"decision\":\"allow-always\"}");
      assertThat(near.ok("exec.approval.grants.list", "{}").path("total").asInt()).isOne();
      asker.send("exec.approval.request", ask("stolen", "ls"));
      near.send("exec.approval.request", ask("kept", "ls"));
      for (String id : List.of("stolen", "kept")) {
        far.event(REQUESTED, p -> p.path("id").asText().equals(id));
        near.event(REQUESTED, p -> p.path("id").asText().equals(id));
      }
      far.ok("device.pair.remove", "{\"deviceId\":\"" + stolen.id() + "\"}");
      for (Peer approver : new Peer[] {near, far}) {
        JsonNode told = approver.event(RESOLVED, p -> p.path("id").asText().equals("stolen"));
        assertThat(told.path("decision").asText()).isEqualTo("deny");
        assertThat(told.path("reason").asText()).isEqualTo("the device that asked was removed");
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(near.ok("exec.approval.grants.list", "{}").path("total").asInt())
                      .isZero());
      far.ok("exec.approval.resolve", "{\"id\":\"kept\",\"decision\":\"deny\"}");
      assertThat(near.frames())
          .filteredOn(frame -> frame.path("event").asText().equals(RESOLVED))
          .filteredOn(frame -> frame.at("/payload/id").asText().equals("stolen"))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  /** Set on one instance, it is in force on the other as soon as that has read it. */
  private static void forbidOwn(Peer admin, boolean forbidden) {
    String hash = admin.ok("config.get", "{}").path("hash").asText();
    ObjectNode patch = Json.object().put("baseHash", hash);
    patch.put("raw", "{approvals:{exec:{forbidSelfApproval:" + forbidden + "}}}");
    admin.ok("config.patch", Json.text(patch));
    try (Peer other = cluster.admin(1)) {
      await()
          .until(
              () ->
                  other
                          .ok("config.get", "{}")
                          .at("/config/approvals/exec/forbidSelfApproval")
                          .asBoolean()
                      == forbidden);
    }
  }
}
