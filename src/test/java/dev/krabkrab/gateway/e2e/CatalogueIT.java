package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.EmptyAnswers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agents and models as the document names them, on two instances. Protocol 04 §14. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueIT {
  private static final String CONFIG =
      """
      {gateway:{auth:{token:'%s'}},session:{mainKey:'home'},
       agents:{defaults:{model:'local/big'},list:[{id:'Helper',name:'Helper'},
        {id:'ops',default:true,identity:{name:'Krab',emoji:'K',theme:'red'}}]},
       models:{providers:{remote:{apiKey:'not-to-be-told',models:[{id:'z',name:'Zed'},{id:'a'}]},
        local:{apiKey:'${KRABKRAB_MODEL_NOT_THERE}',models:[{id:'big',contextWindow:1000,reasoning:true,input:['text','image']},{}]}}}}
      """
          .formatted(Cluster.TOKEN);

  @RegisterExtension final Cluster cluster = Cluster.of(2, CONFIG);

  @Test
  void everyInstanceNamesTheSameAgents() {
    for (int instance = 0; instance < 2; instance++) {
      try (Peer admin = cluster.admin(instance)) {
        assertThat(Json.text(admin.ok("agents.list", "{}")))
            .isEqualTo(
                "{\"defaultId\":\"ops\",\"mainKey\":\"home\",\"scope\":\"per-sender\",\"agents\":["
                    + "{\"id\":\"ops\",\"identity\":"
                    + "{\"name\":\"Krab\",\"theme\":\"red\",\"emoji\":\"K\"}},"
                    + "{\"id\":\"helper\",\"name\":\"Helper\"}]}");
      }
    }
  }

  @Test
  void anAgentIsShownAsItIsConfigured() {
    try (Peer admin = cluster.admin(0)) {
      assertThat(Json.text(admin.ok("agent.identity.get", "{}")))
          .isEqualTo("{\"agentId\":\"ops\",\"name\":\"Krab\",\"avatar\":\"K\"}");
      assertThat(Json.text(admin.ok("agent.identity.get", "{\"agentId\":\"helper\"}")))
          .isEqualTo("{\"agentId\":\"helper\",\"name\":\"Assistant\",\"avatar\":\"A\"}");
      assertThat(
              admin
                  .ok("agent.identity.get", "{\"sessionKey\":\"agent:helper:x\"}")
                  .path("agentId")
                  .asText())
          .isEqualTo("helper");
      assertThat(
              admin
                  .call(
                      "agent.identity.get",
                      "{\"agentId\":\"ops\",\"sessionKey\":\"agent:helper:x\"}")
                  .at("/error/message")
                  .asText())
          .isEqualTo(
              "invalid agent.identity.get params: agent \"ops\" does not match session key agent"
                  + " \"helper\"");
    }
  }

  @Test
  void modelsAreToldWithoutTheirSecrets() {
    try (Peer admin = cluster.admin(1)) {
      assertThat(Json.text(admin.ok("models.list", "{}")))
          .isEqualTo(
              "{\"models\":[{\"id\":\"big\",\"name\":\"big\",\"provider\":\"local\","
                  + "\"contextWindow\":1000,\"reasoning\":true,\"input\":[\"text\",\"image\"]},"
                  + "{\"id\":\"z\",\"name\":\"Zed\",\"provider\":\"remote\","
                  + "\"reasoning\":false,\"input\":[\"text\"]},"
                  + "{\"id\":\"a\",\"name\":\"a\",\"provider\":\"remote\","
                  + "\"reasoning\":false,\"input\":[\"text\"]}]}");
      assertThat(admin.ok("sessions.list", "{}").at("/defaults/model").asText()).isEqualTo("big");
    }
  }

  @Test
  void protocol4IsToldWhichProvidersCanBeAsked() {
    try (Peer newer = cluster.admin(0, 4)) {
      JsonNode access = newer.ok("models.authStatus", "{\"agentId\":\"ops\"}");
      assertThat(Json.text(access.path("providers")))
          .isEqualTo(
              "[{\"provider\":\"remote\",\"displayName\":\"remote\",\"status\":\"static\",\"profiles\":[]},"
                  + "{\"provider\":\"local\",\"displayName\":\"local\",\"status\":\"missing\",\"profiles\":[]}]");
      JsonNode models = newer.ok("models.list", "{}").path("models");
      assertThat(models.path(0).path("available").asBoolean(true)).isFalse();
      assertThat(models.path(1).path("available").asBoolean()).isTrue();
      JsonNode metadata = newer.ok("chat.metadata", "{\"agentId\":\"main\"}");
      assertThat(metadata.path("models")).isEqualTo(models);
      assertThat(metadata.path("commands"))
          .isEqualTo(newer.ok("commands.list", "{\"includeArgs\":true}").path("commands"));
      assertThat(metadata.at("/commands/3"))
          .isEqualTo(
              Json.parseObject(
                  """
                  {"name":"model","textAliases":["/model"],
                   "description":"which model answers; /model <provider>/<id> chooses another,\
                   /model default gives it up",
                   "source":"native","scope":"text","acceptsArgs":true,
                   "args":[{"name":"model","required":false}]}\
                  """));
    }
  }

  /** Protocol 05 §16.1. */
  @Test
  void pagesAreToldThatThereIsNothing() {
    try (Peer newer = cluster.admin(0, 4)) {
      assertThat(Json.text(newer.ok("question.list", "{}"))).isEqualTo("{\"questions\":[]}");
      assertThat(Json.text(newer.ok("tasks.list", "{\"status\":[\"queued\"],\"limit\":200}")))
          .isEqualTo("{\"tasks\":[]}");
      EmptyAnswers.names().forEach(name -> assertThat(newer.ok(name, "{}").isObject()).isTrue());
      JsonNode speech = newer.ok("talk.catalog", "{}");
      assertThat(speech.at("/realtime/ready").asBoolean(true)).isFalse();
    }
  }

  @Test
  void helloNamesTheMainSessionOfTheDocument() {
    try (Peer peer = Peer.open(cluster.port(1))) {
      JsonNode hello =
          peer.hello(Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN));
      assertThat(hello.at("/snapshot/sessionDefaults/mainSessionKey").asText())
          .isEqualTo("agent:ops:home");
      assertThat(HandshakeIT.texts(hello.at("/features/methods")))
          .contains("agents.list", "models.list", "sessions.list", "chat.history");
    }
  }

  @Test
  void aChangedDocumentIsToldEverywhere() {
    try (Peer first = cluster.admin(0);
        Peer second = cluster.admin(1)) {
      isToldOn(second, first, "{ui:{assistant:{name:'House',avatar:'H'}}}", "House");
      isToldOn(second, first, "{ui:null}", "Krab");
    }
  }

  private static void isToldOn(Peer there, Peer here, String patch, String name) {
    String hash = here.ok("config.get", "{}").path("hash").asText();
    here.ok("config.patch", Json.text(Json.object().put("raw", patch).put("baseHash", hash)));
    await()
        .untilAsserted(
            () ->
                assertThat(there.ok("agent.identity.get", "{}").path("name").asText())
                    .isEqualTo(name));
  }
}
